package org.keyhaven.provider;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.InvalidParameterException;
import java.security.Key;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.KeyStoreSpi;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.ProviderException;
import java.security.UnrecoverableEntryException;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.crypto.SecretKey;
import org.keyhaven.client.TokenSource;
import org.keyhaven.client.VaultException;

/**
 * The key store {@code Keyhaven}: a vault seen as a KeyStore. Opening it reads the configuration and begins to connect
 * to the vault, on another thread; it sends nothing, and succeeds whether there is a vault or not.
 * Passwords are ignored, except that none can be changed, and so is the stream of {@code store}: the vault is always up to
 * date. Reads come from the {@link VaultCatalog}; one's own changes are seen at once, those of others some time after
 * {@code keyhaven.cache.refresh}.
 *
 * <p>Methods that may not throw a checked exception throw {@link ProviderException} with the vault's reason when the vault
 * does not answer. An entry that is disabled or forbidden says false to {@code isKeyEntry} and gives its reason from
 * {@code getKey} and {@code getCertificateChain}. Thread-safe once loaded.
 */
final class VaultKeyStore extends KeyStoreSpi {
  private static final String NO_PASSWORD =
      "nothing was changed: a vault and its keys have no password; the vault's permissions say who may use them";

  private final KeyhavenProvider provider;
  private volatile VaultSession session;
  private volatile boolean keyHsm;
  private volatile GivenPassword password = new GivenPassword(null);

  VaultKeyStore(KeyhavenProvider provider) {
    this.provider = provider;
  }

  /** @throws IOException when there is a stream, since a vault is no file, or when the configuration is unusable */
  @Override
  public void engineLoad(InputStream stream, char[] password) throws IOException {
    if (stream != null) {
      // keytool -importkeystore is what insists on a file to copy from.
      throw new IOException("a Keyhaven key store is no file: use -keystore NONE, or load(null, null). It is no source for"
          + " -importkeystore: private keys never leave the vault, and -exportcert writes certificates");
    }
    open(List.of(), null);
    this.password = new GivenPassword(password);
  }

  @Override
  public void engineLoad(KeyStore.LoadStoreParameter parameter) throws IOException {
    if (parameter instanceof KeyhavenLoadStoreParameter ours) {
      open(List.of(ours.source()), ours.tokenSource());
    } else if (parameter instanceof AsKeyhavenParameter other) {
      open(List.of(other.asKeyhaven().source()), null);
    } else if (parameter == null || parameter.getProtectionParameter() instanceof KeyStore.PasswordProtection
        || parameter.getProtectionParameter() instanceof KeyStore.CallbackHandlerProtection) {
      // As KeyStore.Builder has it; whichever it is, a vault asks for none.
      open(List.of(), null);
    } else {
      throw new IllegalArgumentException("a KeyhavenLoadStoreParameter was expected, not " + parameter.getClass().getName());
    }
  }

