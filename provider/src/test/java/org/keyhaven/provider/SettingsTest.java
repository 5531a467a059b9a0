package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.InvalidParameterException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
  @TempDir
  private Path folder;

  @Test
  void aPropertiesFileIsRead() throws Exception {
    Path file = write("keyhaven.vault.url=https://my.vault.example\nkeyhaven.token = abc\nkeyhaven.timeout=PT5S\n"
        + "keyhaven.cache.refresh=7\nkeyhaven.key.hsm=false\nkeyhaven.ca.file=ca.pem\nother.name=1\n");
    Settings settings = Settings.of(List.of(SettingsSource.file(file)), null);
    assertThat(settings.connection().vaultUrl()).isEqualTo(URI.create("https://my.vault.example"));
    assertThat(settings.connection().credentials()).isEqualTo(new Credentials.Token("abc"));
    assertThat(settings.connection().timeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(settings.connection().cacheRefresh()).isEqualTo(Duration.ofSeconds(7));
    assertThat(settings.keyHsm()).isFalse();
    assertThat(settings.connection().caFile()).isEqualTo(folder.resolve("ca.pem"));
  }

  @Test
  void aConnectionFileIsRead() throws Exception {
    Path file = write("VAULT_URL=https://localhost:8443\nCA_CERT='/tmp/it'\\''s here/ca.pem'\nTENANT_ID=t\nCLIENT_ID=\"c\"\n"
        + "CLIENT_SECRET=s~1\nAUTHORITY_HOST=https://localhost:8443\nAZURE_CLIENT_ID=c\nHSM_URL=https://localhost:8444\n");
    Settings settings = Settings.of(List.of(SettingsSource.file(file)), null);
    assertThat(settings.connection().caFile()).isEqualTo(Path.of("/tmp/it's here/ca.pem"));
    assertThat(settings.connection().credentials())
        .isEqualTo(new Credentials.ClientSecret("t", "c", "s~1", URI.create("https://localhost:8443"),
            Path.of("/tmp/it's here/ca.pem")));
    assertThat(settings.keyHsm()).isTrue();
  }

  @Test
  void theFirstSourceWinsAndCredentialsAreTakenAsAGroup() {
    SettingsSource file = new SettingsSource("file", Map.of(Setting.VAULT_URL, "https://one.example", Setting.CLIENT_ID, "c",
        Setting.CLIENT_SECRET, "s"));
    SettingsSource environment = new SettingsSource("environment", Map.of(Setting.VAULT_URL, "https://two.example",
        Setting.TOKEN, "of another vault", Setting.KEY_NAME, "web"));
    Settings settings = Settings.of(List.of(file, environment), null);
    assertThat(settings.connection().vaultUrl()).isEqualTo(URI.create("https://one.example"));
    assertThat(settings.connection().credentials()).isInstanceOf(Credentials.ClientSecret.class);
    assertThat(settings.keyName()).isEqualTo(new Settings.KeyName("web", true));
  }

  @ParameterizedTest
  @CsvSource({
      "VAULT_URL, http://insecure.example, keyhaven.vault.url must be an address",
      "VAULT_URL, no address, keyhaven.vault.url must be an address",
      "KEY_NAME, under_score, keyhaven.key.name must be 1 to 127",
      "KEY_HSM, yes, keyhaven.key.hsm must be true or false",
      "TIMEOUT, soon, keyhaven.timeout must be seconds",
      "TIMEOUT, 0, keyhaven.timeout must be longer than zero",
      "CACHE_REFRESH, -PT1S, keyhaven.cache.refresh must be longer than zero"})
  void whatIsMalformedIsNamed(Setting setting, String value, String message) {
    SettingsSource first = new SettingsSource("first", Map.of(setting, value));
    SettingsSource good = new SettingsSource("good", Map.of(Setting.VAULT_URL, "https://one.example", Setting.TOKEN, "t"));
    assertThatThrownBy(() -> Settings.of(List.of(first, good), null)).isInstanceOf(InvalidParameterException.class)
        .hasMessageStartingWith(message).hasMessageNotContaining("\n");
  }

  @Test
  void whatIsMissingIsNamed() {
    assertThatThrownBy(() -> Settings.of(List.of(), null)).isInstanceOf(InvalidParameterException.class)
        .hasMessage("no vault: set keyhaven.vault.url (environment: KEYHAVEN_VAULT_URL)");
    SettingsSource source =
        new SettingsSource("x", Map.of(Setting.VAULT_URL, "https://one.example", Setting.CLIENT_SECRET, "s"));
    assertThatThrownBy(() -> Settings.of(List.of(source), null)).isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("keyhaven.client.secret without keyhaven.client.id");
  }

  @Test
  void noSecretIsPrinted() {
    SettingsSource source = new SettingsSource("x", Map.of(Setting.VAULT_URL, "https://one.example", Setting.CLIENT_ID, "c",
        Setting.CLIENT_SECRET, "very-secret"));
    SettingsSource token = new SettingsSource("y", Map.of(Setting.VAULT_URL, "https://one.example", Setting.TOKEN,
        "very-secret"));
    assertThat(source.toString() + token + Settings.of(List.of(source), null) + Settings.of(List.of(token), null)
        + KeyhavenLoadStoreParameter.builder().token("very-secret").build()).doesNotContain("very-secret");
  }

  @ParameterizedTest
  @CsvSource({
      "'keyhaven.vautl.url=https://x.example', names keyhaven.vautl.url",
      "'# nothing here', has no setting of Keyhaven",
      "'keyhaven.token=\\u12', is no properties file"})
  void aBadFileIsRefusedInOneLine(String content, String reason) throws Exception {
    Path file = write(content);
    assertThatThrownBy(() -> new KeyhavenProvider().configure(file.toString())).isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(reason).hasMessageContaining(file.toString()).hasMessageNotContaining("\n");
  }

  @Test
  void aMissingFileIsRefused() {
    assertThatThrownBy(() -> new KeyhavenProvider().configure(folder.resolve("none").toString()))
        .isInstanceOf(UncheckedIOException.class).hasMessageContaining("there is no configuration file");
  }

  @Test
  void aSecretOnlyGoesWhereItsOwnSourceSays() {
    SettingsSource rogue = new SettingsSource("file", Map.of(Setting.VAULT_URL, "https://rogue.example", Setting.CA_FILE,
        "/rogue.pem", Setting.AUTHORITY_HOST, "https://rogue.example", Setting.TENANT_ID, "rogue"));
    SettingsSource environment =
        new SettingsSource("environment", Map.of(Setting.CLIENT_ID, "c", Setting.CLIENT_SECRET, "s"));
    assertThat(Settings.of(List.of(rogue, environment), null).connection().credentials())
        .isEqualTo(new Credentials.ClientSecret(null, "c", "s", null, null));
  }

  @Test
  void aCaFileIsTrustedForAnAuthorityThatItsOwnSourceNames() {
    SettingsSource file = new SettingsSource("file", Map.of(Setting.VAULT_URL, "https://one.example", Setting.CA_FILE,
        "/mine.pem", Setting.CLIENT_ID, "c", Setting.CLIENT_SECRET, "s"));
    SettingsSource environment = new SettingsSource("environment", Map.of(Setting.AUTHORITY_HOST, "https://sign.example"));
    assertThat(Settings.of(List.of(file, environment), null).connection().credentials())
        .isEqualTo(new Credentials.ClientSecret(null, "c", "s", null, null));
  }

  @Test
  void whatGeneratedKeysAreCalledIsNoPartOfTheConnection() {
    SettingsSource named = new SettingsSource("first", Map.of(Setting.KEY_NAME, "web", Setting.KEY_HSM, "false"));
    SettingsSource good = new SettingsSource("good", Map.of(Setting.VAULT_URL, "https://one.example", Setting.TOKEN, "t"));
    Settings with = Settings.of(List.of(named, good), null);
    assertThat(with.keyName()).isEqualTo(new Settings.KeyName("web", true));
    assertThat(with.connection()).isEqualTo(Settings.of(List.of(good), null).connection());
  }

  @Test
  void aNameGoesBeforeAPreferredOneWhereverEachIsSet() {
    SettingsSource wish = new SettingsSource("wish", Map.of(Setting.KEY_NAME_PREFERRED, "alias", Setting.VAULT_URL,
        "https://one.example", Setting.TOKEN, "t"));
    SettingsSource named = new SettingsSource("named", Map.of(Setting.KEY_NAME, "web"));
    assertThat(Settings.of(List.of(wish), null).keyName()).isEqualTo(new Settings.KeyName("alias", false));
    assertThat(Settings.of(List.of(wish, named), null).keyName()).isEqualTo(new Settings.KeyName("web", true));
  }

  @ParameterizedTest
  @CsvSource({"keyhaven.token=t, rw-r--r--", "keyhaven.client.secret=s, rw----r--", "CLIENT_SECRET=s, rw--w----"})
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void aFileWithASecretThatOthersReadIsRefused(String content, String mode) throws Exception {
    Path file = write(content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    assertThatThrownBy(() -> SettingsSource.file(file)).isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("chmod 600").hasMessageNotContaining("\n");
    Files.writeString(file, "keyhaven.vault.url=https://one.example");
    assertThat(SettingsSource.file(file).get(Setting.VAULT_URL)).contains("https://one.example");
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void aFileThatEveryoneMayWriteDoesNotChooseTheVault() throws Exception {
    Path file = write("keyhaven.vault.url=https://one.example");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--rw-"));
    assertThatThrownBy(() -> SettingsSource.file(file)).isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("chmod o-w").hasMessageNotContaining("\n");
  }

  private Path write(String content) throws IOException {
    Path file = Files.writeString(folder.resolve("file"), content);
    if (Files.getFileAttributeView(file, PosixFileAttributeView.class) != null) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
    return file;
  }
}
