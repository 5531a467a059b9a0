package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.PrivateKey;
import java.security.ProviderException;
import java.security.UnrecoverableEntryException;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.keyhaven.client.KeyhavenClient;
import org.keyhaven.client.VaultException;
import org.keyhaven.client.wire.Certificates.CertificateUpdateParameters;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.ObjectAttributes;
import org.keyhaven.server.TestVault;

class VaultKeyStoreIT {
  private static KeyhavenProvider provider;

  @BeforeAll
  static void configure() {
    provider = RemoteKeys.provider();
  }

  @Test
  void aGeneratedKeyIsListedAndUsable() throws Exception {
    String name = RemoteKeys.certified(provider, "EC", 256);
    KeyStore store = RemoteKeys.store(provider);
    assertThat(Collections.list(store.aliases())).contains(name);
    assertThat(store.containsAlias(name.toUpperCase(Locale.ROOT))).isTrue();
    assertThat(store.isKeyEntry(name)).isTrue();
    assertThat(store.isCertificateEntry(name)).isFalse();
    assertThat(store.entryInstanceOf(name, KeyStore.PrivateKeyEntry.class)).isTrue();
    assertThat(store.getCertificateChain(name)).hasSize(1);
    assertThat(store.getCertificateAlias(store.getCertificate(name))).isEqualTo(name);
    assertThat(store.getCreationDate(name)).isBetween(Date.from(Instant.now().minusSeconds(600)),
        Date.from(Instant.now().plusSeconds(5)));
    KeyStore.PrivateKeyEntry entry = (KeyStore.PrivateKeyEntry) store.getEntry(name, null);
    assertThat(entry.getPrivateKey()).isEqualTo(store.getKey(name, null));
    assertThat(((VaultPrivateKey) entry.getPrivateKey()).id().version()).isNotNull();
  }

  @Test
  void anUnknownAliasIsNothing() throws Exception {
    KeyStore store = RemoteKeys.store(provider);
    for (String alias : new String[] {RemoteKeys.name("none"), "not a vault name"}) {
      assertThat(store.containsAlias(alias)).isFalse();
      assertThat(store.getKey(alias, null)).isNull();
      assertThat(store.getCertificate(alias)).isNull();
      assertThat(store.getCertificateChain(alias)).isNull();
      assertThat(store.isKeyEntry(alias)).isFalse();
      assertThat(store.getEntry(alias, null)).isNull();
      store.deleteEntry(alias);
    }
  }

  @Test
  void anAliasThatIsNoVaultNameIsKeptInATag() throws Exception {
    String name = RemoteKeys.certified(provider, "EC", 256);
    KeyStore store = RemoteKeys.store(provider);
    Key key = store.getKey(name, null);
    Certificate[] chain = store.getCertificateChain(name);
    String alias = "An alias, with " + name;
    store.setKeyEntry(alias, key, null, chain);
    assertThat(Collections.list(store.aliases())).contains(alias).doesNotContain(name);
    assertThat(store.containsAlias(name)).isFalse();
    assertThat(store.getCertificateChain(alias)).containsExactly(chain);
    assertThat(RemoteKeys.store(RemoteKeys.provider()).getKey(alias, null)).isInstanceOf(VaultPrivateKey.class);
    store.deleteEntry(alias);
    assertThat(store.containsAlias(alias)).isFalse();
    assertThat(Collections.list(store.aliases())).doesNotContain(alias, name);
  }

  @Test
  void theSameKeyIsUsedAfterTheChainWasReplaced() throws Exception {
    String name = RemoteKeys.certified(provider, "RSA", 2048);
    KeyStore store = RemoteKeys.store(provider);
    VaultPrivateKey before = (VaultPrivateKey) store.getKey(name, null);
    store.setKeyEntry(name, before, null, store.getCertificateChain(name));
    VaultPrivateKey after = (VaultPrivateKey) store.getKey(name, null);
    assertThat(after.id().version()).isNotEqualTo(before.id().version());
    assertThat(after.publicKey()).isEqualTo(before.publicKey());
  }

