package org.keyhaven.server.hsm;

import java.util.Arrays;
import org.keyhaven.client.wire.KeyCurve;

/**
 * A key in the clear, on its way into an engine. All numbers are big-endian; leading zero octets do not matter. It never
 * prints itself. Whoever made it wipes it; {@link KeyEngine#importKey} does so too.
 */
public sealed interface ClearKey {

  /** Overwrites the secret parts with zeros. */
  void wipe();

  /** RFC 8017, section 3.2; RFC 7518, section 6.3. All parts are required. */
  record Rsa(byte[] n, byte[] e, byte[] d, byte[] p, byte[] q, byte[] dp, byte[] dq, byte[] qi) implements ClearKey {
    @Override
    public void wipe() {
      for (byte[] secret : new byte[][] {d, p, q, dp, dq, qi}) {
        Arrays.fill(secret, (byte) 0);
      }
    }

    @Override
    public String toString() {
      return "an RSA key in the clear";
    }
  }

  /**
   * @param x of the curve's length, as is y
   * @param d the private number
   */
  record Ec(KeyCurve crv, byte[] x, byte[] y, byte[] d) implements ClearKey {
    @Override
    public void wipe() {
      Arrays.fill(d, (byte) 0);
    }

    @Override
    public String toString() {
      return "an EC key in the clear";
    }
  }

  record Oct(byte[] k) implements ClearKey {
    @Override
    public void wipe() {
      Arrays.fill(k, (byte) 0);
    }

    @Override
    public String toString() {
      return "a symmetric key in the clear";
    }
  }
}
