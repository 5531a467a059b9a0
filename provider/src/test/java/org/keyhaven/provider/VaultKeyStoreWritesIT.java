package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.client.KeyhavenClient;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyOperation;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.Keys.KeyBundle;
import org.keyhaven.client.wire.Keys.KeyCreateParameters;
import org.keyhaven.client.wire.Keys.KeyUpdateParameters;
import org.keyhaven.client.wire.ObjectAttributes;
import org.keyhaven.server.TestVault;

/** Everything that goes into a key store, and versions, on the real server. */
class VaultKeyStoreWritesIT {
  private static KeyhavenProvider provider;
  private static KeyhavenClient client;

  @BeforeAll
  static void configure() {
    provider = RemoteKeys.provider();
    client = provider.session(provider.settings()).client();
  }

  private static KeyStore hsm() throws Exception {
    KeyStore store = KeyStore.getInstance("Keyhaven", provider);
    store.load(KeyhavenLoadStoreParameter.builder().vaultUrl(URI.create(TestVault.get().hsmUrl())).build());
    return store;
  }

  private static KeyhavenClient hsmClient() {
    return provider.session(provider.settings(List.of(KeyhavenLoadStoreParameter.builder()
        .vaultUrl(URI.create(TestVault.get().hsmUrl())).build().source()), null)).client();
  }

  private static void signs(Key key, PublicKey publicKey, String algorithm) throws Exception {
    byte[] message = "message".getBytes(StandardCharsets.UTF_8);
    Signature signature = Signature.getInstance(algorithm, provider);
    signature.initSign((PrivateKey) key);
    signature.update(message);
    byte[] signed = signature.sign();
    Signature verifier = Signature.getInstance(algorithm, algorithm.endsWith("RSA") ? "SunRsaSign" : "SunEC");
    verifier.initVerify(publicKey);
    verifier.update(message);
    assertThat(verifier.verify(signed)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"EC", "RSA"})
  void aLocalKeyWithItsChainIsImportedIntoTheHsmAndTakesTheReplyOfACa(String algorithm) throws Exception {
    KeyPair authority = LocalCertificates.ec();
    KeyPair local = algorithm.equals("EC") ? LocalCertificates.ec() : LocalCertificates.rsa();
    X509Certificate root = LocalCertificates.root(authority);
    X509Certificate leaf = LocalCertificates.leaf(authority, local.getPublic().getEncoded());
    String alias = RemoteKeys.name("import");
    KeyStore store = RemoteKeys.store(provider);

    store.setKeyEntry(alias, local.getPrivate(), "ignored".toCharArray(), new Certificate[] {leaf, root});

    assertThat(store.getCertificateChain(alias)).containsExactly(leaf, root);
    VaultPrivateKey remote = (VaultPrivateKey) store.getKey(alias, null);
    assertThat(remote.id().name()).isEqualTo(alias);
    assertThat(client.keys().get(alias).key().kty().hsm()).isTrue();
    signs(remote, local.getPublic(), "SHA256with" + (algorithm.equals("EC") ? "ECDSA" : "RSA"));
    assertThat(local.getPrivate().getEncoded()).isNotNull();

    X509Certificate reply = LocalCertificates.leaf(authority, local.getPublic().getEncoded());
    store.setKeyEntry(alias, remote, null, new Certificate[] {reply});
    assertThat(store.getCertificateChain(alias)).containsExactly(reply);
    assertThat(((VaultPrivateKey) store.getKey(alias, null)).publicKey()).isEqualTo(local.getPublic());

    KeyPair next = LocalCertificates.ec();
    X509Certificate renewed = LocalCertificates.leaf(authority, next.getPublic().getEncoded());
    store.setEntry(alias, new KeyStore.PrivateKeyEntry(next.getPrivate(), new Certificate[] {renewed}), null);
    assertThat(((VaultPrivateKey) store.getKey(alias, null)).publicKey()).isEqualTo(next.getPublic());
    assertThat(client.certificates().listVersions(alias)).hasSize(3);
  }