  @Test
  void aPasswordCannotBeChanged() throws Exception {
    String name = RemoteKeys.certified(provider, "EC", 256);
    KeyStore store = KeyStore.getInstance("Keyhaven", provider);
    store.load(null, "given".toCharArray());
    store.store(null, "given".toCharArray());
    assertThatThrownBy(() -> store.store(null, "another".toCharArray())).isInstanceOf(IOException.class)
        .hasMessageContaining("have no password");
    assertThatThrownBy(() -> store.setKeyEntry(name, store.getKey(name, null), "another".toCharArray(),
        store.getCertificateChain(name))).isInstanceOf(KeyStoreException.class).hasMessageContaining("have no password");
  }

  @Test
  void whatCannotBeStoredIsRefusedWithTheReason() throws Exception {
    String name = RemoteKeys.certified(provider, "EC", 256);
    String other = RemoteKeys.certified(provider, "EC", 256);
    KeyStore store = RemoteKeys.store(provider);
    Key key = store.getKey(name, null);
    Certificate[] chain = store.getCertificateChain(name);
    assertThatThrownBy(() -> store.setKeyEntry(other, key, null, chain)).isInstanceOf(KeyStoreException.class)
        .hasMessageContaining("another key");
    assertThatThrownBy(() -> store.setKeyEntry(name, key, null, store.getCertificateChain(other)))
        .isInstanceOf(KeyStoreException.class).hasMessageContaining("is not for the key");
    assertThatThrownBy(() -> store.setKeyEntry(name, key, null, new Certificate[0])).isInstanceOf(Exception.class);
    KeyPair local = KeyPairGenerator.getInstance("EC", "SunEC").generateKeyPair();
    assertThatThrownBy(() -> store.setKeyEntry(name, local.getPrivate(), null, chain)).isInstanceOf(KeyStoreException.class)
        .hasMessageContaining("public key");
    KeyPair bare = RemoteKeys.bareEc(provider, KeyCurve.P_256);
    assertThatThrownBy(() -> store.setKeyEntry("bare", bare.getPrivate(), null, chain))
        .isInstanceOf(KeyStoreException.class);
    assertThat(store.getCertificateChain(name)).containsExactly(chain);
  }

  @Test
  void aBareKeyIsAKeyWithoutCertificate() throws Exception {
    VaultPrivateKey bare = (VaultPrivateKey) RemoteKeys.bareRsa(provider).getPrivate();
    String name = bare.id().name();
    KeyStore store = RemoteKeys.store(provider);
    assertThat(Collections.list(store.aliases())).contains(name);
    assertThat(store.isKeyEntry(name)).isTrue();
    assertThat(store.getKey(name, null)).isEqualTo(bare);
    assertThat(store.getCertificateChain(name)).isNull();
    assertThat(store.entryInstanceOf(name, KeyStore.SecretKeyEntry.class)).isFalse();
    assertThatThrownBy(() -> store.getEntry(name, null)).isInstanceOf(UnrecoverableEntryException.class)
        .hasMessageContaining("use getKey");
    store.deleteEntry(name);
    assertThat(store.containsAlias(name)).isFalse();
  }

  @Test
  void aDisabledEntryHidesNoOtherAndSaysWhy() throws Exception {
    String disabled = RemoteKeys.certified(provider, "EC", 256);
    String enabled = RemoteKeys.certified(provider, "EC", 256);
    KeyhavenClient client = provider.session(provider.settings()).client();
    client.certificates().update(disabled, null,
        new CertificateUpdateParameters(null, ObjectAttributes.of(false, null, null), null));
    KeyStore store = RemoteKeys.store(RemoteKeys.provider());
    assertThat(Collections.list(store.aliases())).contains(disabled, enabled);
    assertThat(store.isKeyEntry(enabled)).isTrue();
    assertThat(store.isKeyEntry(disabled)).isFalse();
    assertThatThrownBy(() -> store.getKey(disabled, null)).isInstanceOf(UnrecoverableKeyException.class)
        .hasMessageContaining("disabled");
    assertThatThrownBy(() -> store.getCertificateChain(disabled)).isInstanceOf(ProviderException.class)
        .hasMessageContaining("disabled");
    assertThat(store.getCertificate(disabled)).isNotNull();
  }

  @Test
  void manyThreadsLookAKeyUpOnce() throws Exception {
    String name = RemoteKeys.certified(provider, "EC", 256);
    KeyStore store = RemoteKeys.store(RemoteKeys.provider());
    try (RemoteKeys.Requests requests = RemoteKeys.requests()) {
      List<Key> keys = together(32, () -> store.getKey(name, null));
      assertThat(keys).hasSize(32).doesNotContainNull();
      assertThat(requests.naming("/certificates/" + name)).filteredOn(line -> !line.contains(" 401 ")).hasSize(1);
    }
  }

