package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.PrivateKey;
import java.security.ProviderException;
import java.security.Signature;
import java.security.SignatureException;
import java.security.UnrecoverableKeyException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.server.certificates.CertificateRoutes;
import org.keyhaven.server.http.TestServer;
import org.keyhaven.server.keys.KeyRoutes;
import org.keyhaven.server.vaults.VaultKind;

/** Callers of a real server whose access policies allow less than everything: that works, and the rest says why not. */
class PermissionsIT {
  private static final KeyhavenProvider PROVIDER = new KeyhavenProvider();
  @TempDir
  static Path directory;
  private static TestServer server;
  private static VaultPrivateKey bare;
  private static VaultPrivateKey certified;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start(directory, database -> Stream.of(new KeyRoutes(database, Clock.systemUTC()).routes(),
        new CertificateRoutes(database, Clock.systemUTC()).routes()).flatMap(List::stream).toList());
    Settings settings = settings("all");
    KeyGeneration generation = new KeyGeneration(PROVIDER.session(settings), settings);
    certified = (VaultPrivateKey) generation.certified(KeyShape.ec(KeyCurve.P_256)).getPrivate();
    VaultKeyGenParameterSpec spec = VaultKeyGenParameterSpec.named("bare").keySize(2048).build();
    bare = (VaultPrivateKey) generation.bare(KeyShape.rsa(2048), spec).getPrivate();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static KeyhavenLoadStoreParameter as(String principal) {
    return KeyhavenLoadStoreParameter.builder()
        .vaultUrl(URI.create("https://localhost:" + server.port(VaultKind.VAULT))).caFile(directory.resolve("ca.pem"))
        .token(principal).build();
  }

  private static Settings settings(String principal) {
    return PROVIDER.settings(List.of(as(principal).source()), null);
  }

  private static KeyStore store(String principal) throws Exception {
    KeyStore store = KeyStore.getInstance("Keyhaven", PROVIDER);
    store.load(as(principal));
    return store;
  }

  @Test
  void whoMaySeeKeysAloneSeesThoseAndUsesThem() throws Exception {
    KeyStore store = store("keys");
    assertThat(Collections.list(store.aliases())).containsExactly("bare");
    Key key = store.getKey("bare", null);
    assertThat(key).isEqualTo(bare);
    Signature signer = Signature.getInstance("SHA256withRSA", PROVIDER);
    signer.initSign((PrivateKey) key);
    byte[] signature = signer.sign();
    signer.initVerify(bare.publicKey());
    assertThat(signer.verify(signature)).isTrue();
    assertThat(store.isKeyEntry(certified.id().name())).isFalse();
    assertThatThrownBy(() -> store.getKey(certified.id().name(), null)).isInstanceOf(UnrecoverableKeyException.class)
        .hasMessageContaining("certificates/get");
  }

  @Test
  void whoMaySeeAllSeesAll() throws Exception {
    KeyStore store = store("all");
    assertThat(Collections.list(store.aliases())).containsExactlyInAnyOrder("bare", certified.id().name());
    assertThat(store.getKey(certified.id().name(), null)).isEqualTo(certified);
  }

  @Test
  void whoMayNotSignHearsWhichPermissionIsMissing() throws Exception {
    PrivateKey key = (PrivateKey) store("reader").getKey("bare", null);
    Signature signer = Signature.getInstance("SHA256withRSA", PROVIDER);
    signer.initSign(key);
    assertThatThrownBy(signer::sign).isInstanceOf(SignatureException.class).hasMessageContaining("403")
        .hasMessageContaining("keys/sign");
    Cipher seal = Cipher.getInstance("RSA/ECB/PKCS1Padding");
    seal.init(Cipher.ENCRYPT_MODE, bare.publicKey());
    byte[] sealed = seal.doFinal(new byte[16]);
    Cipher open = Cipher.getInstance("RSA/ECB/PKCS1Padding", PROVIDER);
    open.init(Cipher.DECRYPT_MODE, key);
    assertThatThrownBy(() -> open.doFinal(sealed)).isInstanceOf(ProviderException.class)
        .hasMessageContaining("keys/decrypt");
    open.init(Cipher.UNWRAP_MODE, key);
    assertThatThrownBy(() -> open.unwrap(sealed, "AES", Cipher.SECRET_KEY))
        .isInstanceOf(InvalidKeyException.class).hasMessageContaining("keys/unwrapKey");
  }

  @Test
  void whoMayNotWriteHearsWhichPermissionIsMissingAndNothingChanges() throws Exception {
    KeyStore reader = store("reader");
    assertThatThrownBy(() -> reader.deleteEntry("bare")).isInstanceOf(KeyStoreException.class)
        .hasMessageContaining("keys/delete");
    KeyPair local = LocalCertificates.ec();
    X509Certificate leaf = LocalCertificates.root(local);
    assertThatThrownBy(() -> reader.setKeyEntry("An imported one", local.getPrivate(), null, new X509Certificate[] {leaf}))
        .isInstanceOf(KeyStoreException.class).hasMessageContaining("certificates/import");
    assertThatThrownBy(() -> reader.setCertificateEntry("A trusted one", leaf)).isInstanceOf(KeyStoreException.class)
        .hasMessageContaining("keys/create");
    Settings settings = settings("reader");
    assertThatThrownBy(() -> new KeyGeneration(PROVIDER.session(settings), settings).certified(KeyShape.rsa(2048)))
        .isInstanceOf(ProviderException.class).hasMessageContaining("certificates/create");
    assertThat(Collections.list(store("all").aliases())).hasSize(2);
  }

  @Test
  void whereNobodyCanTellWhetherAnAliasIsFreeItIsNotTaken() throws Exception {
    KeyStore store = store("keys");
    X509Certificate leaf = LocalCertificates.root(LocalCertificates.ec());
    assertThatThrownBy(() -> store.setCertificateEntry(certified.id().name(), leaf)).isInstanceOf(KeyStoreException.class)
        .hasMessageContaining("certificates/get").hasMessageNotContaining("belongs to");
    KeyPair local = LocalCertificates.ec();
    assertThatThrownBy(() -> store.setKeyEntry(certified.id().name(), local.getPrivate(), null,
        new X509Certificate[] {LocalCertificates.root(local)})).isInstanceOf(KeyStoreException.class)
        .hasMessageContaining("certificates/");
    assertThat(store("all").getKey(certified.id().name(), null)).isEqualTo(certified);
  }

  @Test
  void whoMayDoNothingIsNotShownAnEmptyVault() throws Exception {
    KeyStore store = store("nobody");
    assertThatThrownBy(store::aliases).isInstanceOf(ProviderException.class).hasMessageContaining("certificates/list");
    assertThatThrownBy(store::size).isInstanceOf(ProviderException.class);
    assertThatThrownBy(() -> store.getKey("bare", null)).isInstanceOf(UnrecoverableKeyException.class)
        .hasMessageContaining("403");
  }
}
