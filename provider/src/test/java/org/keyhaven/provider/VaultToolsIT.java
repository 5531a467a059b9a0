package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.keyhaven.server.TestVault;

/** keytool and jarsigner of every installed JDK, with the self-contained jar; runs once that is packaged (mvn verify). */
@Tag("packaged")
class VaultToolsIT {
  private static final String JAR = System.getProperty("keyhaven.provider.jar");

  @TempDir
  private Path folder;

  static List<Path> jdks() throws IOException {
    return Tools.jdks();
  }

  static List<Arguments> keys() throws IOException {
    List<Arguments> all = new ArrayList<>();
    for (Path jdk : Tools.jdks()) {
      all.add(Arguments.of(jdk, "RSA", List.of("-keyalg", "RSA", "-keysize", "2048")));
      all.add(Arguments.of(jdk, "EC", List.of("-keyalg", "EC", "-groupname", "secp256r1")));
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("keys")
  void aKeyIsGeneratedInTheHsmAndSignsAJarThatStrangersVerify(Path jdk, String type, List<String> kind) throws Exception {
    String alias = RemoteKeys.name("Code.signing_" + type);
    List<String> generate = new ArrayList<>(List.of("-genkeypair", "-alias", alias, "-dname", "CN=Code", "-keypass",
        "unused", "-providername", "Keyhaven"));
    generate.addAll(kind);
    keytool(jdk, generate).succeeded();

    String listed = keytool(jdk, List.of("-list", "-v", "-alias", alias)).succeeded().output();
    assertThat(listed).contains("Alias name: " + alias, "Entry type: PrivateKeyEntry", "Owner: CN=Code")
        .doesNotContain("WARNING WARNING");

    Path certificate = folder.resolve("code.pem");
    keytool(jdk, List.of("-exportcert", "-rfc", "-alias", alias, "-file", certificate.toString())).succeeded();
    Path trust = folder.resolve("trust.p12");
    Tools.run(jdk.resolve("bin/keytool"), "-importcert", "-noprompt", "-alias", "code", "-file", certificate.toString(),
        "-keystore", trust.toString(), "-storepass", "changeit").succeeded();

    Path jar = jar();
    String signed = jarsigner(jdk, jar, alias).succeeded().output();
    assertThat(signed).startsWith("jar signed.");
    for (Path verifier : Tools.jdks()) {
      assertThat(Tools.run(verifier.resolve("bin/jarsigner"), "-verify", "-strict", "-keystore", trust.toString(),
          "-storepass", "changeit", jar.toString()).succeeded().output()).contains("jar verified.");
    }

    keytool(jdk, List.of("-delete", "-alias", alias)).succeeded();
    assertThat(keytool(jdk, List.of("-list", "-alias", alias)).output()).contains("does not exist");
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void aReplyOfACaBecomesTheChain(Path jdk) throws Exception {
    String alias = RemoteKeys.name("served");
    keytool(jdk, List.of("-genkeypair", "-alias", alias, "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=served",
        "-keypass", "unused", "-providername", "Keyhaven")).succeeded();
    Path request = folder.resolve("served.csr");
    keytool(jdk, List.of("-certreq", "-alias", alias, "-file", request.toString())).succeeded();
    Path ca = folder.resolve("ca.p12");
    Path reply = folder.resolve("reply.pem");
    local(jdk, ca, "-genkeypair", "-alias", "ca", "-keyalg", "RSA", "-keysize", "2048", "-dname", "CN=ca", "-ext", "bc:c");
    local(jdk, ca, "-gencert", "-alias", "ca", "-infile", request.toString(), "-outfile", reply.toString(), "-rfc");
    Path root = folder.resolve("ca.pem");
    local(jdk, ca, "-exportcert", "-alias", "ca", "-rfc", "-file", root.toString());
    Files.writeString(reply, Files.readString(reply) + Files.readString(root));
    keytool(jdk, List.of("-importcert", "-noprompt", "-alias", alias, "-file", reply.toString(), "-keypass", "unused"))
        .succeeded();
    assertThat(keytool(jdk, List.of("-list", "-v", "-alias", alias)).succeeded().output())
        .contains("Certificate chain length: 2", "Issuer: CN=ca");
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void anAliasIsChangedAndTheOldOneIsGone(Path jdk) throws Exception {
    String alias = RemoteKeys.name("before");
    String after = RemoteKeys.name("after");
    keytool(jdk, List.of("-genkeypair", "-alias", alias, "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=x",
        "-keypass", "unused", "-providername", "Keyhaven")).succeeded();
    keytool(jdk, List.of("-changealias", "-alias", alias, "-destalias", after, "-keypass", "unused")).succeeded();
    assertThat(keytool(jdk, List.of("-list")).succeeded().output()).contains(after).doesNotContain(alias);
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void theProviderIsFoundByNameOnTheClassPath(Path jdk) throws Exception {
    assertThat(Tools.run(jdk.resolve("bin/keytool"), "-list", "-keystore", "NONE", "-storetype", "Keyhaven", "-storepass",
        "unused", "-J-cp", "-J" + JAR, "-addprovider", "Keyhaven", "-providerarg", connection()).succeeded().output())
        .contains("Keystore provider: Keyhaven");
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void aKeyOfTheJdkIsImported(Path jdk) throws Exception {
    String alias = RemoteKeys.name("soft");
    keytool(jdk, List.of("-genkeypair", "-alias", alias, "-keyalg", "RSA", "-dname", "CN=x", "-keypass", "unused"))
        .succeeded();
    assertThat(keytool(jdk, List.of("-list", "-alias", alias)).succeeded().output()).contains("PrivateKeyEntry");
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
          .isNotEmpty().allMatch(name -> name.startsWith("org/keyhaven/"));
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

  private static String connection() {
    return TestVault.get().connectionFile().toString();
  }

  private static Tools.Result keytool(Path jdk, List<String> command) throws Exception {
    List<String> arguments = new ArrayList<>(command);
    arguments.addAll(List.of("-keystore", "NONE", "-storetype", "Keyhaven", "-storepass", "unused", "-providerpath", JAR,
        "-providerclass", KeyhavenProvider.class.getName(), "-providerarg", connection()));
    return Tools.run(jdk.resolve("bin/keytool"), arguments.toArray(String[]::new));
  }

  private static Tools.Result jarsigner(Path jdk, Path jar, String alias) throws Exception {
    return Tools.run(jdk.resolve("bin/jarsigner"), "-keystore", "NONE", "-storetype", "Keyhaven", "-storepass", "unused",
        "-J-cp", "-J" + JAR, "-addprovider", "Keyhaven", "-providerarg", connection(), jar.toString(), alias);
  }

  private static void local(Path jdk, Path store, String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("-keystore", store.toString(), "-storepass", "changeit"));
    Tools.run(jdk.resolve("bin/keytool"), all.toArray(String[]::new)).succeeded();
  }

  private Path jar() throws IOException {
    Path jar = folder.resolve("app.jar");
    try (OutputStream file = Files.newOutputStream(jar); JarOutputStream out = new JarOutputStream(file)) {
      out.putNextEntry(new JarEntry("hello.txt"));
      out.write("hello".getBytes(StandardCharsets.UTF_8));
      out.closeEntry();
    }
    return jar;
  }
}