  @Test
  void openingAsksNothingAndAListingIsAskedOnce() throws Exception {
    try (RemoteKeys.Requests requests = RemoteKeys.requests()) {
      RemoteKeys.store(RemoteKeys.provider());
      assertThat(requests.naming("/certificates")).isEmpty();
    }
    KeyStore store = RemoteKeys.store(RemoteKeys.provider());
    store.size();
    try (RemoteKeys.Requests requests = RemoteKeys.requests()) {
      store.size();
      Collections.list(store.aliases());
      assertThat(requests.naming("/certificates")).isEmpty();
    }
  }

  @Test
  void anotherPartysChangeIsSeenAfterTheRefreshInterval() throws Exception {
    String name = RemoteKeys.certified(provider, "EC", 256);
    KeyStore store = KeyStore.getInstance("Keyhaven", provider);
    store.load(KeyhavenLoadStoreParameter.builder().cacheRefresh(Duration.ofNanos(1)).build());
    assertThat(store.isKeyEntry(name)).isTrue();
    provider.session(provider.settings()).client().certificates().delete(name);
    assertThat(store.isKeyEntry(name)).isFalse();
  }

  @Test
  void aGivenNameThatIsTakenIsRefused() throws Exception {
    String name = RemoteKeys.certified(provider, "EC", 256);
    Settings settings = provider.settings();
    KeyGeneration named = new KeyGeneration(provider.session(settings),
        new Settings(settings.connection(), new Settings.KeyName(name, true), true));
    assertThatThrownBy(() -> named.certified(KeyShape.ec(KeyCurve.P_256)))
        .isInstanceOf(ProviderException.class).hasMessageContaining("already has a certificate " + name);
  }

  @Test
  void aPreferredNameThatIsStillTakenByADeletedEntryIsNotInsistedOn() throws Exception {
    String alias = RemoteKeys.name("again");
    Settings settings = provider.settings();
    KeyGeneration preferring = new KeyGeneration(provider.session(settings),
        new Settings(settings.connection(), new Settings.KeyName(alias, false), true));
    KeyStore store = RemoteKeys.store(provider);
    VaultPrivateKey first = (VaultPrivateKey) preferring.certified(KeyShape.ec(KeyCurve.P_256)).getPrivate();
    assertThat(first.id().name()).isEqualTo(alias);
    store.deleteEntry(alias);
    VaultPrivateKey second = (VaultPrivateKey) preferring.certified(KeyShape.ec(KeyCurve.P_256)).getPrivate();
    assertThat(second.id().name()).startsWith("keyhaven-");
    store.setKeyEntry(alias, second, null, store.getCertificateChain(second.id().name()));
    assertThat(((VaultPrivateKey) store.getKey(alias, null)).publicKey()).isEqualTo(second.publicKey());
    KeyGeneration insisting = new KeyGeneration(provider.session(settings),
        new Settings(settings.connection(), new Settings.KeyName(alias, true), true));
    assertThatThrownBy(() -> insisting.certified(KeyShape.ec(KeyCurve.P_256))).isInstanceOf(ProviderException.class)
        .hasMessageContaining("deleted");
  }

  @Test
  void aNewcomerNamedAsAnothersAliasMakesItAmbiguous() throws Exception {
    String name = RemoteKeys.certified(provider, "EC", 256);
    String alias = RemoteKeys.name("web");
    KeyStore store = RemoteKeys.store(provider);
    store.setKeyEntry(alias, store.getKey(name, null), null, store.getCertificateChain(name));
    Settings settings = provider.settings();
    new KeyGeneration(provider.session(settings),
        new Settings(settings.connection(), new Settings.KeyName(alias, true), true))
        .certified(KeyShape.ec(KeyCurve.P_256));

    KeyStore fresh = RemoteKeys.store(RemoteKeys.provider());
    String ambiguous = "the alias " + alias + " is ambiguous: ";
    assertThatThrownBy(() -> fresh.getKey(alias, null)).isInstanceOf(UnrecoverableKeyException.class)
        .hasMessageStartingWith(ambiguous).hasMessageContaining(name);
    assertThat(fresh.getCertificate(alias)).as("a server that asks for the certificate of every alias starts").isNull();
    assertThatThrownBy(() -> fresh.getCertificateChain(alias)).isInstanceOf(ProviderException.class);
    assertThatThrownBy(() -> fresh.deleteEntry(alias)).isInstanceOf(KeyStoreException.class)
        .hasMessageStartingWith(ambiguous);
    assertThat(fresh.isKeyEntry(alias)).isFalse();
    assertThat(fresh.containsAlias(alias)).isTrue();
    assertThat(Collections.list(fresh.aliases())).contains(alias, name);
    assertThat(fresh.getKey(name, null)).isInstanceOf(VaultPrivateKey.class);
    assertThat(fresh.getCertificateAlias(fresh.getCertificate(name))).isEqualTo(name);
    fresh.deleteEntry(name);
    assertThat(fresh.getKey(alias, null)).isInstanceOf(VaultPrivateKey.class);
  }

