package org.keyhaven.client;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import javax.crypto.BadPaddingException;
import javax.crypto.IllegalBlockSizeException;
import org.keyhaven.client.VaultException.Details;
import org.keyhaven.client.local.Ciphertext;
import org.keyhaven.client.local.LocalKey;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyOperation;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.Keys.KeyBundle;
import org.keyhaven.client.wire.Keys.KeyOperationParameters;
import org.keyhaven.client.wire.Keys.KeyOperationResult;
import org.keyhaven.client.wire.ObjectAttributes;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.client.wire.PrivateJsonWebKey;
import org.keyhaven.client.wire.SignatureAlgorithm;

/**
 * A key that works in this process. What a vault says of its key holds here too: a disabled key does nothing, one outside of its
 * times no more than verify, decrypt and unwrap, and none does what its key_ops lack.
 */
final class LocalCryptography implements Cryptography {
  private static final Set<KeyOperation> AT_ANY_TIME = Set.of(KeyOperation.VERIFY, KeyOperation.DECRYPT, KeyOperation.UNWRAP_KEY);

  private final JsonWebKey shown;
  private final LocalKey key;
  private final Set<KeyOperation> possible;
  private final ObjectAttributes attributes;
  private final InstantSource clock;

  private LocalCryptography(JsonWebKey shown, LocalKey key, ObjectAttributes attributes, InstantSource clock) {
    this.shown = shown;
    this.key = key;
    this.possible = key.operations();
    this.attributes = attributes == null ? ObjectAttributes.of(null, null, null) : attributes;
    this.clock = clock;
  }

  /**
   * The public half of a key in a vault.
   *
   * @throws GeneralSecurityException when it is none
   */
  static LocalCryptography of(KeyBundle bundle, InstantSource clock) throws GeneralSecurityException {
    return new LocalCryptography(bundle.key(), LocalKey.of(bundle.key()), bundle.attributes(), clock);
  }

  /** @throws GeneralSecurityException when it is no public half */
  static LocalCryptography of(JsonWebKey key) throws GeneralSecurityException {
    return new LocalCryptography(key, LocalKey.of(key), null, InstantSource.system());
  }

  /** @throws GeneralSecurityException when it is no key */
  static LocalCryptography of(PrivateJsonWebKey key) throws GeneralSecurityException {
    List<String> keyOps = key.keyOps() == null ? null : key.keyOps().stream().map(KeyOperation::wireName).toList();
    return new LocalCryptography(new JsonWebKey(null, key.kty(), keyOps, key.n(), key.e(), key.crv(), key.x(), key.y()),
        LocalKey.of(key), null, InstantSource.system());
  }

  /** Whether there is enough of the key here, whatever it may be used for. */
  boolean can(KeyOperation operation) {
    return possible.contains(operation);
  }

  @Override
  public ObjectId keyId() {
    return shown.kid();
  }

  @Override
  public JsonWebKey key() {
    return shown;
  }

  @Override
  public byte[] sign(SignatureAlgorithm algorithm, byte[] digest) {
    requireUsable(KeyOperation.SIGN);
    requireFit(algorithm, digest);
    return run(algorithm, () -> key.sign(algorithm, digest));
  }

  @Override
  public boolean verify(SignatureAlgorithm algorithm, byte[] digest, byte[] signature) {
    requireUsable(KeyOperation.VERIFY);
    requireFit(algorithm, digest);
    return run(algorithm, () -> key.verify(algorithm, digest, signature));
  }

  @Override
  public KeyOperationResult encrypt(KeyOperation operation, KeyOperationParameters parameters) {
    requireUsable(operation);
    requireFit(parameters.alg());
    Ciphertext made = run(parameters.alg(),
        () -> key.encrypt(parameters.alg(), parameters.value(), parameters.iv(), parameters.aad()));
    return new KeyOperationResult(keyId(), made.value(), made.iv(), made.tag(), parameters.aad());
  }

  @Override
  public KeyOperationResult decrypt(KeyOperation operation, KeyOperationParameters parameters) {
    requireUsable(operation);
    requireFit(parameters.alg());
    Ciphertext ciphertext = new Ciphertext(parameters.value(), parameters.iv(), parameters.tag());
    return KeyOperationResult.of(keyId(),
        run(parameters.alg(), () -> key.decrypt(parameters.alg(), ciphertext, parameters.aad())));
  }

  /** What the JDK does. */
  private interface Work<T> {
    T done() throws GeneralSecurityException;
  }

  private static <T> T run(Object algorithm, Work<T> work) {
    try {
      return work.done();
    } catch (InvalidAlgorithmParameterException e) {
      throw badParameter(e.getMessage());
    } catch (BadPaddingException | IllegalBlockSizeException e) {
      // The same of every fault, and without its cause, or it would tell a stranger how his forgery fared.
      throw badParameter("the value cannot be decrypted with this key and " + algorithm);
    } catch (GeneralSecurityException e) {
      throw new VaultException(Details.local("LocalFailure", "this JVM cannot do " + algorithm + ": " + Failures.reason(e), null, e));
    }
  }

  private void requireUsable(KeyOperation operation) {
    if (Boolean.FALSE.equals(attributes.enabled())) {
      throw forbidden("KeyDisabled", operation, "the key is disabled");
    }
    if (!AT_ANY_TIME.contains(operation)) {
      Instant now = clock.instant();
      if (attributes.nbf() != null && now.isBefore(attributes.nbf())) {
        throw forbidden("KeyNotYetValid", operation, "the key is not to be used before " + attributes.nbf());
      }
      if (attributes.exp() != null && !now.isBefore(attributes.exp())) {
        throw forbidden("KeyExpired", operation, "the key expired at " + attributes.exp());
      }
    }
    if (shown.keyOps() != null && !shown.keyOps().contains(operation.wireName())) {
      throw forbidden("KeyOperationForbidden", operation, "the key's key_ops are " + shown.keyOps());
    }
    if (!can(operation)) {
      throw new VaultException(Details.local("NotSupported", operation + " cannot be done here with " + key,
          shown.crv() == null ? "give the whole key" : "give the whole key, on a curve that this JVM has", null));
    }
  }

  private VaultException forbidden(String innerCode, KeyOperation operation, String why) {
    return new VaultException.Forbidden(new Details(0, "Forbidden", innerCode,
        operation + " is not allowed" + (keyId() == null ? "" : " with " + keyId()) + ": " + why, null, null, null), null);
  }

  private void requireFit(SignatureAlgorithm algorithm, byte[] digest) {
    if (!algorithm.fits(shown.kty().family(), shown.kty().family() == KeyType.Family.EC ? shown.crv() : null)) {
      throw misfit(algorithm);
    }
    if (algorithm.scheme() != SignatureAlgorithm.Scheme.HMAC && algorithm.hash() != null
        && digest.length != algorithm.hash().bytes()) {
      throw badParameter(algorithm + " takes a digest of " + algorithm.hash().bytes() + " bytes, not " + digest.length);
    }
  }

  private void requireFit(EncryptionAlgorithm algorithm) {
    if (!algorithm.fits(shown.kty().family(), key.bits())) {
      throw misfit(algorithm);
    }
  }

  private VaultException misfit(Object algorithm) {
    return badParameter(algorithm + " is not for a key of type " + shown.kty() + (shown.crv() == null ? "" : " " + shown.crv())
        + (shown.kty().family() == KeyType.Family.OCT ? " with " + key.bits() + " bits" : ""));
  }

  static VaultException badParameter(String reason) {
    return new VaultException(Details.local("BadParameter", reason, null, null));
  }
}
