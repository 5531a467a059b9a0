package org.keyhaven.client;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyOperation;
import org.keyhaven.client.wire.KeyTransferBlob;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.Keys.KeyImportParameters;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.client.wire.PrivateJsonWebKey;

/**
 * Wraps keys for the HSM of a vault, so that nothing between here and there sees them ("Bring your own key specification", Key
 * Vault documentation; CKM_RSA_AES_KEY_WRAP of PKCS#11 v3.0, section 2.1.21). Needs no network. Thread-safe.
 *
 * <pre>{@code
 * KeyBundle kek = keys.create("kek", KeyCreateParameters.rsa(4096).inHsm().withKeyOps(KeyOperation.IMPORT));
 * keys.importKey("mine", KeyTransfer.to(kek.key()).wrap(privateKey).parameters());
 * }</pre>
 */
public final class KeyTransfer {
  private static final OAEPParameterSpec OAEP =
      new OAEPParameterSpec("SHA-1", "MGF1", MGF1ParameterSpec.SHA1, PSource.PSpecified.DEFAULT);
  private static final int EPHEMERAL_BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final ObjectId kid;
  private final PublicKey keyExchangeKey;

  private KeyTransfer(ObjectId kid, PublicKey keyExchangeKey) {
    this.kid = kid;
    this.keyExchangeKey = keyExchangeKey;
  }

  /**
   * A wrapped key.
   *
   * @param crv null for what is no EC key
   */
  public record Wrapped(KeyType.Family family, KeyCurve crv, KeyTransferBlob blob) {

    /** What {@code .byok} files hold, for {@code az keyvault key import --byok-file} for instance. */
    public byte[] file() {
      return blob.toJson();
    }

    /** What {@link KeyClient#importKey} takes. */
    public KeyImportParameters parameters() {
      return KeyImportParameters.of(PrivateJsonWebKey.wrapped(family, crv, blob));
    }
  }

  /**
   * Wraps for the HSM that keeps this key.
   *
   * @param keyExchangeKey of type RSA-HSM, with the one permitted operation {@code import}, as the vault gave it
   * @throws InvalidKeyException when it is no such key
   */
  public static KeyTransfer to(JsonWebKey keyExchangeKey) throws InvalidKeyException {
    if (keyExchangeKey.kty() != KeyType.RSA_HSM || keyExchangeKey.keyOps() == null
        || !keyExchangeKey.keyOps().contains(KeyOperation.IMPORT.wireName())) {
      throw new InvalidKeyException("a key exchange key must be of type RSA-HSM and permit import; this is a key of type "
          + keyExchangeKey.kty() + " that permits " + keyExchangeKey.keyOps());
    }
    if (keyExchangeKey.kid() == null || keyExchangeKey.kid().version() == null) {
      throw new InvalidKeyException("a key exchange key must be named, with its version");
    }
    try {
      return new KeyTransfer(keyExchangeKey.kid(), KeyFactory.getInstance("RSA").generatePublic(
          new RSAPublicKeySpec(new BigInteger(1, keyExchangeKey.n()), new BigInteger(1, keyExchangeKey.e()))));
    } catch (GeneralSecurityException e) {
      throw new InvalidKeyException("not an RSA key: " + keyExchangeKey.kid(), e);
    }
  }

  /**
   * Wraps an RSA or EC key.
   *
   * @throws InvalidKeyException when its PKCS#8 form cannot be had (an HSM keeps it), or no vault takes such keys
   */
  public Wrapped wrap(PrivateKey key) throws InvalidKeyException {
    if (key instanceof ECPrivateKey ec) {
      KeyCurve curve = KeyCurve.of(ec.getParams()).orElseThrow(() -> new InvalidKeyException("not a curve of the service"));
      return new Wrapped(KeyType.Family.EC, curve, blob(key.getEncoded()));
    }
    if (key instanceof RSAPrivateKey) {
      return new Wrapped(KeyType.Family.RSA, null, blob(key.getEncoded()));
    }
    throw new InvalidKeyException("neither an RSA nor an EC key: " + key.getAlgorithm());
  }

  /**
   * Wraps an AES or HMAC key, for a Managed HSM.
   *
   * @throws InvalidKeyException when its octets cannot be had
   */
  public Wrapped wrap(SecretKey key) throws InvalidKeyException {
    return new Wrapped(KeyType.Family.OCT, null, blob(key.getEncoded()));
  }

  /** @param clear the key's own copy, which is wiped; null when it cannot be had */
  private KeyTransferBlob blob(byte[] clear) throws InvalidKeyException {
    if (clear == null) {
      throw new InvalidKeyException("the key does not show itself: it is kept by an HSM, or not exportable");
    }
    byte[] ephemeral = new byte[EPHEMERAL_BYTES];
    RANDOM.nextBytes(ephemeral);
    try {
      Cipher oaep = Cipher.getInstance("RSA/ECB/OAEPPadding");
      oaep.init(Cipher.ENCRYPT_MODE, keyExchangeKey, OAEP);
      byte[] encryptedKey = oaep.doFinal(ephemeral);
      Cipher kwp = Cipher.getInstance("AES/KWP/NoPadding");
      kwp.init(Cipher.WRAP_MODE, new SecretKeySpec(ephemeral, "AES"));
      byte[] wrapped = kwp.wrap(new SecretKeySpec(clear, "key to transfer"));
      byte[] ciphertext = Arrays.copyOf(encryptedKey, encryptedKey.length + wrapped.length);
      System.arraycopy(wrapped, 0, ciphertext, encryptedKey.length, wrapped.length);
      return KeyTransferBlob.of(kid, ciphertext, "Keyhaven");
    } catch (GeneralSecurityException e) {
      throw new InvalidKeyException("this JVM cannot wrap the key for " + kid + ": " + Failures.reason(e), e);
    } finally {
      Arrays.fill(clear, (byte) 0);
      Arrays.fill(ephemeral, (byte) 0);
    }
  }
}
