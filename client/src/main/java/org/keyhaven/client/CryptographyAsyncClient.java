package org.keyhaven.client;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyOperation;
import org.keyhaven.client.wire.Keys.KeyOperationParameters;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.client.wire.SignatureAlgorithm;

/**
 * What one key in a vault can do: {@link CryptographyClient} for those who do not wait, which also tells what is done where. Futures are
 * as {@link KeyhavenAsyncClient} describes. Thread-safe. Arrays are not copied: leave them as they are until the future is complete.
 */
public final class CryptographyAsyncClient {
  private final AsyncCryptography cryptography;

  CryptographyAsyncClient(AsyncCryptography cryptography) {
    this.cryptography = cryptography;
  }

  /** The key; with version from the first use on. */
  public ObjectId keyId() {
    return cryptography.keyId();
  }

  /** See {@link CryptographyClient#key}. */
  public CompletableFuture<JsonWebKey> key() {
    return cryptography.key();
  }

  /** See {@link CryptographyClient#sign}. */
  public CompletableFuture<byte[]> sign(SignatureAlgorithm algorithm, byte[] digest) {
    Objects.requireNonNull(algorithm, "algorithm");
    Objects.requireNonNull(digest, "digest");
    return cryptography.sign(algorithm, digest);
  }

  /** See {@link CryptographyClient#verify}. */
  public CompletableFuture<Boolean> verify(SignatureAlgorithm algorithm, byte[] digest, byte[] signature) {
    Objects.requireNonNull(algorithm, "algorithm");
    Objects.requireNonNull(digest, "digest");
    Objects.requireNonNull(signature, "signature");
    return cryptography.verify(algorithm, digest, signature);
  }

  /** Hashes the data on the calling thread, and signs the digest. See {@link CryptographyClient#signData}. */
  public CompletableFuture<byte[]> signData(SignatureAlgorithm algorithm, byte[] data) {
    return sign(algorithm, CryptographyClient.digestOf(algorithm, data));
  }

  /** Hashes the data on the calling thread, and verifies. See {@link CryptographyClient#verifyData}. */
  public CompletableFuture<Boolean> verifyData(SignatureAlgorithm algorithm, byte[] data, byte[] signature) {
    return verify(algorithm, CryptographyClient.digestOf(algorithm, data), signature);
  }

  /** See {@link CryptographyClient#encrypt(EncryptionAlgorithm, byte[])}. */
  public CompletableFuture<EncryptResult> encrypt(EncryptionAlgorithm algorithm, byte[] plaintext) {
    return encrypt(EncryptParameters.of(algorithm, plaintext));
  }

  /** See {@link CryptographyClient#encrypt(EncryptParameters)}. */
  public CompletableFuture<EncryptResult> encrypt(EncryptParameters parameters) {
    CryptographyClient.requireEncrypts(parameters.algorithm());
    KeyOperationParameters sent = CryptographyClient.sent(parameters);
    return cryptography.encrypt(KeyOperation.ENCRYPT, sent, result -> CryptographyClient.encrypted(sent, result));
  }

  /** See {@link CryptographyClient#decrypt(EncryptionAlgorithm, byte[])}. */
  public CompletableFuture<DecryptResult> decrypt(EncryptionAlgorithm algorithm, byte[] ciphertext) {
    return decrypt(DecryptParameters.of(algorithm, ciphertext));
  }

  /** See {@link CryptographyClient#decrypt(DecryptParameters)}. */
  public CompletableFuture<DecryptResult> decrypt(DecryptParameters parameters) {
    CryptographyClient.requireEncrypts(parameters.algorithm());
    return cryptography.decrypt(KeyOperation.DECRYPT, CryptographyClient.sent(parameters),
        result -> new DecryptResult(result.kid(), parameters.algorithm(), result.value()));
  }

  /** See {@link CryptographyClient#wrapKey}. */
  public CompletableFuture<WrapResult> wrapKey(EncryptionAlgorithm algorithm, byte[] key) {
    Objects.requireNonNull(key, "key");
    CryptographyClient.requireWraps(algorithm);
    return cryptography.encrypt(KeyOperation.WRAP_KEY, CryptographyClient.value(algorithm, key),
        result -> new WrapResult(result.kid(), algorithm, result.value()));
  }

  /** See {@link CryptographyClient#unwrapKey}. */
  public CompletableFuture<UnwrapResult> unwrapKey(EncryptionAlgorithm algorithm, byte[] encryptedKey) {
    Objects.requireNonNull(encryptedKey, "encryptedKey");
    CryptographyClient.requireWraps(algorithm);
    return cryptography.decrypt(KeyOperation.UNWRAP_KEY, CryptographyClient.value(algorithm, encryptedKey),
        result -> new UnwrapResult(result.kid(), algorithm, result.value()));
  }
}
