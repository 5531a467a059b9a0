package org.keyhaven.server.hsm;

import iaik.pkcs.pkcs11.wrapper.CK_ATTRIBUTE;
import java.util.ArrayList;
import java.util.List;

/** A PKCS#11 attribute template in the making. */
final class Template {
  private final List<CK_ATTRIBUTE> attributes = new ArrayList<>();

  /**
   * @param value Boolean, Long, byte[] (big integers unsigned), char[] (text) or CK_ATTRIBUTE[] (a template); null asks for
   *     the attribute
   */
  Template with(long type, Object value) {
    CK_ATTRIBUTE attribute = new CK_ATTRIBUTE();
    attribute.type = type;
    attribute.pValue = value;
    attributes.add(attribute);
    return this;
  }

  CK_ATTRIBUTE[] attributes() {
    return attributes.toArray(new CK_ATTRIBUTE[0]);
  }
}
