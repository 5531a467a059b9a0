package org.keyhaven.server.certificates;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.keyhaven.client.wire.Certificates.CertificateImportParameters;
import org.keyhaven.client.wire.Certificates.SecretProperties;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.hsm.ClearKey;

/**
 * A certificate as it comes to be imported: its private key in the clear, whose parts are yet to be checked, and the chain,
 * whose leaf has the public half. It never prints the key; whoever read it wipes it.
 *
 * @param publicKey of a software type, unnamed
 */
record ImportedCertificate(ClearKey key, JsonWebKey publicKey, Chain chain, String contentType) {
  /** What PKCS#12 begins with, and PEM never. */
  private static final byte DER_SEQUENCE = 0x30;
  private static final char[] PEM = "-----BEGIN ".toCharArray();

  /** What PEM or PKCS#12 hold. @param certificates DER, in the order they came */
  record Content(ClearKey key, List<byte[]> certificates) { }

  /**
   * Reads the value, and wipes it with its password.
   *
   * @throws ApiError 400 when it is no such certificate
   */
  static ImportedCertificate read(CertificateImportParameters parameters) {
    try {
      if (parameters.value() == null || parameters.value().length == 0) {
        throw ApiError.badParameter("Property 'value' is required.");
      }
      String asked = parameters.policy() == null || parameters.policy().secretProps() == null ? null
          : parameters.policy().secretProps().contentType();
      byte[] value = hasPem(parameters.value()) ? latin1(parameters.value()) : decoded(parameters.value());
      try {
        boolean pem = value.length == 0 || value[0] != DER_SEQUENCE;
        String contentType = pem ? SecretProperties.PEM : SecretProperties.PKCS12;
        if (asked != null && !asked.equals(contentType)) {
          throw ApiError.badParameter("Policy secret_props.contentType is not " + contentType + ", and 'value' is "
              + (pem ? "PEM." : "no PEM: it is taken for PKCS#12."));
        }
        return of(pem ? PemValue.read(value) : Pkcs12Value.read(value, parameters.pwd()), contentType);
      } finally {
        Arrays.fill(value, (byte) 0);
      }
    } finally {
      parameters.wipe();
    }
  }

  private static ImportedCertificate of(Content content, String contentType) {
    boolean complete = false;
    try {
      JsonWebKey publicKey = ImportedKeys.publicHalf(content.key());
      ImportedCertificate read =
          new ImportedCertificate(content.key(), publicKey, Chain.imported(content.certificates(), publicKey), contentType);
      complete = true;
      return read;
    } finally {
      if (!complete) {
        content.key().wipe();
      }
    }
  }

  /** The size that a policy calls {@code key_size}. */
  int bits() {
    return publicKey.crv() != null ? publicKey.crv().fieldBits() : new BigInteger(1, publicKey.n()).bitLength();
  }

  @Override
  public String toString() {
    return "a certificate to import with its private key";
  }

  /** Whether the text is PEM itself, and not its Base64. Some tools write remarks before it. */
  private static boolean hasPem(char[] text) {
    for (int i = 0; i <= text.length - PEM.length; i++) {
      if (Arrays.equals(text, i, i + PEM.length, PEM, 0, PEM.length)) {
        return true;
      }
    }
    return false;
  }

  private static byte[] latin1(char[] text) {
    byte[] bytes = new byte[text.length];
    for (int i = 0; i < text.length; i++) {
      bytes[i] = text[i] < 256 ? (byte) text[i] : (byte) '?';
    }
    return bytes;
  }

  private static byte[] decoded(char[] text) {
    byte[] encoded = latin1(text);
    try {
      return Base64.getMimeDecoder().decode(encoded);
    } catch (IllegalArgumentException e) {
      // Without its cause, which may quote.
      throw ApiError.badParameter("Property 'value' is neither PEM nor Base64.");
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
  }
}