  @Test
  void anAliasWhoseNameIsTakenGetsAnother() throws Exception {
    KeyPair authority = LocalCertificates.ec();
    KeyPair local = LocalCertificates.ec();
    X509Certificate leaf = LocalCertificates.leaf(authority, local.getPublic().getEncoded());
    KeyStore store = RemoteKeys.store(provider);
    String deleted = RemoteKeys.name("deleted");
    store.setKeyEntry(deleted, local.getPrivate(), null, new Certificate[] {leaf});
    store.deleteEntry(deleted);
    store.setKeyEntry(deleted, local.getPrivate(), null, new Certificate[] {leaf});
    assertThat(((VaultPrivateKey) store.getKey(deleted, null)).id().name()).startsWith("keyhaven-");

    String name = RemoteKeys.certified(provider, "EC", 256);
    String alias = RemoteKeys.name("renamed");
    store.setKeyEntry(alias, store.getKey(name, null), null, store.getCertificateChain(name));
    store.setKeyEntry(name, local.getPrivate(), null, new Certificate[] {leaf});
    assertThat(((VaultPrivateKey) store.getKey(name, null)).id().name()).isNotEqualTo(name);
    assertThat(((VaultPrivateKey) store.getKey(alias, null)).publicKey()).isNotEqualTo(local.getPublic());

    String odd = "An alias, with " + RemoteKeys.name("spaces");
    store.setKeyEntry(odd, local.getPrivate(), null, new Certificate[] {leaf});
    assertThat(store.getCertificate(odd)).isEqualTo(leaf);
  }

  @Test
  void whatCannotBeImportedIsRefusedWithTheReason() throws Exception {
    KeyPair authority = LocalCertificates.ec();
    KeyPair local = LocalCertificates.ec();
    X509Certificate root = LocalCertificates.root(authority);
    Certificate[] chain = {LocalCertificates.leaf(authority, local.getPublic().getEncoded())};
    KeyStore store = RemoteKeys.store(provider);
    String alias = RemoteKeys.name("refused");
    assertThatThrownBy(() -> store.setKeyEntry(alias, new OpaqueKey("EC"), null, chain))
        .isInstanceOf(KeyStoreException.class).hasMessageContaining("does not leave").hasMessageContaining("OpaqueKey");
    assertThatThrownBy(() -> store.setKeyEntry(alias, new OpaqueKey("DSA"), null, chain))
        .isInstanceOf(KeyStoreException.class).hasMessageContaining("DSA");
    assertThatThrownBy(() -> store.setKeyEntry(alias, local.getPrivate(), null, new Certificate[] {root}))
        .isInstanceOf(KeyStoreException.class).hasMessageContaining("public key");
    assertThatThrownBy(() -> store.setKeyEntry(alias, local.getPrivate().getEncoded(), chain))
        .isInstanceOf(KeyStoreException.class).hasMessageContaining("password");
    assertThatThrownBy(() -> hsm().setKeyEntry(alias, local.getPrivate(), null, chain)).isInstanceOf(KeyStoreException.class)
        .hasMessageContaining("keeps no certificates");
    assertThatThrownBy(() -> store.setKeyEntry(alias, new SecretKeySpec(new byte[32], "AES"), null, null))
        .isInstanceOf(KeyStoreException.class).hasMessageContaining("Managed HSM");
    assertThat(store.containsAlias(alias)).isFalse();
    String bare = ((VaultPrivateKey) RemoteKeys.bareEc(provider, KeyCurve.P_256).getPrivate()).id().name();
    assertThatThrownBy(() -> store.setKeyEntry(bare, local.getPrivate(), null, chain)).isInstanceOf(KeyStoreException.class)
        .hasMessageContaining("of another kind");
  }

