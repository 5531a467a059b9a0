package org.keyhaven.server.hsm;

import org.keyhaven.client.wire.SignatureAlgorithm;

/**
 * The one interface over key material, one instance a vault and protection. Engines keep no list of keys: the caller stores
 * what {@link #generate} returns and hands it back for each use. Implementations are thread-safe.
 *
 * <p>Callers check beforehand that algorithm, key type and digest length fit together. Every failure is an
 * {@link org.keyhaven.server.ApiError}; a private key never leaves an engine in the clear.
 */
public interface KeyEngine extends AutoCloseable {

  /** Whether an HSM keeps the keys, so that the service shows them as {@code -HSM}. */
  boolean hsm();

  /** What {@code attributes.hsmPlatform} says of keys made here. */
  String platform();

  /** Whether keys of this kind can be made here (a module may lack a curve or a size). */
  boolean supports(KeySpec spec);

  /** Makes a new key. Nothing stays behind in the HSM: the sealed blob is the key. */
  GeneratedKey generate(String id, KeySpec spec);

  /**
   * Signs a digest (for {@code RSNULL}, the bytes that PKCS#1 v1.5 padding goes around).
   *
   * @return for RSA as many bytes as the modulus, for ECDSA r||s, each of the curve's coordinate length
   */
  byte[] sign(SealedKey key, SignatureAlgorithm algorithm, byte[] digest);

  /** Forgets cached handles; the token session pool, which engines share, stays open. */
  @Override
  void close();
}
