package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.security.keyvault.jca.KeyVaultLoadStoreParameter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the properties and load parameters of Microsoft's provider mean to Keyhaven: the table of docs/migrate.md. */
class MicrosoftPropertiesTest {
  private static final String SIGN_IN = "azure.keyvault.tenant-id=t\nazure.keyvault.client-id=c\n"
      + "azure.keyvault.client-secret=s\n";

  @TempDir
  private Path folder;

  @Test
  void vaultAndClientAreUnderstood() throws Exception {
    Settings.Connection connection = connection("azure.keyvault.uri=https://my.vault.azure.net/\n" + SIGN_IN);
    assertThat(connection.vaultUrl()).isEqualTo(URI.create("https://my.vault.azure.net/"));
    assertThat(connection.credentials()).isEqualTo(new Credentials.ClientSecret("t", "c", "s", null, null));
    assertThat(connection.challengeVerification()).isTrue();
    assertThat(connection.cacheRefresh()).isEqualTo(Duration.ofSeconds(60));
  }

  @Test
  void aSecretGoesToTheAuthorityOfTheVaultsCloud() throws Exception {
    assertThat(connection("azure.keyvault.uri=https://my.vault.azure.cn\n" + SIGN_IN).credentials())
        .isEqualTo(new Credentials.ClientSecret("t", "c", "s", URI.create("https://login.chinacloudapi.cn"), null));
    assertThat(connection("azure.keyvault.uri=https://my.vault.usgovcloudapi.net\n" + SIGN_IN).credentials())
        .isEqualTo(new Credentials.ClientSecret("t", "c", "s", URI.create("https://login.microsoftonline.us"), null));
    assertThat(connection("azure.keyvault.uri=https://vault.azure.cn.example\n" + SIGN_IN).credentials())
        .isEqualTo(new Credentials.ClientSecret("t", "c", "s", null, null));
  }

  @Test
  void anAccessTokenGoesBeforeAClientAndAClientBeforeAManagedIdentity() throws Exception {
    String vault = "azure.keyvault.uri=https://my.vault.azure.net\nazure.keyvault.managed-identity=mine\n";
    assertThat(connection(vault).credentials()).isEqualTo(new Credentials.ManagedIdentity("mine"));
    assertThat(connection(vault + SIGN_IN).credentials()).isInstanceOf(Credentials.ClientSecret.class);
    assertThat(connection(vault + SIGN_IN + "azure.keyvault.access-token=token\n").credentials())
        .isEqualTo(new Credentials.Token("token"));
  }