  private record OpaqueKey(String algorithm) implements PrivateKey, SecretKey {
    @Override
    public String getAlgorithm() {
      return algorithm;
    }

    @Override
    public String getFormat() {
      return null;
    }

    @Override
    public byte[] getEncoded() {
      return null;
    }

    @Override
    public void destroy() { }

    @Override
    public boolean isDestroyed() {
      return false;
    }
  }

  @Test
  void symmetricKeysAreSecretKeyEntriesOfAManagedHsm() throws Exception {
    KeyStore store = hsm();
    byte[] octets = new byte[32];
    Arrays.fill(octets, (byte) 7);
    String aes = RemoteKeys.name("aes");
    store.setEntry(aes, new KeyStore.SecretKeyEntry(new SecretKeySpec(octets, "AES")),
        new KeyStore.PasswordProtection(null));
    assertThat(store.isKeyEntry(aes)).isTrue();
    assertThat(store.entryInstanceOf(aes, KeyStore.SecretKeyEntry.class)).isTrue();
    assertThat(store.entryInstanceOf(aes, KeyStore.PrivateKeyEntry.class)).isFalse();
    SecretKey key = ((KeyStore.SecretKeyEntry) store.getEntry(aes, null)).getSecretKey();
    assertThat(key.getAlgorithm()).isEqualTo("AES");
    assertThat(key.getEncoded()).isNull();
    assertThat(store.getCertificateChain(aes)).isNull();
    assertThat(Collections.list(store.aliases())).contains(aes);
    KeyBundle bundle = hsmClient().keys().get(aes);
    assertThat(bundle.key().kty()).isEqualTo(KeyType.OCT_HSM);

    String mac = RemoteKeys.name("mac") + " with spaces";
    store.setKeyEntry(mac, new SecretKeySpec(octets, "HmacSHA256"), null, null);
    assertThat(store.getKey(mac, null).getAlgorithm()).startsWith("Hmac");
    store.setKeyEntry(mac, new SecretKeySpec(new byte[32], "HmacSHA256"), null, null);
    String name = ((VaultSecretKey) store.getKey(mac, null)).id().name();
    assertThat(hsmClient().keys().listVersions(name)).hasSize(2);
    String renamed = RemoteKeys.name("renamed");
    store.setKeyEntry(renamed, store.getKey(mac, null), null, null);
    assertThat(store.containsAlias(mac)).isFalse();
    assertThat(((VaultSecretKey) store.getKey(renamed, null)).id().name()).isEqualTo(name);

    assertThatThrownBy(() -> store.setKeyEntry(aes + "x", new SecretKeySpec(new byte[24], "DESede"), null, null))
        .isInstanceOf(KeyStoreException.class).hasMessageContaining("DESede");
    assertThatThrownBy(() -> store.setEntry(aes + "x", new KeyStore.SecretKeyEntry(new OpaqueKey("AES")), null))
        .isInstanceOf(KeyStoreException.class).hasMessageContaining("does not leave");
    store.deleteEntry(aes);
    assertThat(store.containsAlias(aes)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTrustedCertificateIsKeptReplacedAndDeleted(boolean managedHsm) throws Exception {
    X509Certificate first = LocalCertificates.root(LocalCertificates.ec());
    X509Certificate second = LocalCertificates.root(LocalCertificates.ec());
    KeyStore store = managedHsm ? hsm() : RemoteKeys.store(provider);
    String alias = RemoteKeys.name("a CA");

    store.setCertificateEntry(alias, first);
    store.setCertificateEntry(alias, first);
    assertThat(store.isCertificateEntry(alias)).isTrue();
    assertThat(store.isKeyEntry(alias)).isFalse();
    assertThat(store.getKey(alias, null)).isNull();
    assertThat(store.getCertificateChain(alias)).isNull();
    assertThat(store.getCertificate(alias)).isEqualTo(first);
    assertThat(store.getCertificateAlias(first)).isEqualTo(alias);
    assertThat(store.getCertificateAlias(second)).isNull();
    assertThat(store.getCreationDate(alias)).isNotNull();
    assertThat(store.entryInstanceOf(alias, KeyStore.TrustedCertificateEntry.class)).isTrue();
    assertThat(((KeyStore.TrustedCertificateEntry) store.getEntry(alias, null)).getTrustedCertificate()).isEqualTo(first);
    assertThat(Collections.list(store.aliases())).containsOnlyOnce(alias);

    store.setEntry(alias, new KeyStore.TrustedCertificateEntry(second), null);
    assertThat(store.getCertificate(alias)).isEqualTo(second);
    assertThat(store.getCertificateAlias(first)).isNull();
    store.deleteEntry(alias);
    assertThat(store.containsAlias(alias)).isFalse();
    store.setCertificateEntry(alias, second);
    assertThat(store.getCertificate(alias)).isEqualTo(second);
    store.deleteEntry(alias);
  }

  @Test
  void whatHasATrustedCertificateIsTrustedByJsse() throws Exception {
    KeyPair authority = LocalCertificates.ec();
    KeyStore store = RemoteKeys.store(provider);
    store.setCertificateEntry(RemoteKeys.name("tls"), LocalCertificates.root(authority));
    X509Certificate leaf = LocalCertificates.leaf(authority, LocalCertificates.ec().getPublic().getEncoded());
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(store);
    ((X509TrustManager) factory.getTrustManagers()[0]).checkServerTrusted(new X509Certificate[] {leaf}, "ECDHE_ECDSA");
  }

  @Test
  void tagsAloneMakeNoCertificateTrusted() throws Exception {
    KeyStore store = RemoteKeys.store(provider);
    String alias = RemoteKeys.name("ca");
    store.setCertificateEntry(alias, LocalCertificates.root(LocalCertificates.ec()));
    String carrier = client.keys().list().stream().filter(item -> item.tags() != null
        && alias.equals(item.tags().get(VaultCatalog.ALIAS_TAG))).findFirst().orElseThrow().kid().name();
    Map<String, String> tags = client.keys().get(carrier).tags();

    String bare = ((VaultPrivateKey) RemoteKeys.bareEc(provider, KeyCurve.P_256).getPrivate()).id().name();
    Map<String, String> stolen = new HashMap<>(tags);
    stolen.remove(VaultCatalog.ALIAS_TAG);
    client.keys().update(bare, null, KeyUpdateParameters.none().withTags(stolen).withKeyOps(KeyOperation.VERIFY));
    KeyStore fresh = RemoteKeys.store(RemoteKeys.provider());
    assertThat(fresh.isCertificateEntry(bare)).isFalse();
    assertThat(fresh.isKeyEntry(bare)).isTrue();

    store.setCertificateEntry(RemoteKeys.name("other"), LocalCertificates.root(LocalCertificates.ec()));
    Map<String, String> swapped = new HashMap<>(tags);
    swapped.put("keyhaven-certificate-1", "A".repeat(256));
    client.keys().update(carrier, null, KeyUpdateParameters.none().withTags(swapped));
    KeyStore changed = RemoteKeys.store(RemoteKeys.provider());
    assertThat(changed.isCertificateEntry(alias)).isFalse();
    assertThat(changed.getCertificate(alias)).isNull();
    assertThatThrownBy(() -> changed.getKey(alias, null)).isInstanceOf(UnrecoverableKeyException.class)
        .hasMessageContaining("were changed");
    client.keys().delete(carrier);
  }

  @Test
  void aTagCannotWriteLinesIntoWhatKeytoolPrints() throws Exception {
    String bare = ((VaultPrivateKey) RemoteKeys.bareEc(provider, KeyCurve.P_256).getPrivate()).id().name();
    String forged = "x, Jan 1, 2026, PrivateKeyEntry,\n\u001b[1Aroot, Jan 1, 2026, trustedCertEntry,";
    client.keys().update(bare, null, KeyUpdateParameters.none().withTags(Map.of(VaultCatalog.ALIAS_TAG, forged)));
    KeyStore fresh = RemoteKeys.store(RemoteKeys.provider());
    assertThat(Collections.list(fresh.aliases())).contains(bare)
        .noneMatch(alias -> alias.chars().anyMatch(Character::isISOControl));
    assertThatThrownBy(() -> fresh.setCertificateEntry(forged, LocalCertificates.root(LocalCertificates.ec())))
        .isInstanceOf(KeyStoreException.class).hasMessageContaining("control");
    assertThatThrownBy(() -> fresh.setCertificateEntry(" ", LocalCertificates.root(LocalCertificates.ec())))
        .isInstanceOf(KeyStoreException.class);
  }

  @Test
  void aTrustedCertificateTakesNoOthersPlaceAndFitsIntoTags() throws Exception {
    String name = RemoteKeys.certified(provider, "EC", 256);
    KeyPair authority = LocalCertificates.ec();
    KeyStore store = RemoteKeys.store(provider);
    assertThatThrownBy(() -> store.setCertificateEntry(name, LocalCertificates.root(authority)))
        .isInstanceOf(KeyStoreException.class).hasMessageContaining("belongs to certificate " + name);
    byte[] key = authority.getPublic().getEncoded();
    X509Certificate large = LocalCertificates.issue("CN=authority", authority, "CN=authority", key, true, 2000);
    X509Certificate tooLarge = LocalCertificates.issue("CN=authority", authority, "CN=authority", key, true, 2500);
    String alias = RemoteKeys.name("large");
    store.setCertificateEntry(alias, large);
    assertThat(store.getCertificate(alias)).isEqualTo(large);
    assertThatThrownBy(() -> store.setCertificateEntry(alias, tooLarge)).isInstanceOf(KeyStoreException.class)
        .hasMessageContaining("2496");
    assertThat(store.getCertificate(alias)).isEqualTo(large);
    store.deleteEntry(alias);
  }

  @Test
  void aVersionInTheAliasPinsItAndIsNotListed() throws Exception {
    String name = RemoteKeys.certified(provider, "EC", 256);
    KeyStore store = RemoteKeys.store(provider);
    VaultPrivateKey first = (VaultPrivateKey) store.getKey(name, null);
    Certificate before = store.getCertificate(name);
    KeyPair next = LocalCertificates.ec();
    store.setKeyEntry(name, next.getPrivate(), null,
        new Certificate[] {LocalCertificates.leaf(LocalCertificates.ec(), next.getPublic().getEncoded())});

    String pinned = name + "/" + first.id().version();
    assertThat(store.getKey(pinned, null)).isEqualTo(first);
    assertThat(store.getCertificate(pinned)).isEqualTo(before);
    assertThat(store.isKeyEntry(pinned)).isTrue();
    assertThat(((VaultPrivateKey) store.getKey(name, null)).publicKey()).isEqualTo(next.getPublic());
    signs(store.getKey(pinned, null), first.publicKey(), "SHA256withECDSA");
    assertThat(Collections.list(store.aliases())).contains(name).doesNotContain(pinned);
    assertThat(store.containsAlias(name + "/" + "0".repeat(32))).isFalse();
    assertThatThrownBy(() -> store.deleteEntry(pinned)).isInstanceOf(KeyStoreException.class)
        .hasMessageContaining("one version");
    assertThatThrownBy(() -> store.setKeyEntry(pinned, first, null, new Certificate[] {before}))
        .isInstanceOf(KeyStoreException.class).hasMessageContaining("one version");

    KeyBundle bare = client.keys().create(RemoteKeys.name("bare"), KeyCreateParameters.ec(KeyCurve.P_256)
        .withTags(Map.of(VaultCatalog.ALIAS_TAG, pinned)));
    client.keys().rotate(bare.key().kid().name());
    KeyStore fresh = RemoteKeys.store(RemoteKeys.provider());
    assertThat(fresh.getKey(pinned, null)).isEqualTo(first);
    String old = bare.key().kid().name() + "/" + bare.key().kid().version();
    assertThat(((VaultPrivateKey) fresh.getKey(old, null)).id()).isEqualTo(bare.key().kid());
    assertThat(((VaultPrivateKey) fresh.getKey(bare.key().kid().name(), null)).id()).isNotEqualTo(bare.key().kid());
  }

  @Test
  void aRotationIsPickedUpWithoutARestart() throws Exception {
    KeyBundle first = client.keys().create(RemoteKeys.name("rotated"), KeyCreateParameters.ec(KeyCurve.P_256));
    String name = first.key().kid().name();
    KeyStore store = KeyStore.getInstance("Keyhaven", provider);
    store.load(KeyhavenLoadStoreParameter.builder().cacheRefresh(Duration.ofNanos(1)).build());
    assertThat(((VaultPrivateKey) store.getKey(name, null)).id()).isEqualTo(first.key().kid());
    KeyBundle second = client.keys().rotate(name);
    assertThat(((VaultPrivateKey) store.getKey(name, null)).id()).isEqualTo(second.key().kid());
  }

  @Test
  void oneExpiredOrDisabledKeyHidesNoOther() throws Exception {
    KeyBundle expired = client.keys().create(RemoteKeys.name("expired"), KeyCreateParameters.ec(KeyCurve.P_256)
        .withAttributes(ObjectAttributes.of(null, null, Instant.now().minusSeconds(60))));
    KeyBundle disabled = client.keys().create(RemoteKeys.name("disabled"), KeyCreateParameters.ec(KeyCurve.P_256)
        .withAttributes(ObjectAttributes.of(false, null, null)));
    KeyBundle good = client.keys().create(RemoteKeys.name("good"), KeyCreateParameters.ec(KeyCurve.P_256));
    KeyStore store = RemoteKeys.store(RemoteKeys.provider());
    assertThat(Collections.list(store.aliases())).contains(expired.key().kid().name(), disabled.key().kid().name(),
        good.key().kid().name());
    assertThat(store.isKeyEntry(disabled.key().kid().name())).isFalse();
    assertThat(store.isCertificateEntry(disabled.key().kid().name())).isFalse();
    VaultPrivateKey key = (VaultPrivateKey) store.getKey(good.key().kid().name(), null);
    signs(key, key.publicKey(), "SHA256withECDSA");
  }

  @Test
  void severalVaultsAreOpenAtOnce() throws Exception {
    KeyStore vault = RemoteKeys.store(provider);
    KeyStore managed = hsm();
    String alias = RemoteKeys.name("both");
    X509Certificate one = LocalCertificates.root(LocalCertificates.ec());
    X509Certificate other = LocalCertificates.root(LocalCertificates.ec());
    vault.setCertificateEntry(alias, one);
    managed.setCertificateEntry(alias, other);
    assertThat(vault.getCertificate(alias)).isEqualTo(one);
    assertThat(managed.getCertificate(alias)).isEqualTo(other);
    vault.deleteEntry(alias);
    assertThat(managed.containsAlias(alias)).isTrue();
    managed.deleteEntry(alias);
  }

  @Test
  void aBuilderOpensItWithAnyProtection() throws Exception {
    String name = RemoteKeys.certified(provider, "EC", 256);
    for (KeyStore.ProtectionParameter protection : List.of(new KeyStore.PasswordProtection("any".toCharArray()),
        new KeyStore.CallbackHandlerProtection(callbacks -> { }))) {
      KeyStore store = KeyStore.Builder.newInstance("Keyhaven", provider, protection).getKeyStore();
      assertThat(store.isKeyEntry(name)).isTrue();
    }
  }
}
