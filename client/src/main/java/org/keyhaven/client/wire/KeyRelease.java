package org.keyhaven.client.wire;

/** The bodies of {@code POST /keys/NAME/VERSION/release} (OpenAPI: Keys, release). */
public final class KeyRelease {
  private KeyRelease() { }

  /**
   * @param target the environment assertion: a JWT of an attestation authority, with the key to encrypt to
   * @param nonce comes back in the answer, for freshness; null for none
   * @param enc null for {@code CKM_RSA_AES_KEY_WRAP}
   */
  public record KeyReleaseParameters(String target, String nonce, KeyEncryptionAlgorithm enc) {

    /** Without nonce, and wrapped as the service does by default. */
    public static KeyReleaseParameters of(String target) {
      return new KeyReleaseParameters(target, null, null);
    }
  }

  /** @param value a compact JWS (RFC 7515) around the wrapped key */
  public record KeyReleaseResult(String value) { }
}
