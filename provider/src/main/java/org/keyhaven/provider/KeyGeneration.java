package org.keyhaven.provider;

import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.ProviderException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.util.HexFormat;
import java.util.List;
import org.keyhaven.client.VaultException;
import org.keyhaven.client.wire.Certificates.CertificateBundle;
import org.keyhaven.client.wire.Certificates.CertificateCreateParameters;
import org.keyhaven.client.wire.Certificates.CertificatePolicy;
import org.keyhaven.client.wire.Certificates.IssuerParameters;
import org.keyhaven.client.wire.Certificates.KeyProperties;
import org.keyhaven.client.wire.Certificates.X509Properties;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyOperation;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.Keys.KeyCreateParameters;
import org.keyhaven.client.wire.ObjectAttributes;
import org.keyhaven.client.wire.ObjectId;

/** Makes keys in a vault. Failures are {@link ProviderException}s with the vault's reason: the SPI has no checked ones. */
final class KeyGeneration {
  private static final int VALIDITY_MONTHS = 12;

  private final VaultSession session;
  private final Settings settings;

  KeyGeneration(VaultSession session, Settings settings) {
    this.session = session;
    this.settings = settings;
  }

  /** A key with a self-signed certificate, under the configured name or a random one. */
  KeyPair certified(KeyShape shape) {
    KeyType type = KeyType.of(shape.family(), settings.keyHsm());
    try {
      CertificateBundle bundle = certificate(shape, type);
      return pair(bundle.kid(), publicKey(bundle));
    } catch (VaultException e) {
      throw failure(type, e);
    } finally {
      session.catalog().invalidate();
    }
  }

  private CertificateBundle certificate(KeyShape shape, KeyType type) {
    Settings.KeyName wanted = settings.keyName();
    if (wanted == null) {
      return certificate(randomName(), shape, type);
    }
    // Creating under a name that exists would make a version that, by its policy, reuses the old key.
    if (exists(wanted.name())) {
      if (wanted.required()) {
        throw new ProviderException("the vault already has a certificate " + wanted.name() + "; delete it, or set "
            + Setting.KEY_NAME.property() + " to another name");
      }
      return certificate(randomName(), shape, type);
    }
    try {
      return certificate(wanted.name(), shape, type);
    } catch (VaultException.Conflict e) {
      // Most often it is deleted and can still be recovered, for up to 90 days.
      if (wanted.required()) {
        throw e;
      }
      return certificate(randomName(), shape, type);
    }
  }

  private CertificateBundle certificate(String name, KeyShape shape, KeyType type) {
    // Not exportable: an HSM key cannot leave anyway, and a software key made for remote use should not. The key is reused
    // by later versions, so that a chain can be merged into one (KeyAttachment).
    CertificatePolicy policy = new CertificatePolicy(null,
        new KeyProperties(false, type, shape.keySize(), true, shape.curve()), null,
        new X509Properties("CN=" + name, null, null, null, VALIDITY_MONTHS), null,
        new IssuerParameters(IssuerParameters.SELF, null, null), null);
    try {
      session.client().certificates().create(name, new CertificateCreateParameters(policy, null, null, null));
    } catch (VaultException.NotFound e) {
      throw new ProviderException("no key was generated: " + session.vault() + " makes no certificates (" + e.getMessage()
          + "). A Managed HSM has no certificates: use a VaultKeyGenParameterSpec", e);
    }
    return session.client().certificates().awaitCompletion(name, session.timeout());
  }

  /** A key without certificate. */
  KeyPair bare(KeyShape shape, VaultKeyGenParameterSpec spec) {
    KeyType type = KeyType.of(shape.family(), spec.hsm() == null ? settings.keyHsm() : spec.hsm());
    try {
      KeyCreateParameters parameters = new KeyCreateParameters(type, shape.keySize(), null, spec.operations(),
          ObjectAttributes.of(spec.enabled(), spec.notBefore(), spec.expires()), spec.tags(), shape.curve());
      JsonWebKey key = session.client().keys().create(spec.name(),
          spec.releasePolicy() == null ? parameters : parameters.exportable(spec.releasePolicy())).key();
      return pair(key.kid(), PublicKeys.of(key));
    } catch (VaultException e) {
      throw failure(type, e);
    } catch (InvalidKeySpecException e) {
      throw new ProviderException("the vault made a key that this provider cannot use: " + e.getMessage(), e);
    } finally {
      session.catalog().invalidate();
    }
  }

