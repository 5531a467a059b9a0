package org.keyhaven.client;

import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Objects;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.EncryptionAlgorithm.Scheme;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyOperation;
import org.keyhaven.client.wire.Keys.KeyOperationParameters;
import org.keyhaven.client.wire.Keys.KeyOperationResult;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.client.wire.PrivateJsonWebKey;
import org.keyhaven.client.wire.SignatureAlgorithm;

/**
 * What one key can do: a key in a vault ({@link KeyhavenClient#cryptography}), or one in this process ({@link #local}).
 * Thread-safe. Every method throws {@link VaultException} when the key refuses, or the vault cannot be asked.
 *
 * <p>An identifier without version means the version that is the latest at first use; from then on this object keeps to it,
 * so that rotation in between does not part a signature from its verification. Results name the version: a ciphertext of an
 * older one is decrypted by {@code client.cryptography(result.keyId())}.
 *
 * <p><b>Where the work is done.</b> The public half of an RSA or EC key is looked up once, which needs the permission
 * {@code keys/get}, and then verifies, encrypts and wraps in this process, with no request at all. Private and symmetric
 * operations, HMAC among them, go to the vault. Without {@code keys/get} the vault also verifies, encrypts and wraps, which
 * needs {@code keys/verify}, {@code keys/encrypt} or {@code keys/wrapKey}; this object remembers that, and does not ask
 * again until {@link #key()} is called. EC keys also go to the vault on a runtime that lacks the JDK's module for them.
 *
 * <p><b>What is refused here.</b> What the vault showed with the public half holds here as it does there: a disabled key
 * does nothing; before {@code nbf} and from {@code exp} on, a key verifies, but neither encrypts nor wraps; and
 * {@code key_ops} must name the operation. Such a refusal is {@link VaultException.Forbidden} with status 0 and the service's inner
 * code. What changes after the lookup shows in operations of the vault at once, but in those of this process only when the
 * client is made anew.
 */
public final class CryptographyClient {
  /** HMAC takes the data themselves, of a stream too; more would not pass for a request. */
  static final int MOST_HMAC_BYTES = 1 << 20;
  private static final int CBC_IV = 16;
  private static final int CHUNK = 16 << 10;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Cryptography cryptography;

  CryptographyClient(Transport transport, ObjectId kid) {
    this(new VaultCryptography(transport, kid));
  }

  private CryptographyClient(Cryptography cryptography) {
    this.cryptography = cryptography;
  }

  /**
   * The public half of an RSA or EC key, in this process: verifies, encrypts and wraps, as far as its {@code key_ops} allow.
   * No network is touched, ever.
   *
   * @throws IllegalArgumentException when it is no public half: a symmetric key, a point off its curve
   */
  public static CryptographyClient local(JsonWebKey key) {
    Objects.requireNonNull(key, "key");
    try {
      return new CryptographyClient(LocalCryptography.of(key));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("not a key to work with: " + Failures.reason(e), e);
    }
  }

  /**
   * A whole key in this process: all that its {@code key_ops} allow, but no signatures on secp256k1, on which the JDK does
   * not compute. No network is touched, ever. The IV of AES-GCM is random.
   *
   * <p>Blinding and constant time are what the JDK's own providers give. The key stays in this process's memory until it is
   * collected: a vault is where it belongs.
   *
   * @param key its arrays are copied
   * @throws IllegalArgumentException when it is no key, or its halves do not belong together
   */
  public static CryptographyClient local(PrivateJsonWebKey key) {
    Objects.requireNonNull(key, "key");
    try {
      return new CryptographyClient(LocalCryptography.of(key));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("not a key to work with: " + Failures.reason(e), e);
    }
  }

  /** The key; with version from the first use on. Null for a local key without identifier. */
  public ObjectId keyId() {
    return cryptography.keyId();
  }

  /**
   * The public half, looked up once and then kept: it never changes. For a symmetric key its type and {@code key_ops} alone.
   *
   * @throws VaultException.Forbidden without the permission {@code keys/get}
   */
  public JsonWebKey key() {
    return cryptography.key();
  }

