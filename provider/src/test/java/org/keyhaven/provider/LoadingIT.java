package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.keyhaven.server.TestVault;

/** What the self-contained jar needs of the JVM that loads it, and leaves in it. */
@Tag("packaged")
@Execution(ExecutionMode.CONCURRENT)
class LoadingIT {
  @TempDir
  private static Path folder;

  private static String alias;

  @BeforeAll
  static void compile() throws Exception {
    Programs.compile("Loading", folder.toString(), folder);
    alias = RemoteKeys.certified(RemoteKeys.provider(), "EC", 256);
  }

  static List<Path> jdks() throws IOException {
    return Tools.jdks();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void theProviderAndItsServicesLoadNeitherHttpNorTlsNorLogging(Path jdk) throws Exception {
    Path log = Files.createTempFile(folder, "classes", ".log");
    String output = Programs.run(jdk, List.of("-Xlog:class+load:file=" + log, "-cp",
        Programs.classPath(Programs.JAR, folder)), "Loading", "services").output();
    assertThat(output).startsWith("Keyhaven ");
    List<String> loaded = Files.readAllLines(log);
    assertThat(loaded).anyMatch(line -> line.contains(" org.keyhaven.provider.VaultSignature "))
        .noneMatch(line -> line.contains(" org.keyhaven.shaded.")).noneMatch(line -> line.contains(" java.util.logging."))
        .noneMatch(line -> line.contains(" sun.security.ssl.SSLContextImpl ")).noneMatch(line -> line.contains(" java.net.Socket "))
        .noneMatch(line -> line.contains(" java.net.http.")).noneMatch(line -> line.contains("KeyhavenClient "));
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void aWebApplicationTakesItAlongWhenItGoes(Path jdk) throws Exception {
    // The JVM has it on its class path as well, as a server may. Caches of the JDK that hold classes softly do not count.
    assertThat(Programs.run(jdk, List.of("-XX:SoftRefLRUPolicyMSPerMB=0", "-cp", Programs.classPath(Programs.JAR, folder)), "Loading", "application",
        Programs.JAR, TestVault.get().connectionFile().toString(), alias).output())
        .contains("verified: true", "nothing is left");
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void onTheModulePathBothProvidersAreServicesOfOneModule(Path jdk) throws Exception {
    assertThat(Programs.run(jdk, List.of("-p", Programs.JAR, "--add-modules", "org.keyhaven.provider", "-cp",
        folder.toString()), "Loading", "module").output())
        .contains("Keyhaven of org.keyhaven.provider, automatic: true",
            "AzureKeyVault of org.keyhaven.provider, automatic: true");
  }

  /** As Maven puts them there: the two jars, and what they depend on. */
  @ParameterizedTest
  @MethodSource("jdks")
  void anApplicationThatIsAModuleRequiresTheMavenJars(Path jdk) throws Exception {
    Path classes = Files.createTempDirectory(folder, "modular");
    String jars = Programs.mavenJars();
    Path sources = Path.of("src/test/programs/modular");
    Tools.run(Tools.current().resolve("bin/javac"), "--release", "17", "-Xlint:all,-requires-automatic", "-Werror",
        "-proc:none", "-d", classes.toString(), "-p", jars, sources.resolve("module-info.java").toString(),
        sources.resolve("example/Modular.java").toString()).succeeded();
    assertThat(Programs.run(jdk, List.of("-p", Programs.classPath(jars, classes), "--add-modules", "ALL-MODULE-PATH", "-m"),
        "example/example.Modular", TestVault.get().connectionFile().toString(), alias).output())
        .contains("module example with module org.keyhaven.provider and module org.keyhaven.client, verified: true");
  }
}
