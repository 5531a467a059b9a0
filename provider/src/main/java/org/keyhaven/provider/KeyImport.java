package org.keyhaven.provider;

import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyStoreException;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import javax.crypto.SecretKey;
import org.keyhaven.client.VaultException;
import org.keyhaven.client.wire.Certificates.CertificateImportParameters;
import org.keyhaven.client.wire.Certificates.CertificatePolicy;
import org.keyhaven.client.wire.Certificates.KeyProperties;
import org.keyhaven.client.wire.Certificates.SecretProperties;
import org.keyhaven.client.wire.KeyOperation;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.Keys.KeyImportParameters;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.client.wire.PrivateJsonWebKey;

/**
 * Takes keys of this JVM into the vault, which they do not leave again. What is made of a key on the way is wiped; the key
 * itself is its owner's. Its numbers are in no message.
 */
final class KeyImport {
  private static final KeyOperation[] AES = {KeyOperation.ENCRYPT, KeyOperation.DECRYPT, KeyOperation.WRAP_KEY,
      KeyOperation.UNWRAP_KEY};
  private static final KeyOperation[] HMAC = {KeyOperation.SIGN, KeyOperation.VERIFY};

  private final VaultSession session;
  private final boolean hsm;

  /** @param hsm whether an HSM shall keep the keys */
  KeyImport(VaultSession session, boolean hsm) {
    this.session = session;
    this.hsm = hsm;
  }

  /**
   * A private key with its chain, as a certificate; as a new version where the alias has one already.
   *
   * @throws KeyStoreException with the reason
   */
  void pair(String alias, PrivateKey key, Certificate[] chain) throws KeyStoreException {
    KeyType.Family family = switch (key.getAlgorithm()) {
      case "RSA" -> KeyType.Family.RSA;
      case "EC" -> KeyType.Family.EC;
      default -> throw new KeyStoreException("a vault has RSA and EC keys, and this is one for " + key.getAlgorithm());
    };
    KeyType type = KeyType.of(family, hsm);
    // Not exportable, as generated ones; reused by later versions, so that another chain can be merged (KeyAttachment).
    CertificatePolicy policy = new CertificatePolicy(null, new KeyProperties(false, type, null, true, null),
        new SecretProperties(SecretProperties.PEM), null, null, null, null);
    byte[] encoded = encoded(key);
    char[] pem;
    try {
      pem = Pem.of(encoded, chain);
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
    try {
      put(alias, VaultEntry.Kind.CERTIFICATE, (name, tags) -> session.client().certificates().importCertificate(name,
          new CertificateImportParameters(pem, null, policy, null, tags, null)));
    } catch (VaultException.NotFound e) {
      throw new KeyStoreException(session.vault() + " keeps no certificates (" + e.getMessage() + "), and a key store has"
          + " no other place for a chain. A Managed HSM takes the key alone: KeyClient.importKey", e);
    } catch (VaultException e) {
      throw new KeyStoreException("the key was not imported as " + alias + ": " + e.getMessage() + (hsm && e.status() == 400
          ? "; if this vault has no HSM, set " + Setting.KEY_HSM.property() + "=false" : ""), e);
    } finally {
      Arrays.fill(pem, '\0');
    }
  }

  /**
   * A symmetric key, for AES or HMAC; as a new version where the alias has one already.
   *
   * @throws KeyStoreException with the reason
   */
  void secret(String alias, SecretKey key) throws KeyStoreException {
    KeyOperation[] operations;
    if (key.getAlgorithm().equalsIgnoreCase("AES")) {
      operations = AES;
    } else if (key.getAlgorithm().toUpperCase(Locale.ROOT).startsWith("HMACSHA")) {
      operations = HMAC;
    } else {
      throw new KeyStoreException("a Managed HSM has symmetric keys for AES and for HMAC, and this is one for "
          + key.getAlgorithm());
    }
    PrivateJsonWebKey octets;
    try {
      octets = PrivateJsonWebKey.of(key);
    } catch (InvalidKeyException e) {
      throw unencoded(key);
    }
    try {
      put(alias, VaultEntry.Kind.KEY, (name, tags) -> session.client().keys().importKey(name,
          KeyImportParameters.of(octets.withKeyOps(operations)).withTags(tags)));
    } catch (VaultException e) {
      throw new KeyStoreException("the key was not imported as " + alias + ": " + e.getMessage(), e);
    } finally {
      octets.wipe();
    }
  }

  /** Finds where the alias is to be, and what its tags are then. */
  private void put(String alias, VaultEntry.Kind kind, BiConsumer<String, Map<String, String>> importer)
      throws KeyStoreException {
    session.catalog().invalidate();
    try {
      Optional<VaultEntry> taken = session.catalog().find(alias);
      if (taken.isPresent()) {
        importer.accept(replaceable(alias, kind, taken.get()), taken.get().tags());
      } else if (!free(alias, kind) || !imported(alias, importer)) {
        importer.accept(KeyGeneration.randomName(), Map.of(VaultCatalog.ALIAS_TAG, alias));
      }
    } finally {
      session.catalog().invalidate();
    }
  }

  private static String replaceable(String alias, VaultEntry.Kind kind, VaultEntry taken) throws KeyStoreException {
    taken.requireKnown();
    boolean alike = taken.item().kind() == kind
        && (kind == VaultEntry.Kind.CERTIFICATE || taken.key() instanceof VaultSecretKey);
    if (!alike) {
      throw new KeyStoreException("the alias " + alias + " belongs to " + taken.item()
          + ", an entry of another kind; delete that entry first");
    }
    return taken.item().name();
  }

  /** Whether the alias can be a name, and no object of another alias has it: that would get a version it did not ask for. */
  private boolean free(String alias, VaultEntry.Kind kind) {
    if (!ObjectId.isName(alias)) {
      return false;
    }
    try {
      if (kind == VaultEntry.Kind.CERTIFICATE) {
        session.client().certificates().get(alias);
      } else {
        session.client().keys().get(alias);
      }
      return false;
    } catch (VaultException.NotFound e) {
      return true;
    } catch (VaultException.Forbidden e) {
      // Nobody can tell: any other name does.
      return false;
    }
  }

  /** False when the name is taken after all, most often by an object that is deleted and can still be recovered. */
  private static boolean imported(String name, BiConsumer<String, Map<String, String>> importer) {
    try {
      importer.accept(name, new HashMap<>());
      return true;
    } catch (VaultException.Conflict e) {
      return false;
    }
  }

  private static byte[] encoded(PrivateKey key) throws KeyStoreException {
    byte[] encoded = "PKCS#8".equals(key.getFormat()) ? key.getEncoded() : null;
    if (encoded == null) {
      throw unencoded(key);
    }
    return encoded;
  }

  private static KeyStoreException unencoded(Key key) {
    return new KeyStoreException("this " + key.getAlgorithm() + " key does not leave the place that keeps it (it is a "
        + key.getClass().getName() + ", and has no encoding), so it cannot be imported");
  }
}