  /**
   * Signs a digest.
   *
   * @param digest as long as the algorithm's hash; any bytes for {@code RSNULL}; for HMAC the data themselves
   * @return for RSA as long as the modulus; for ECDSA r||s, each of the curve's coordinate length
   */
  public byte[] sign(SignatureAlgorithm algorithm, byte[] digest) {
    Objects.requireNonNull(algorithm, "algorithm");
    Objects.requireNonNull(digest, "digest");
    return cryptography.sign(algorithm, digest);
  }

  /**
   * Verifies a signature in the form that {@link #sign} gives.
   *
   * @param digest as for {@link #sign}
   * @return whether the signature is good; a signature of wrong length is none
   * @throws VaultException also when algorithm or digest do not fit the key
   */
  public boolean verify(SignatureAlgorithm algorithm, byte[] digest, byte[] signature) {
    Objects.requireNonNull(algorithm, "algorithm");
    Objects.requireNonNull(digest, "digest");
    Objects.requireNonNull(signature, "signature");
    return cryptography.verify(algorithm, digest, signature);
  }

  /** Hashes the data here, and signs the digest. HMAC takes the data as they are; {@code RSNULL} has no hash: refused. */
  public byte[] signData(SignatureAlgorithm algorithm, byte[] data) {
    return sign(algorithm, digestOf(algorithm, data));
  }

  /**
   * As {@link #signData(SignatureAlgorithm, byte[])}, with little memory however long the stream is.
   *
   * @param data read to its end, and not closed; for HMAC of 1 MiB at most, as it goes to the vault whole
   */
  public byte[] signData(SignatureAlgorithm algorithm, InputStream data) throws IOException {
    return sign(algorithm, digestOf(algorithm, data));
  }

  /** Hashes the data here, and verifies; as {@link #signData(SignatureAlgorithm, byte[])}. */
  public boolean verifyData(SignatureAlgorithm algorithm, byte[] data, byte[] signature) {
    return verify(algorithm, digestOf(algorithm, data), signature);
  }

  /** As {@link #signData(SignatureAlgorithm, InputStream)}. */
  public boolean verifyData(SignatureAlgorithm algorithm, InputStream data, byte[] signature) throws IOException {
    return verify(algorithm, digestOf(algorithm, data), signature);
  }

  /** Encrypts without additional data; the IV of AES-CBC is random. As {@link #encrypt(EncryptParameters)}. */
  public EncryptResult encrypt(EncryptionAlgorithm algorithm, byte[] plaintext) {
    return encrypt(EncryptParameters.of(algorithm, plaintext));
  }

  /**
   * Encrypts; with RSA in this process. AES-CBC authenticates nothing: prefer AES-GCM.
   *
   * @throws VaultException also when the algorithm does not fit the key, or only wraps
   */
  public EncryptResult encrypt(EncryptParameters parameters) {
    EncryptionAlgorithm algorithm = parameters.algorithm();
    requireEncrypts(algorithm);
    KeyOperationParameters sent = sent(parameters);
    return encrypted(sent, cryptography.encrypt(KeyOperation.ENCRYPT, sent));
  }

  static KeyOperationParameters sent(EncryptParameters parameters) {
    byte[] iv = parameters.iv() != null ? parameters.iv() : freshIv(parameters.algorithm());
    return new KeyOperationParameters(parameters.algorithm(), parameters.plaintext(), iv, parameters.aad(), null);
  }

  static EncryptResult encrypted(KeyOperationParameters sent, KeyOperationResult result) {
    return new EncryptResult(result.kid(), sent.alg(), result.value(), result.iv() != null ? result.iv() : sent.iv(),
        result.tag(), sent.aad());
  }

  /** Decrypts what has neither IV nor tag. As {@link #decrypt(DecryptParameters)}. */
  public DecryptResult decrypt(EncryptionAlgorithm algorithm, byte[] ciphertext) {
    return decrypt(DecryptParameters.of(algorithm, ciphertext));
  }

