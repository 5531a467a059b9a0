package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
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

  @Test
  void anAnswerThatIsNoGoodHidesNoOtherEntry() throws Exception {
    String foreign = "{\"key\":{\"kid\":\"https://elsewhere.example/keys/foreign/0123456789abcdef0123456789abcdef\",";
    vault.answers("/certificates", page("{\"id\":\"" + vault.uri() + "/certificates/keyless\"}"))
        .answers("/keys", page(keyItem("good"), keyItem("broken"), keyItem("empty"), keyItem("foreign")))
        .answers("/certificates/keyless", certificate("keyless").replace("}", ",\"cer\":\""
            + Base64.getEncoder().encodeToString(LocalCertificates.root(LocalCertificates.ec()).getEncoded()) + "\"}"))
        .answers("/keys/good", key("good")).answers("/keys/broken", "{\"key\":[").answers("/keys/empty", "{}")
        .answers("/keys/foreign", key("foreign").replaceFirst("\\{\"key\":\\{\"kid\":\"[^\"]*\",", foreign));
    VaultCatalog catalog = vault.catalog();
    assertThat(catalog.aliases()).containsExactly("keyless", "good", "broken", "empty", "foreign");
    assertThat(catalog.find("good").orElseThrow().key()).isNotNull();
    assertThat(catalog.find("broken").orElseThrow().refusal()).contains("JSON that is not what was asked for");
    assertThat(catalog.find("empty").orElseThrow().refusal()).contains("the key empty cannot be used");
    assertThat(catalog.find("keyless").orElseThrow().refusal()).contains("the vault names no key of it");
    assertThat(catalog.find("foreign").orElseThrow().refusal()).contains("not a key of " + vault.uri());
  }

  /** What a key manager does at each handshake. */
  @Test
  void goingThroughManyAliasesInOrderHitsTheCache() throws Exception {
    int many = 1100;
    List<String> names = IntStream.range(0, many).mapToObj(i -> "key-" + i).toList();
    vault.answers("/certificates", page("")).answers("/keys",
        page(names.stream().map(VaultCatalogTest::keyItem).toArray(String[]::new)));
    VaultCatalog catalog = vault.catalog();
    vault.answers("/keys/key-0", key("key-0"));
    assertThat(catalog.find("key-0")).isPresent();
    names.forEach(catalog::find);
    vault.forget();
    assertThat(catalog.find("key-0").orElseThrow().key()).as("kept").isNotNull();
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
