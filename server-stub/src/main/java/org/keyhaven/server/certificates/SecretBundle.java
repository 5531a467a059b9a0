package org.keyhaven.server.certificates;

import java.util.Map;
import org.keyhaven.client.wire.ObjectAttributes;
import org.keyhaven.client.wire.ObjectId;

/**
 * A certificate's secret as the API shows it (OpenAPI: SecretBundle). Our client asks for none: chains are in {@code x5c}.
 *
 * @param value the chain, with the private key where that is exportable: it never prints itself
 * @param managed true: it lives and dies with its certificate
 */
record SecretBundle(String value, ObjectId id, String contentType, ObjectAttributes attributes, Map<String, String> tags,
    ObjectId kid, boolean managed) {

  @Override
  public String toString() {
    return "the secret " + id;
  }
}
