package org.keyhaven.provider;

import java.util.ArrayList;
import java.util.List;
import org.keyhaven.client.wire.SignatureAlgorithm;
import org.keyhaven.client.wire.SignatureAlgorithm.Scheme;

/**
 * A {@code Mac} of the provider, derived from the rows of {@link SignatureAlgorithm}.
 *
 * @param name the standard name (Java Security Standard Algorithm Names)
 */
record MacService(String name, SignatureAlgorithm row) {

  static List<MacService> all() {
    List<MacService> services = new ArrayList<>();
    for (SignatureAlgorithm row : SignatureAlgorithm.values()) {
      if (row.scheme() == Scheme.HMAC) {
        services.add(new MacService("Hmac" + row.hash().signaturePrefix(), row));
      }
    }
    return List.copyOf(services);
  }

  /** Its object identifier (RFC 8018, appendix B.1.2), plain, and as the JDK also writes it. */
  List<String> aliases() {
    String oid = "1.2.840.113549.2." + switch (row.hash()) {
      case SHA_256 -> 9;
      case SHA_384 -> 10;
      case SHA_512 -> 11;
    };
    return List.of(oid, "OID." + oid);
  }

  /**
   * The name of a key that may do any HMAC: that whose hash is as long as the key, otherwise the first.
   *
   * @param bits null when unknown
   */
  static String nameFor(Integer bits) {
    List<MacService> services = all();
    return services.stream().filter(service -> bits != null && 8 * service.row.hash().bytes() == bits).findFirst()
        .orElse(services.get(0)).name();
  }
}