  @Test
  void namesOfKeyhavenGoFirstAndCredentialsAreNotMixed() throws Exception {
    Settings.Connection connection = connection("azure.keyvault.uri=https://my.vault.azure.net\n" + SIGN_IN
        + "azure.keyvault.access-token=token\nkeyhaven.client.id=ours\nkeyhaven.client.secret=secret\n"
        + "keyhaven.vault.url=https://other.example\nkeyhaven.cache.refresh=5\n"
        + "azure.keyvault.jca.certificates-refresh-interval=9000\n");
    assertThat(connection.vaultUrl()).isEqualTo(URI.create("https://other.example"));
    assertThat(connection.credentials()).isEqualTo(new Credentials.ClientSecret(null, "ours", "secret", null, null));
    assertThat(connection.cacheRefresh()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void theManagedIdentityOfTheMachineIsSaidInAWord() throws Exception {
    assertThat(connection("keyhaven.vault.url=https://a.example\nkeyhaven.managed.identity=system\n").credentials())
        .isEqualTo(new Credentials.ManagedIdentity(null));
  }

  @Test
  void challengeVerificationIsDisabledByTrueAlone() throws Exception {
    String name = "azure.keyvault.disable-challenge-resource-verification=";
    assertThat(connection(vault() + name + "true\n").challengeVerification()).isFalse();
    assertThat(connection(vault() + name + "false\n").challengeVerification()).isTrue();
    assertThat(connection(vault() + name + "true\nkeyhaven.challenge.verification=true\n").challengeVerification()).isTrue();
  }

  @Test
  void refreshIntervalsAreMillisecondsOrDurationsAndZeroIsOurDefault() throws Exception {
    String name = "azure.keyvault.jca.certificates-refresh-interval";
    assertThat(connection(vault() + name + "=1500\n").cacheRefresh()).isEqualTo(Duration.ofMillis(1500));
    assertThat(connection(vault() + name + "=PT30S\n").cacheRefresh()).isEqualTo(Duration.ofSeconds(30));
    assertThat(connection(vault() + name + "=1\n" + name + "-in-ms=2000\n").cacheRefresh()).isEqualTo(Duration.ofSeconds(2));
    assertThat(connection(vault() + name + "=0\n").cacheRefresh()).isEqualTo(Duration.ofSeconds(60));
    assertThatThrownBy(() -> connection(vault() + name + "=often\n")).isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(name + " must be milliseconds");
  }

  @Test
  void aliasFiltersAreCollectedWhateverTheirSuffix() throws Exception {
    AliasFilter filter = connection(vault() + "azure.keyvault.jca.certificate-alias-filter-pattern=^web.*\n"
        + "azure.keyvault.jca.certificate-alias-filter-pattern.2=^code-\\\\d{1,2}$\n"
        + "azure.keyvault.jca.certificate-alias-filter-pattern.old=!.*-old$\n").aliases();
    assertThat(List.of("web", "web-1", "code-12")).allMatch(filter::shows);
    assertThat(List.of("WEB", "code-123", "web-old", "xweb")).noneMatch(filter::shows);
    AliasFilter ours = connection(vault() + "azure.keyvault.jca.certificate-alias-filter-pattern=web\n"
        + "keyhaven.alias.filter.a=code\nkeyhaven.alias.filter.b=mail\n").aliases();
    assertThat(ours).isEqualTo(new AliasFilter(List.of("mail", "code")));
  }

  @Test
  void exclusionsAloneShowTheRest() {
    AliasFilter filter = new AliasFilter(List.of("!old.*"));
    assertThat(filter.shows("new")).isTrue();
    assertThat(filter.shows("old-1")).isFalse();
  }

  @Test
  void aPatternThatIsNoneIsRefusedByName() {
    assertThatThrownBy(() -> connection(vault() + "azure.keyvault.jca.certificate-alias-filter-pattern=(\n"))
        .hasMessageContaining("regular expression, not: (");
  }

  @ParameterizedTest
  @ValueSource(strings = {"azure.cert-path.well-known", "azure.cert-path.custom"})
  void foldersOfCertificatesAreRefusedWithWhatToDo(String name) throws Exception {
    Properties properties = new Properties();
    properties.setProperty(name, "/etc/certs");
    assertThatThrownBy(() -> MicrosoftProperties.read(properties)).hasMessageContaining(name + " is not supported")
        .hasMessageContaining("trust store");
  }

  @Test
  void whatNeedsNothingIsAccepted() throws Exception {
    assertThat(connection(vault() + "azure.keyvault.jca.refresh-certificates-when-have-un-trust-certificate=true\n"
        + "azure.keyvault.jca.disable-aia-download=true\n")).isEqualTo(connection(vault()));
  }

  @Test
  void anUnknownNameInAFileIsRefused() {
    assertThatThrownBy(() -> connection(vault() + "azure.keyvault.url=https://x.example\n"))
        .hasMessageContaining("azure.keyvault.url, which is no setting");
  }

  @Test
  void everyLoadParameterOfMicrosoftsIsUnderstood() {
    String uri = "https://my.vault.azure.net";
    assertThat(connection(new KeyVaultLoadStoreParameter(uri, "mine")).credentials())
        .isEqualTo(new Credentials.ManagedIdentity("mine"));
    assertThat(connection(new KeyVaultLoadStoreParameter(uri, "t", "c", "s")).credentials())
        .isEqualTo(new Credentials.ClientSecret("t", "c", "s", null, null));
    assertThat(connection(new KeyVaultLoadStoreParameter(uri, null, null, null, "mine")).credentials())
        .isEqualTo(new Credentials.ManagedIdentity("mine"));
    assertThat(connection(new KeyVaultLoadStoreParameter(uri, "t", "c", "s", "mine").setAccessToken("token")).credentials())
        .isEqualTo(new Credentials.Token("token"));
    KeyVaultLoadStoreParameter all = new KeyVaultLoadStoreParameter(uri, "t", "c", "s")
        .setCertificateAliasFilterPatterns(Set.of("a", "!b")).setCertificatesRefreshIntervalInMs(2500);
    all.disableChallengeResourceVerification();
    Settings.Connection connection = connection(all);
    assertThat(connection.vaultUrl()).isEqualTo(URI.create(uri));
    assertThat(connection.aliases()).isEqualTo(new AliasFilter(List.of("!b", "a")));
    assertThat(connection.cacheRefresh()).isEqualTo(Duration.ofMillis(2500));
    assertThat(connection.challengeVerification()).isFalse();
    assertThat(all).hasToString("KeyVaultLoadStoreParameter[" + uri + "]");
  }

  @Test
  void aVaultOfMicrosoftsAloneMeansTheIdentityOfTheMachine() {
    // Azure Identity, which knows more, is on this class path.
    assertThat(connection(new KeyVaultLoadStoreParameter("https://my.vault.azure.net")).credentials())
        .isEqualTo(new Credentials.AzureDefault());
  }

  private static String vault() {
    return "azure.keyvault.uri=https://my.vault.azure.net\n" + SIGN_IN;
  }

  private static Settings.Connection connection(KeyVaultLoadStoreParameter parameter) {
    return Settings.of(List.of(parameter.asKeyhaven().source()), null).connection();
  }

  private Settings.Connection connection(String properties) throws Exception {
    Path file = folder.resolve("vault.properties");
    Files.deleteIfExists(file);
    Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, properties);
    return Settings.of(List.of(SettingsSource.file(file)), null).connection();
  }
}
