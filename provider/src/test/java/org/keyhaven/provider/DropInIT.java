package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.keyhaven.server.TestVault;
import org.keyhaven.server.admin.ConnectionFile;

/** A program compiled against Microsoft's jar does its work with ours in that place. */
@Tag("packaged")
@Execution(ExecutionMode.CONCURRENT)
class DropInIT {
  @TempDir
  private static Path classes;

  private static String alias;

  @BeforeAll
  static void compile() throws Exception {
    Programs.compile("DropIn", System.getProperty("keyhaven.peer.jar"), classes);
    alias = RemoteKeys.certified(RemoteKeys.provider(), "EC", 256);
  }

  static List<Path> jdks() throws IOException {
    return Tools.jdks();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void systemPropertiesOfMicrosoftsAreEnough(Path jdk) throws Exception {
    List<String> options = options(List.of("-cp", Programs.classPath(Programs.JAR, classes)));
    options.addAll(Programs.microsoftsProperties());
    works(Programs.run(jdk, options, "DropIn", "properties").output());
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void aLoadParameterOfMicrosoftsIsEnough(Path jdk) throws Exception {
    ConnectionFile vault = TestVault.get().connection();
    works(Programs.run(jdk, options(List.of("-cp", Programs.classPath(Programs.JAR, classes))), "DropIn", "parameter",
        vault.vaultUrl(), vault.tenantId(), vault.clientId(), vault.clientSecret()).output());
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void theJarIsAModuleAsWell(Path jdk) throws Exception {
    List<String> options = options(List.of("-p", Programs.JAR, "--add-modules", "org.keyhaven.provider", "-cp",
        classes.toString()));
    options.addAll(Programs.microsoftsProperties());
    works(Programs.run(jdk, options, "DropIn", "properties").output());
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void anAliasFilterHidesTheRest(Path jdk) throws Exception {
    List<String> options = options(List.of("-cp", Programs.classPath(Programs.JAR, classes),
        "-Dazure.keyvault.jca.certificate-alias-filter-pattern.mine=" + alias));
    options.addAll(Programs.microsoftsProperties());
    assertThat(Programs.run(jdk, options, "DropIn", "properties").output()).contains("aliases: [" + alias + "]");
  }

  private static List<String> options(List<String> first) {
    List<String> options = new ArrayList<>(first);
    options.add("-Dalias=" + alias);
    options.addAll(Programs.authority());
    return options;
  }

  private static void works(String output) {
    assertThat(output).contains("key entry: true", "signed by: AzureKeyVault", "verified: true", "handshake: TLSv1.3 7")
        .containsPattern("aliases: \\[.*" + alias + ".*]");
  }
}