  /**
   * Decrypts.
   *
   * @throws VaultException also when the ciphertext does not open; why not is never said, as that would help a forger.
   *     Still, do not tell the sender of an AES-CBC or RSA1_5 ciphertext whether it opened
   */
  public DecryptResult decrypt(DecryptParameters parameters) {
    EncryptionAlgorithm algorithm = parameters.algorithm();
    requireEncrypts(algorithm);
    KeyOperationResult result = cryptography.decrypt(KeyOperation.DECRYPT, sent(parameters));
    return new DecryptResult(result.kid(), algorithm, result.value());
  }

  static KeyOperationParameters sent(DecryptParameters parameters) {
    return new KeyOperationParameters(parameters.algorithm(), parameters.ciphertext(), parameters.iv(), parameters.aad(),
        parameters.tag());
  }

  /**
   * Wraps a key; with RSA in this process.
   *
   * @throws VaultException also when the algorithm does not fit the key, or does not wrap
   */
  public WrapResult wrapKey(EncryptionAlgorithm algorithm, byte[] key) {
    Objects.requireNonNull(key, "key");
    requireWraps(algorithm);
    KeyOperationResult result = cryptography.encrypt(KeyOperation.WRAP_KEY, value(algorithm, key));
    return new WrapResult(result.kid(), algorithm, result.value());
  }

  /**
   * Unwraps a key.
   *
   * @throws VaultException as {@link #decrypt(DecryptParameters)}
   */
  public UnwrapResult unwrapKey(EncryptionAlgorithm algorithm, byte[] encryptedKey) {
    Objects.requireNonNull(encryptedKey, "encryptedKey");
    requireWraps(algorithm);
    KeyOperationResult result = cryptography.decrypt(KeyOperation.UNWRAP_KEY, value(algorithm, encryptedKey));
    return new UnwrapResult(result.kid(), algorithm, result.value());
  }

  static KeyOperationParameters value(EncryptionAlgorithm algorithm, byte[] value) {
    return new KeyOperationParameters(algorithm, value, null, null, null);
  }

  static void requireEncrypts(EncryptionAlgorithm algorithm) {
    if (!algorithm.encrypts()) {
      throw LocalCryptography.badParameter(algorithm + " wraps keys: call wrapKey and unwrapKey");
    }
  }

  static void requireWraps(EncryptionAlgorithm algorithm) {
    Objects.requireNonNull(algorithm, "algorithm");
    if (!algorithm.wraps()) {
      throw LocalCryptography.badParameter(algorithm + " does not wrap keys: call encrypt and decrypt");
    }
  }

  /** Null where the algorithm has none, or others make it. */
  private static byte[] freshIv(EncryptionAlgorithm algorithm) {
    if (algorithm.scheme() != Scheme.AES_CBC && algorithm.scheme() != Scheme.AES_CBC_PAD) {
      return null;
    }
    byte[] iv = new byte[CBC_IV];
    RANDOM.nextBytes(iv);
    return iv;
  }

  static byte[] digestOf(SignatureAlgorithm algorithm, byte[] data) {
    return algorithm.scheme() == SignatureAlgorithm.Scheme.HMAC ? data : hash(algorithm).digest(data);
  }

  private static byte[] digestOf(SignatureAlgorithm algorithm, InputStream data) throws IOException {
    if (algorithm.scheme() == SignatureAlgorithm.Scheme.HMAC) {
      byte[] whole = data.readNBytes(MOST_HMAC_BYTES + 1);
      if (whole.length > MOST_HMAC_BYTES) {
        throw LocalCryptography.badParameter(algorithm + " takes at most " + MOST_HMAC_BYTES + " bytes of a stream");
      }
      return whole;
    }
    MessageDigest digest = hash(algorithm);
    byte[] chunk = new byte[CHUNK];
    for (int count = data.read(chunk); count >= 0; count = data.read(chunk)) {
      digest.update(chunk, 0, count);
    }
    return digest.digest();
  }

  private static MessageDigest hash(SignatureAlgorithm algorithm) {
    if (algorithm.hash() == null) {
      throw LocalCryptography.badParameter(algorithm + " has no hash: call sign or verify with the bytes to pad");
    }
    try {
      return MessageDigest.getInstance(algorithm.hash().digestName());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + algorithm.hash().digestName(), e);
    }
  }
}
