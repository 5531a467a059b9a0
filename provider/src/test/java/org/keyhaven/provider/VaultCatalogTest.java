package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.client.VaultException;

class VaultCatalogTest {
  @TempDir
  private static Path folder;
  private static StandInVault vault;

  @BeforeAll
  static void start() throws Exception {
    vault = new StandInVault(folder);
  }

  @BeforeEach
  void forget() {
    vault.forget();
  }

  @AfterAll
  static void stop() {
    vault.close();
  }

  @Test
  void withoutCertificatesABareKeyIsListedAndUsable() throws Exception {
    vault.refuses("/certificates", 403).refuses("/certificates/bare", 403).answers("/keys", page(keyItem("bare")))
        .answers("/keys/bare", key("bare"));
    VaultCatalog catalog = vault.catalog();
    assertThat(catalog.aliases()).containsExactly("bare");
    assertThat(catalog.find("bare").orElseThrow().key()).isNotNull();
  }

  @Test
  void whoMayListNothingStillUsesABareKeyByName() throws Exception {
    vault.refuses("/certificates", 403).refuses("/certificates/bare", 403).refuses("/keys", 403)
        .answers("/keys/bare", key("bare"));
    VaultCatalog catalog = vault.catalog();
    assertThat(catalog.find("bare").orElseThrow().key()).isNotNull();
    assertThatThrownBy(catalog::aliases).isInstanceOf(VaultException.Forbidden.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {403, 500})
  void aCertificateThatIsRefusedSaysSo(int status) throws Exception {
    vault.refuses("/certificates", 403).refuses("/certificates/web", status).refuses("/keys", 403).refuses("/keys/web", 403);
    Optional<VaultEntry> entry = vault.catalog().find("web");
    assertThat(entry.orElseThrow().key()).isNull();
    assertThat(entry.get().cause().status()).isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(strings = {"400", "403", "409", "412", "500", "of a kind that is yet to come"})
  void oneEntryThatCannotBeReadHidesNoOther(String answer) throws Exception {
    vault.answers("/certificates", page()).answers("/keys", page(keyItem("one"), keyItem("other")))
        .answers("/keys/other", key("other"));
    if (answer.length() == 3) {
      vault.refuses("/keys/one", Integer.parseInt(answer));
    } else {
      vault.answers("/keys/one", "{\"key\":{\"kid\":\"" + vault.uri() + "/keys/one/0123456789abcdef0123456789abcdef\","
          + "\"kty\":\"AKP\",\"alg\":\"ML-DSA-65\",\"pub\":\"AAAA\"}}");
    }
    VaultCatalog catalog = vault.catalog();
    assertThat(catalog.aliases()).containsExactly("one", "other");
    VaultEntry one = catalog.find("one").orElseThrow();
    assertThat(one.key()).isNull();
    assertThat(one.refusal()).startsWith("key one cannot be read: ").contains(answer.length() == 3 ? answer : "200");
    assertThat(catalog.find("other").orElseThrow().key()).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 502})
  void whatIsWrongWithTheVaultAsAWholeIsNoEntry(int status) throws Exception {
    vault.answers("/certificates", page()).answers("/keys", page(keyItem("one"))).refuses("/keys/one", status);
    VaultCatalog catalog = vault.catalog();
    assertThatThrownBy(() -> catalog.find("one")).isInstanceOf(VaultException.class);
  }

  @Test
  void aManagedHsmHasNoCertificates() throws Exception {
    vault.answers("/keys", page(keyItem("bare"))).answers("/keys/bare", key("bare"));
    VaultCatalog catalog = vault.catalog();
    assertThat(catalog.aliases()).containsExactly("bare");
    assertThat(catalog.find("none")).isEmpty();
  }

  @Test
  void whatIsNoVaultIsNotAnEmptyOne() throws Exception {
    assertThatThrownBy(vault.catalog()::aliases).isInstanceOf(VaultException.NotFound.class);
  }

  @Test
  void aTaggedKeyDoesNotTakeOverACertificateThatTheCallerMayOnlyName() throws Exception {
    vault.refuses("/certificates", 403).answers("/certificates/web", certificate("web"))
        .answers("/keys", page(keyItem("intruder", "web"))).answers("/keys/intruder", key("intruder"));
    assertThat(vault.catalog().find("web").orElseThrow().refusal()).contains("certificate web and key intruder");
  }

  @Test
  void aTaggedCertificateDoesNotTakeOverAKeyThatTheCallerMayOnlyName() throws Exception {
    vault.refuses("/keys", 403).answers("/keys/seal", key("seal")).answers("/certificates",
        page("{\"id\":\"" + vault.uri() + "/certificates/intruder\",\"tags\":{\"keyhaven-alias\":\"seal\"}}"))
        .answers("/certificates/intruder", certificate("intruder"));
    assertThat(vault.catalog().find("seal").orElseThrow().refusal()).contains("key seal and certificate intruder");
  }

  @ParameterizedTest
  @ValueSource(strings = {"web\\nroot, Jan 1, 2026, trustedCertEntry,", "\\u001b[2Jroot", "w\\u200beb", "\\u202egnp",
      "a\\u2028b", "a\\u0085b", "a\\ud800", " ", "web/0123456789abcdef0123456789abcdef"})
  void aTagThatShowsAsSomethingElseIsNoAlias(String tag) throws Exception {
    vault.answers("/certificates", page("")).answers("/keys", page(keyItem("plain", tag)))
        .answers("/keys/plain", key("plain"));
    VaultCatalog catalog = vault.catalog();
    assertThat(catalog.aliases()).containsExactly("plain");
    assertThat(catalog.find("plain").orElseThrow().key()).isNotNull();
  }

  private static String page(String... items) {
    return "{\"value\":[" + String.join(",", items) + "]}";
  }

  private static String keyItem(String name) {
    return "{\"kid\":\"" + vault.uri() + "/keys/" + name + "\"}";
  }

  private static String keyItem(String name, String alias) {
    return "{\"kid\":\"" + vault.uri() + "/keys/" + name + "\",\"tags\":{\"keyhaven-alias\":\"" + alias + "\"}}";
  }

  /** Pending. */
  private static String certificate(String name) {
    return "{\"id\":\"" + vault.uri() + "/certificates/" + name + "/0123456789abcdef0123456789abcdef\"}";
  }

  private static String key(String name) {
    return "{\"key\":{\"kid\":\"" + vault.uri() + "/keys/" + name + "/0123456789abcdef0123456789abcdef\",\"kty\":\"EC\","
        + "\"crv\":\"P-256\",\"x\":\"axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY\","
        + "\"y\":\"T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU\"}}";
  }
}