  @Test
  void aChainThatIsRefusedLeavesNoOperationBehind() throws Exception {
    String name = RemoteKeys.certified(provider, "EC", 256);
    KeyStore store = RemoteKeys.store(provider);
    Key key = store.getKey(name, null);
    Certificate[] chain = store.getCertificateChain(name);
    assertThatThrownBy(() -> store.setKeyEntry("longer than a tag ".repeat(20), key, null, chain))
        .isInstanceOf(KeyStoreException.class).hasMessageContaining("400");
    KeyhavenClient client = provider.session(provider.settings()).client();
    assertThatThrownBy(() -> client.certificates().pending(name)).isInstanceOf(VaultException.NotFound.class);
    store.setKeyEntry(name, key, null, chain);
  }

  @Test
  void aManagedHsmHasBareKeysAndNoCertificates() throws Exception {
    Settings settings = provider.settings(List.of(KeyhavenLoadStoreParameter.builder()
        .vaultUrl(URI.create(TestVault.get().hsmUrl())).build().source()), null);
    KeyGeneration generation = new KeyGeneration(provider.session(settings), settings);
    assertThatThrownBy(() -> generation.certified(KeyShape.ec(KeyCurve.P_256))).isInstanceOf(ProviderException.class)
        .hasMessageContaining("a VaultKeyGenParameterSpec");
    VaultKeyGenParameterSpec spec = VaultKeyGenParameterSpec.named(RemoteKeys.name("hsm")).curve(KeyCurve.P_256).build();
    PrivateKey key = generation.bare(KeyShape.of(KeyType.Family.EC, spec), spec).getPrivate();
    KeyStore store = KeyStore.getInstance("Keyhaven", provider);
    store.load(KeyhavenLoadStoreParameter.builder().vaultUrl(URI.create(TestVault.get().hsmUrl())).build());
    assertThat(Collections.list(store.aliases())).contains(spec.name());
    assertThat(store.getKey(spec.name(), null)).isEqualTo(key);
    assertThat(store.containsAlias(RemoteKeys.name("none"))).isFalse();
  }

  @Test
  void aVaultThatIsDownIsSaidAndNotAnEmptyStore() throws Exception {
    KeyStore store = KeyStore.getInstance("Keyhaven", provider);
    store.load(KeyhavenLoadStoreParameter.builder().vaultUrl(nobody()).timeout(Duration.ofSeconds(2)).build());
    assertThatThrownBy(store::aliases).isInstanceOf(ProviderException.class).hasCauseInstanceOf(VaultException.class);
    assertThatThrownBy(() -> store.getKey("web", null)).isInstanceOf(ProviderException.class);
  }

  @Test
  void aTokenThatIsNoneIsSaid() throws Exception {
    KeyStore store = KeyStore.getInstance("Keyhaven", provider);
    store.load(KeyhavenLoadStoreParameter.builder().vaultUrl(URI.create(TestVault.get().vaultUrl()))
        .token("eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.").build());
    assertThatThrownBy(store::aliases).isInstanceOf(ProviderException.class)
        .hasCauseInstanceOf(VaultException.Unauthenticated.class);
  }

  private static URI nobody() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      return URI.create("https://localhost:" + free.getLocalPort());
    }
  }

  private static <T> List<T> together(int count, Callable<T> work) throws Exception {
    CyclicBarrier start = new CyclicBarrier(count);
    ExecutorService threads = Executors.newFixedThreadPool(count);
    try {
      List<Future<T>> futures = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        futures.add(threads.submit(() -> {
          start.await();
          return work.call();
        }));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }
}
