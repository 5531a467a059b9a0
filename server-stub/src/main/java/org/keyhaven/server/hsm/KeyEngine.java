package org.keyhaven.server.hsm;

import java.util.Optional;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyEncryptionAlgorithm;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.SignatureAlgorithm;

/**
 * The one interface over key material, one instance a vault and protection. Engines keep no list of keys: the caller stores
 * what {@link #generate} returns and hands it back for each use. Implementations are thread-safe.
 *
 * <p>Callers check beforehand that algorithm, key type and digest length fit together, and that the key may be used so.
 * Every failure is an {@link org.keyhaven.server.ApiError}; a private or secret key never leaves an engine in the clear, but
 * by {@link #reveal}, and an HSM not at all.
 * Operations with a public key are no business of an engine: whoever has the public half does them.
 *
 * <p>An exportable key is one that {@link #export} may give out encrypted, and {@link #reveal} in the clear, and that is
 * decided when the key is made: what was not made exportable never is, whatever the caller's records say.
 */
public interface KeyEngine extends AutoCloseable {

  /** Whether an HSM keeps the keys, so that the service shows them as {@code -HSM}. */
  boolean hsm();

  /** What {@code attributes.hsmPlatform} says of keys made here. */
  String platform();

  /** Whether keys of this kind can be made and used here (a module may lack a curve or a size). */
  boolean supports(KeySpec spec);

  /** Whether such keys, which fit the algorithm, can sign so here (a module may want long keys for HMAC). */
  boolean supports(KeySpec spec, SignatureAlgorithm algorithm);

  /** Whether keys that fit can decrypt, and symmetric ones encrypt, so here. */
  boolean supports(EncryptionAlgorithm algorithm);

  /** Whether exportable keys can be exported so here. */
  boolean supports(KeyEncryptionAlgorithm algorithm);

  /** Makes a new key that never leaves. */
  default GeneratedKey generate(String id, KeySpec spec) {
    return generate(id, spec, false);
  }

  /** Makes a new key. Nothing stays behind in the HSM: the sealed blob is the key. */
  GeneratedKey generate(String id, KeySpec spec, boolean exportable);

  /**
   * Takes a key that was made elsewhere.
   *
   * @param key wiped by this call, whether it succeeds or not
   * @throws org.keyhaven.server.ApiError 400 {@code BadParameter} when its parts do not belong together (RSA: primes, modulus
   *     and exponents; EC: the point is not on the curve or not the private number's), or its size is none that the vault has
   */
  GeneratedKey importKey(String id, ClearKey key, boolean exportable);

  /**
   * Takes a key that was made elsewhere and is wrapped for this engine with CKM_RSA_AES_KEY_WRAP (PKCS#11 Current Mechanisms
   * v3.0, section 2.1.21): an AES-256 key encrypted with RSA-OAEP (SHA-1, MGF1 with SHA-1, empty label), followed by the key,
   * wrapped under that one with RFC 5649: PKCS#8 for RSA and EC, the bare octets for symmetric keys. An HSM unwraps it inside.
   *
   * @param kek an RSA key of this engine
   * @param family what the blob holds: RSA, EC or OCT; size or curve are what the key inside has
   * @throws org.keyhaven.server.ApiError 400 {@code BadParameter} when it does not open or holds no such key, always with the
   *     same text
   */
  GeneratedKey importWrapped(String id, SealedKey kek, byte[] blob, KeyType.Family family, boolean exportable);

  /**
   * Signs a digest (for {@code RSNULL}, the bytes that PKCS#1 v1.5 padding goes around; for HMAC, any bytes but none).
   *
   * @return for RSA as many bytes as the modulus, for ECDSA r||s, each of the curve's coordinate length, for HMAC as many as
   *     the hash
   */
  byte[] sign(SealedKey key, SignatureAlgorithm algorithm, byte[] digest);

  /** Whether {@code mac} is what {@link #sign} with HMAC gives, compared in constant time. */
  boolean verifyMac(SealedKey key, SignatureAlgorithm algorithm, byte[] digest, byte[] mac);

  /**
   * Encrypts, or wraps, with a symmetric key.
   *
   * @param iv for CBC 16 bytes; for the others null (GCM's is made here, and is never one that the caller chose)
   * @param aad for GCM what is authenticated but not encrypted, or null for nothing; for the others null
   * @throws org.keyhaven.server.ApiError 400 {@code BadParameter} for lengths that the algorithm does not take
   */
  Ciphertext encrypt(SealedKey key, EncryptionAlgorithm algorithm, byte[] plaintext, byte[] iv, byte[] aad);

  /**
   * Decrypts, or unwraps.
   *
   * @param aad as for {@link #encrypt}
   * @throws org.keyhaven.server.ApiError 400 {@code BadParameter} for lengths that the algorithm does not take; and when the
   *     ciphertext does not open, always with the same text and, for RSA, after the same time, whatever is wrong with it
   */
  byte[] decrypt(SealedKey key, EncryptionAlgorithm algorithm, Ciphertext ciphertext, byte[] aad);

  /**
   * Gives out an exportable key, encrypted to another's public key.
   *
   * @param recipient an RSA public key of at least 2048 bits
   * @return the RSA-OAEP encrypted ephemeral AES-256 key, followed by the key wrapped under it with RFC 5649: PKCS#8 for RSA
   *     and EC, the bare octets for symmetric keys. Some modules (SoftHSM) fill PKCS#8 with zero octets after its end, to a
   *     multiple of 8
   * @throws org.keyhaven.server.ApiError 403 {@code Forbidden} when the key was not made exportable
   */
  byte[] export(SealedKey key, JsonWebKey recipient, KeyEncryptionAlgorithm algorithm);

  /**
   * Gives out an exportable private key in the clear. An HSM gives none.
   *
   * @param key RSA or EC
   * @return PKCS#8, which whoever asked wipes; empty when the key was not made exportable, or an HSM keeps it
   */
  default Optional<byte[]> reveal(SealedKey key) {
    return Optional.empty();
  }

  /** @param count how many random bytes, at least 1 */
  byte[] random(int count);

  /** Forgets cached handles; the token session pool, which engines share, stays open. */
  @Override
  void close();
}
