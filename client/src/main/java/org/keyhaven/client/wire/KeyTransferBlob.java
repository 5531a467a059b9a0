package org.keyhaven.client.wire;

import com.fasterxml.jackson.annotation.JsonProperty;
import tools.jackson.core.JacksonException;

/**
 * A key wrapped for a vault's HSM by another HSM ("Bring your own key specification", Key Vault documentation).
 *
 * @param schemaVersion {@link #SCHEMA_VERSION}
 * @param ciphertext an AES-256 key encrypted with RSA-OAEP (SHA-1) to the key exchange key, followed by the key itself
 *     wrapped under that one with RFC 5649
 * @param generator free text: what made it
 */
public record KeyTransferBlob(@JsonProperty("schema_version") String schemaVersion, Header header, byte[] ciphertext,
    String generator) {

  /** The one version that there is. */
  public static final String SCHEMA_VERSION = "1.0.0";
  /** The one {@code alg}: the key exchange key is used directly. */
  public static final String DIRECT = "dir";
  /** The one {@code enc}, named as in PKCS#11. */
  public static final String CKM_RSA_AES_KEY_WRAP = "CKM_RSA_AES_KEY_WRAP";

  /** @param kid the key exchange key, with its version */
  public record Header(ObjectId kid, String alg, String enc) { }

  /** @param kid the key exchange key, with its version */
  public static KeyTransferBlob of(ObjectId kid, byte[] ciphertext, String generator) {
    return new KeyTransferBlob(SCHEMA_VERSION, new Header(kid, DIRECT, CKM_RSA_AES_KEY_WRAP), ciphertext, generator);
  }

  /**
   * What a {@code .byok} file holds.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static KeyTransferBlob fromJson(byte[] json) {
    try {
      KeyTransferBlob blob = Json.read(json, KeyTransferBlob.class);
      if (blob != null && blob.header() != null && blob.ciphertext() != null) {
        return blob;
      }
    } catch (JacksonException e) {
      throw new IllegalArgumentException("not the JSON of a key transfer blob", e);
    }
    throw new IllegalArgumentException("a key transfer blob without header or ciphertext");
  }

  /** What a {@code .byok} file holds. */
  public byte[] toJson() {
    return Json.write(this);
  }
}