  /** An RSA key as one that says it is for RSASSA-PSS alone. In the vault it is like any other. */
  KeyPair forPss(KeyPair pair) {
    VaultRsaPrivateKey key = (VaultRsaPrivateKey) pair.getPrivate();
    try {
      return pair(key.id(), PublicKeys.pss(key.publicKey()));
    } catch (InvalidKeySpecException e) {
      throw new ProviderException("this Java runtime has no keys for RSASSA-PSS", e);
    }
  }

  /**
   * A symmetric key.
   *
   * @param algorithm AES or the name of an HMAC
   * @param spec null for the configured name, or a random one
   */
  VaultSecretKey secret(String algorithm, int bits, VaultKeyGenParameterSpec spec) {
    VaultKeyGenParameterSpec asked = spec != null ? spec : VaultKeyGenParameterSpec.named(freeKeyName()).build();
    List<KeyOperation> operations = asked.operations() != null ? asked.operations()
        : algorithm.equals("AES") ? null : List.of(KeyOperation.SIGN, KeyOperation.VERIFY);
    KeyCreateParameters parameters = new KeyCreateParameters(KeyType.OCT_HSM, bits, null, operations,
        ObjectAttributes.of(asked.enabled(), asked.notBefore(), asked.expires()), asked.tags(), null);
    try {
      ObjectId kid = session.client().keys().create(asked.name(),
          asked.releasePolicy() == null ? parameters : parameters.exportable(asked.releasePolicy())).key().kid();
      return session.secretKey(kid, algorithm, bits);
    } catch (VaultException e) {
      throw new ProviderException("no " + KeyType.OCT_HSM + " key was generated: " + e.getMessage() + (e.status() == 400
          ? "; only a Managed HSM has symmetric keys: " + Setting.VAULT_URL.property() + " is " + session.vault() : ""), e);
    } catch (InvalidKeyException e) {
      throw new ProviderException("the vault made a key that this provider cannot use: " + e.getMessage(), e);
    } finally {
      session.catalog().invalidate();
    }
  }

  private String freeKeyName() {
    Settings.KeyName wanted = settings.keyName();
    if (wanted == null) {
      return randomName();
    }
    try {
      session.client().keys().get(wanted.name());
    } catch (VaultException.NotFound e) {
      return wanted.name();
    } catch (VaultException e) {
      throw new ProviderException("no key was generated: " + e.getMessage(), e);
    }
    if (wanted.required()) {
      throw new ProviderException("the vault already has a key " + wanted.name() + "; delete it, or set "
          + Setting.KEY_NAME.property() + " to another name");
    }
    return randomName();
  }

  private KeyPair pair(ObjectId kid, PublicKey publicKey) {
    try {
      return new KeyPair(publicKey, session.privateKey(kid, publicKey));
    } catch (InvalidKeyException e) {
      throw new ProviderException("the vault made a key that this provider cannot use: " + e.getMessage(), e);
    }
  }

  private boolean exists(String name) {
    try {
      session.client().certificates().get(name);
      return true;
    } catch (VaultException.NotFound e) {
      return false;
    }
  }

  private static PublicKey publicKey(CertificateBundle bundle) {
    try {
      List<X509Certificate> chain = X509.chain(bundle);
      if (!chain.isEmpty()) {
        return chain.get(0).getPublicKey();
      }
    } catch (CertificateException e) {
      throw new ProviderException("the vault's certificate " + bundle.id() + " cannot be read", e);
    }
    throw new ProviderException("the vault completed the certificate " + bundle.id() + " without showing it");
  }

  private static ProviderException failure(KeyType type, VaultException cause) {
    String advice = type.hsm() && cause.status() == 400
        ? "; if this vault has no HSM, set " + Setting.KEY_HSM.property() + "=false" : "";
    return new ProviderException("no " + type + " key was generated: " + cause.getMessage() + advice, cause);
  }

  /** One that nobody else has. */
  static String randomName() {
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    return "keyhaven-" + HexFormat.of().formatHex(random);
  }
}
