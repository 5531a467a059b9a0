package org.keyhaven.jmh.provider;

import org.keyhaven.client.wire.SignatureAlgorithm;

/**
 * The suite's keys, one alias each, the same wherever the key is: RSA-2048 with PKCS#1 v1.5, and P-256; both with SHA-256.
 */
enum KeyKind {
  RSA("bench-jca-rsa", "SHA256withRSA", SignatureAlgorithm.RS256),
  EC("bench-jca-ec", "SHA256withECDSA", SignatureAlgorithm.ES256);

  private final String alias;
  private final String jcaName;
  private final SignatureAlgorithm algorithm;

  KeyKind(String alias, String jcaName, SignatureAlgorithm algorithm) {
    this.alias = alias;
    this.jcaName = jcaName;
    this.algorithm = algorithm;
  }

  String alias() {
    return alias;
  }

  String jcaName() {
    return jcaName;
  }

  SignatureAlgorithm algorithm() {
    return algorithm;
  }
}