  private void open(List<SettingsSource> first, TokenSource tokenSource) throws IOException {
    try {
      Settings settings = provider.settings(first, tokenSource);
      keyHsm = settings.keyHsm();
      session = provider.session(settings);
      password = new GivenPassword(null);
    } catch (InvalidParameterException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** @throws IOException for another password than that of {@code load}: keytool -storepasswd must not seem to succeed */
  @Override
  public void engineStore(OutputStream stream, char[] password) throws IOException {
    if (this.password.isChangedBy(password)) {
      throw new IOException(NO_PASSWORD);
    }
  }

  @Override
  public void engineStore(KeyStore.LoadStoreParameter parameter) { }

  @Override
  public Enumeration<String> engineAliases() {
    return Collections.enumeration(ask(() -> session.catalog().aliases()));
  }

  @Override
  public int engineSize() {
    return ask(() -> session.catalog().aliases()).size();
  }

  @Override
  public boolean engineContainsAlias(String alias) {
    return find(alias).isPresent();
  }

  @Override
  public boolean engineIsKeyEntry(String alias) {
    return find(alias).map(entry -> entry.key() != null).orElse(false);
  }

  @Override
  public boolean engineIsCertificateEntry(String alias) {
    return find(alias).map(VaultEntry::isTrusted).orElse(false);
  }

  @Override
  public Key engineGetKey(String alias, char[] password) throws UnrecoverableKeyException {
    VaultEntry entry = find(alias).orElse(null);
    if (entry == null) {
      return null;
    }
    if (entry.refusal() != null) {
      UnrecoverableKeyException refused = new UnrecoverableKeyException(entry.refusal());
      refused.initCause(entry.cause());
      throw refused;
    }
    return entry.key();
  }

  /**
   * Null for an alias without certificate, an ambiguous one too: servers ask for that of every alias when they start, and
   * whoever may change tags makes a name ambiguous.
   */
  @Override
  public Certificate engineGetCertificate(String alias) {
    return find(alias).filter(entry -> !entry.chain().isEmpty()).map(entry -> entry.chain().get(0)).orElse(null);
  }

  /** An entry that cannot be used is an error, with its reason; {@code getCertificate} still shows its leaf. */
  @Override
  public Certificate[] engineGetCertificateChain(String alias) {
    Optional<VaultEntry> entry = find(alias);
    if (entry.isPresent() && entry.get().refusal() != null) {
      // Who asks for a chain is about to use the key. jarsigner, given one, asks for a key password next, and forgets the reason.
      throw new ProviderException(entry.get().refusal(), entry.get().cause());
    }
    return entry.filter(found -> !found.isTrusted() && !found.chain().isEmpty())
        .map(found -> found.chain().toArray(new Certificate[0])).orElse(null);
  }

  @Override
  public Date engineGetCreationDate(String alias) {
    return find(alias).map(VaultEntry::created).map(Date::from).orElse(null);
  }

  @Override
  public String engineGetCertificateAlias(Certificate certificate) {
    if (!(certificate instanceof X509Certificate x509)) {
      return null;
    }
    byte[] thumbprint = thumbprint(x509);
    for (VaultEntry.Item item : ask(() -> session.catalog().items())) {
      if (mayHave(item, x509, thumbprint) && find(item.alias()).filter(entry -> !entry.chain().isEmpty())
          .filter(entry -> entry.chain().get(0).equals(certificate)).isPresent()) {
        return item.alias();
      }
    }
    return null;
  }

  private static boolean mayHave(VaultEntry.Item item, X509Certificate certificate, byte[] thumbprint) {
    if (item.kind() == VaultEntry.Kind.CERTIFICATE) {
      return item.thumbprint() == null || Arrays.equals(item.thumbprint(), thumbprint);
    }
    try {
      return TrustedCertificates.isCarrier(item.name(), certificate);
    } catch (CertificateEncodingException e) {
      throw new ProviderException("the certificate cannot be encoded", e);
    }
  }

  @Override
  public KeyStore.Entry engineGetEntry(String alias, KeyStore.ProtectionParameter protection)
      throws UnrecoverableEntryException {
    Optional<VaultEntry> found = find(alias);
    if (found.isEmpty()) {
      return null;
    }
    VaultEntry entry = found.get();
    if (entry.refusal() != null) {
      UnrecoverableEntryException refused = new UnrecoverableEntryException(entry.refusal());
      refused.initCause(entry.cause());
      throw refused;
    }
    if (entry.isTrusted()) {
      return new KeyStore.TrustedCertificateEntry(entry.chain().get(0));
    }
    if (entry.key() instanceof VaultSecretKey secret) {
      return new KeyStore.SecretKeyEntry(secret);
    }
    if (entry.key() instanceof VaultPrivateKey key && entry.isPrivateKey()) {
      return new KeyStore.PrivateKeyEntry(key, entry.chain().toArray(new Certificate[0]));
    }
    throw new UnrecoverableEntryException(alias + " is a key without certificate: use getKey");
  }

  @Override
  public boolean engineEntryInstanceOf(String alias, Class<? extends KeyStore.Entry> entryClass) {
    // KeyStoreSpi takes any key without certificate for a secret key.
    return find(alias).map(entry -> entryClass == KeyStore.PrivateKeyEntry.class && entry.isPrivateKey()
        || entryClass == KeyStore.SecretKeyEntry.class && entry.key() instanceof VaultSecretKey
        || entryClass == KeyStore.TrustedCertificateEntry.class && entry.isTrusted()).orElse(false);
  }

  /**
   * Gives alias and chain to a key that is in the vault, or imports one that is not: a private key as a certificate, into
   * the HSM unless {@code keyhaven.key.hsm} says otherwise; a key for AES or HMAC into a Managed HSM. The
   * password is ignored, except that none is changed.
   */
  @Override
  public void engineSetKeyEntry(String alias, Key key, char[] password, Certificate[] chain) throws KeyStoreException {
    refuseUnusable(alias);
    if (this.password.isChangedBy(password) && isStored(alias, key, chain)) {
      // Only keytool -keypasswd stores what is there already.
      throw new KeyStoreException(NO_PASSWORD);
    }
    if (key instanceof VaultPrivateKey remote) {
      new KeyAttachment(session).attach(alias, remote, chain);
    } else if (key instanceof VaultSecretKey remote) {
      new KeyAttachment(session).name(alias, remote);
    } else if (key instanceof PrivateKey local && chain != null) {
      new KeyImport(session, keyHsm).pair(alias, local, chain);
    } else if (key instanceof SecretKey local) {
      new KeyImport(session, keyHsm).secret(alias, local);
    } else {
      throw new KeyStoreException("a vault keeps private keys with their certificate, and symmetric keys");
    }
  }

  private boolean isStored(String alias, Key key, Certificate[] chain) {
    return find(alias).filter(entry -> entry.key() != null && entry.key().equals(key))
        .filter(entry -> chain != null && Arrays.equals(entry.chain().toArray(), chain)).isPresent();
  }

  @Override
  public void engineSetKeyEntry(String alias, byte[] key, Certificate[] chain) throws KeyStoreException {
    throw new KeyStoreException("this key is encrypted under a password that the vault is not told; give the key itself");
  }

  /** As the other setters; a protection parameter is ignored like any password, and attributes of the entry are not kept. */
  @Override
  public void engineSetEntry(String alias, KeyStore.Entry entry, KeyStore.ProtectionParameter protection)
      throws KeyStoreException {
    if (entry instanceof KeyStore.PrivateKeyEntry pair) {
      engineSetKeyEntry(alias, pair.getPrivateKey(), null, pair.getCertificateChain());
    } else if (entry instanceof KeyStore.SecretKeyEntry secret) {
      engineSetKeyEntry(alias, secret.getSecretKey(), null, null);
    } else if (entry instanceof KeyStore.TrustedCertificateEntry trusted) {
      engineSetCertificateEntry(alias, trusted.getTrustedCertificate());
    } else {
      throw new KeyStoreException("a vault keeps private keys, symmetric keys and trusted certificates, not a "
          + entry.getClass().getSimpleName());
    }
  }

  @Override
  public void engineSetCertificateEntry(String alias, Certificate certificate) throws KeyStoreException {
    refuseUnusable(alias);
    new TrustedCertificates(session).store(alias, certificate);
  }

  private static void refuseUnusable(String alias) throws KeyStoreException {
    refusePinned(alias);
    if (!VaultCatalog.isAlias(alias)) {
      throw new KeyStoreException("an alias has something to show, and no control or formatting characters");
    }
  }

  private static void refusePinned(String alias) throws KeyStoreException {
    if (PinnedAlias.of(alias).isPresent()) {
      throw new KeyStoreException(alias + " is one version of an object, which cannot be changed; give its name alone");
    }
  }

  /** Deletes certificate and key; whether that can be undone is the vault's to say. An unknown alias is no error. */
  @Override
  public void engineDeleteEntry(String alias) throws KeyStoreException {
    refusePinned(alias);
    session.catalog().invalidate();
    try {
      Optional<VaultEntry> entry = session.catalog().find(alias);
      if (entry.isPresent() && entry.get().isAmbiguous()) {
        throw new KeyStoreException(entry.get().refusal());
      }
      if (entry.isPresent()) {
        VaultEntry.Item item = entry.get().item();
        if (item.kind() == VaultEntry.Kind.CERTIFICATE) {
          session.client().certificates().delete(item.name());
        } else {
          session.client().keys().delete(item.name());
        }
      }
    } catch (VaultException e) {
      throw new KeyStoreException(alias + " was not deleted: " + e.getMessage(), e);
    } finally {
      session.catalog().invalidate();
    }
  }

  private Optional<VaultEntry> find(String alias) {
    try {
      return session.catalog().find(alias);
    } catch (VaultException e) {
      throw new ProviderException(e.getMessage(), e);
    }
  }

  private static <T> T ask(Supplier<T> question) {
    try {
      return question.get();
    } catch (VaultException e) {
      throw new ProviderException(e.getMessage(), e);
    }
  }

  private static byte[] thumbprint(X509Certificate certificate) {
    try {
      return MessageDigest.getInstance("SHA-1").digest(certificate.getEncoded());
    } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
      throw new ProviderException("the thumbprint of a certificate cannot be made", e);
    }
  }
}
