package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.keyhaven.client.wire.Certificates.CertificateUpdateParameters;
import org.keyhaven.client.wire.ObjectAttributes;

/** The self-contained jar, and what the tools say where something is missing; runs once that is packaged (mvn verify). */
@Tag("packaged")
@Execution(ExecutionMode.CONCURRENT)
class VaultToolsIT {
  private static final String JAR = VaultTools.JAR;

  @TempDir
  private Path folder;

  static List<Path> jdks() throws IOException {
    return Tools.jdks();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void theProviderIsFoundByNameOnTheClassPath(Path jdk) throws Exception {
    assertThat(Tools.run(jdk.resolve("bin/keytool"), "-list", "-keystore", "NONE", "-storetype", "Keyhaven", "-storepass",
        "unused", "-J-cp", "-J" + JAR, "-addprovider", "Keyhaven", "-providerarg", VaultTools.connection())
        .succeeded().output()).contains("Keystore provider: Keyhaven");
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void aKeyThatTheJdkGeneratedIsImported(Path jdk) throws Exception {
    String alias = RemoteKeys.name("soft");
    VaultTools.keytool(jdk, List.of("-genkeypair", "-alias", alias, "-keyalg", "EC", "-dname", "CN=x", "-keypass", "unused"))
        .succeeded();
    assertThat(RemoteKeys.store(RemoteKeys.provider()).getKey(alias, null)).isInstanceOf(VaultPrivateKey.class);
  }

  /** What docs/tools.md says of passwords. keytool takes the command first or last, jarsigner jar and alias last. */
  @ParameterizedTest
  @MethodSource("jdks")
  void theToolsAskForOnePasswordAndTakeAny(Path jdk) throws Exception {
    String alias = RemoteKeys.certified(RemoteKeys.provider(), "EC", 256);
    Path jar = emptyJar();
    assertThat(VaultTools.told(jdk, "keytool", "any\n", "-list", "-alias", alias).succeeded().output())
        .startsWith("Enter keystore password:").doesNotContain("WARNING").contains("PrivateKeyEntry");
    assertThat(VaultTools.told(jdk, "keytool", "any\n\n", "-genkeypair", "-alias", RemoteKeys.name("asked"), "-keyalg", "EC",
        "-dname", "CN=x", "-providername", "Keyhaven").succeeded().output()).contains("Enter keystore password:",
            "(RETURN if same as keystore password):").doesNotContain("Re-enter");
    assertThat(VaultTools.told(jdk, "jarsigner", "any\n", jar.toString(), alias).succeeded().output())
        .startsWith("Enter Passphrase for keystore:").contains("jar signed.").doesNotContain("key password");
    assertThat(VaultTools.told(jdk, "jarsigner", "", "-protected", jar.toString(), alias).succeeded().output())
        .contains("jar signed.").doesNotContain("Enter ");
  }

  /** jarsigner asks for a key password where getKey alone says why, and forgets the reason then. */
  @ParameterizedTest
  @MethodSource("jdks")
  void ofAKeyThatIsDisabledJarsignerSaysThatAndAsksForNoPassword(Path jdk) throws Exception {
    KeyhavenProvider provider = RemoteKeys.provider();
    String alias = RemoteKeys.certified(provider, "EC", 256);
    provider.session(provider.settings()).client().certificates().update(alias, null,
        new CertificateUpdateParameters(null, ObjectAttributes.of(false, null, null), null));
    Tools.Result result = VaultTools.jarsigner(jdk, List.of(emptyJar().toString(), alias));
    assertThat(result.exit()).isNotZero();
    assertThat(result.output()).contains(alias + " is disabled in the vault; enable it there")
        .doesNotContain("Enter ", "\tat ");
  }

  private Path emptyJar() throws IOException {
    Path jar = folder.resolve("empty.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry("empty.txt"));
      out.closeEntry();
    }
    return jar;
  }

  @Test
  void aMissingConfigurationFileIsSaidInOneLine() throws Exception {
    Tools.Result result = Tools.run(Tools.current().resolve("bin/keytool"), "-list", "-keystore", "NONE", "-storetype",
        "Keyhaven", "-storepass", "unused", "-providerpath", JAR, "-providerclass", KeyhavenProvider.class.getName(),
        "-providerarg", folder.resolve("none").toString());
    assertThat(result.exit()).isNotZero();
    assertThat(result.output()).contains("there is no configuration file").doesNotContain("\tat ");
  }

  /** Without Azure Identity, as the self-contained jar is. */
  @ParameterizedTest
  @MethodSource("jdks")
  void missingCredentialsAreSaidInOneLine(Path jdk) throws Exception {
    Path settings = Files.writeString(folder.resolve("no-credentials"), "keyhaven.vault.url=https://localhost");
    Tools.Result result = Tools.run(jdk.resolve("bin/keytool"), "-list", "-keystore", "NONE", "-storetype", "Keyhaven",
        "-storepass", "unused", "-providerpath", JAR, "-providerclass", KeyhavenProvider.class.getName(), "-providerarg",
        settings.toString());
    assertThat(result.exit()).isNotZero();
    assertThat(result.output()).contains("no credentials: set keyhaven.token").doesNotContain("\tat ");
  }

  @Test
  void theSelfContainedJarHasNothingThatAnApplicationCouldMeet() throws Exception {
    try (JarFile jar = new JarFile(JAR)) {
      assertThat(jar.stream().map(JarEntry::getName).filter(name -> name.endsWith(".class")))
          .isNotEmpty().allMatch(name -> name.startsWith("org/keyhaven/")
              // Stand in for the classes of Microsoft's jar, which this one takes the place of.
              || name.startsWith("com/azure/security/keyvault/jca/"));
      assertThat(jar.stream().map(JarEntry::getName)).contains("META-INF/services/java.security.Provider",
          "META-INF/licenses/httpclient5/LICENSE", "META-INF/licenses/jackson-core/NOTICE",
          "META-INF/licenses/slf4j-api/LICENSE.txt", "META-INF/LICENSE", "META-INF/NOTICE");
      // What the relocated libraries declare to each other nobody else asks for.
      assertThat(jar.stream().filter(entry -> !entry.isDirectory()).map(JarEntry::getName)
          .filter(name -> name.startsWith("META-INF/services/")))
          .allMatch(name -> name.equals("META-INF/services/java.security.Provider")
              || name.startsWith("META-INF/services/org.keyhaven.shaded."));
    }
  }

  @Test
  void theConstructorLoadsNothingOfHttpOrLogging() throws Exception {
    Tools.Result result = Tools.run(Tools.current().resolve("bin/keytool"), "-J-verbose:class", "-showinfo", "-tls",
        "-providerpath", JAR, "-providerclass", KeyhavenProvider.class.getName());
    assertThat(result.output()).contains("org.keyhaven.provider.KeyhavenProvider").doesNotContain("org.keyhaven.shaded",
        "org.keyhaven.client.KeyhavenClient");
  }
}
