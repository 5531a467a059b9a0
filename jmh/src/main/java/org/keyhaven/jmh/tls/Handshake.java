package org.keyhaven.jmh.tls;

import java.util.Arrays;
import javax.net.ssl.SSLSession;

/** The handshakes that are measured: kind of key and version of TLS. */
enum Handshake {
  RSA_TLS_1_3("RsaTls13", "rsa", "TLSv1.3"),
  RSA_TLS_1_2("RsaTls12", "rsa", "TLSv1.2"),
  EC_TLS_1_3("EcTls13", "ec", "TLSv1.3"),
  EC_TLS_1_2("EcTls12", "ec", "TLSv1.2");

  private final String operation;
  private final String key;
  private final String protocol;

  Handshake(String operation, String key, String protocol) {
    this.operation = operation;
    this.key = key;
    this.protocol = protocol;
  }

  /** How the benchmark methods for it end. */
  String operation() {
    return operation;
  }

  /** As in {@link TlsKeys}: {@code rsa} (2048 bits) or {@code ec} (P-256). */
  String key() {
    return key;
  }

  String protocol() {
    return protocol;
  }

  /** The one that a benchmark method is for. */
  static Handshake of(String benchmark) {
    return Arrays.stream(values()).filter(handshake -> benchmark.endsWith(handshake.operation)).findFirst().orElseThrow();
  }

  /**
   * @throws IllegalStateException when this is not what was negotiated, with keys of the moment and the certificate's key to
   *     sign
   */
  void check(SSLSession session) {
    String suite = session.getCipherSuite();
    if (!session.getProtocol().equals(protocol) || protocol.equals("TLSv1.2") && !suite.startsWith("TLS_ECDHE_")) {
      throw new IllegalStateException("negotiated " + session.getProtocol() + " " + suite);
    }
  }
}
