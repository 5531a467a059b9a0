package org.keyhaven.provider;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyStoreException;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.util.Arrays;
import java.util.Base64;

/** A private key with its chain as PEM (RFC 7468), in an array that can be wiped. */
final class Pem {
  private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

  private Pem() { }

  /**
   * The text.
   *
   * @param key PKCS#8
   * @throws KeyStoreException when a certificate cannot be encoded
   */
  static char[] of(byte[] key, Certificate[] chain) throws KeyStoreException {
    byte[][] objects = new byte[1 + chain.length][];
    int length = 0;
    try {
      for (int i = 0; i < objects.length; i++) {
        objects[i] = i == 0 ? object("PRIVATE KEY", key) : object("CERTIFICATE", chain[i - 1].getEncoded());
        length += objects[i].length;
      }
      char[] pem = new char[length];
      int position = 0;
      for (byte[] object : objects) {
        for (byte octet : object) {
          pem[position++] = (char) octet;
        }
      }
      return pem;
    } catch (CertificateEncodingException e) {
      throw new KeyStoreException("a certificate of the chain cannot be encoded: " + e.getMessage(), e);
    } finally {
      if (objects[0] != null) {
        Arrays.fill(objects[0], (byte) 0);
      }
    }
  }

  private static byte[] object(String type, byte[] der) {
    byte[] text = LINES.encode(der);
    byte[] begin = ("-----BEGIN " + type + "-----\n").getBytes(StandardCharsets.US_ASCII);
    byte[] end = ("\n-----END " + type + "-----\n").getBytes(StandardCharsets.US_ASCII);
    try {
      return ByteBuffer.allocate(begin.length + text.length + end.length).put(begin).put(text).put(end).array();
    } finally {
      Arrays.fill(text, (byte) 0);
    }
  }
}
