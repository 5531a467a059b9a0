package org.keyhaven.server.hsm;

import org.keyhaven.client.wire.KeyCurve;

/** What a key is made of: all an engine needs to know to make one or to use one. */
public sealed interface KeySpec {

  /**
   * @param bits modulus length: 2048, 3072 or 4096
   * @param publicExponent an odd number of at least 3; 65537 unless asked otherwise
   */
  record Rsa(int bits, long publicExponent) implements KeySpec { }

  record Ec(KeyCurve curve) implements KeySpec { }
}
