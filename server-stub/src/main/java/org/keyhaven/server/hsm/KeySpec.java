package org.keyhaven.server.hsm;

import org.keyhaven.client.wire.KeyCurve;

/** What a key is made of: all an engine needs to know to make one or to use one. */
public sealed interface KeySpec {

  /** For people, for instance {@code RSA of 2048 bits}. */
  String description();

  /**
   * @param bits modulus length: 2048, 3072 or 4096
   * @param publicExponent an odd number of at least 3; 65537 unless asked otherwise
   */
  record Rsa(int bits, long publicExponent) implements KeySpec {
    @Override
    public String description() {
      return "RSA of " + bits + " bits";
    }
  }

  record Ec(KeyCurve curve) implements KeySpec {
    @Override
    public String description() {
      return "EC on " + curve;
    }
  }

  /**
   * A symmetric key: for AES with 128, 192 or 256 bits, for HMAC with any of these lengths.
   *
   * @param bits a multiple of 8 from 128 to 4096
   */
  record Oct(int bits) implements KeySpec {
    @Override
    public String description() {
      return "symmetric of " + bits / Byte.SIZE + " bytes";
    }
  }
}
