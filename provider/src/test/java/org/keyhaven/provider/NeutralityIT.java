package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever asks for nothing of Keyhaven gets what he gets without it, wherever it stands in the list of providers. */
@Tag("packaged")
@Execution(ExecutionMode.CONCURRENT)
class NeutralityIT {
  /** A JDK has more than these many algorithms; fewer would mean that nothing was looked at. */
  private static final int FEWEST_LINES = 400;

  private static final Map<Path, List<String>> PROVIDERS = new HashMap<>();

  @TempDir
  private static Path folder;

  private static Path keys;

  @BeforeAll
  static void compile() throws Exception {
    Programs.compile("Neutrality", folder.toString(), folder);
    keys = folder.resolve("keys.p12");
    for (List<String> kind : List.of(List.of("rsa", "RSA", "-keysize", "2048"),
        List.of("ec", "EC", "-groupname", "secp256r1"))) {
      Tools.run(Tools.current().resolve("bin/keytool"), "-genkeypair", "-alias", kind.get(0), "-keyalg", kind.get(1),
          kind.get(2), kind.get(3), "-dname", "CN=localhost", "-ext", "san=dns:localhost,ip:127.0.0.1", "-keystore",
          keys.toString(), "-storepass", "changeit").succeeded();
    }
  }

  static List<Path> jdks() throws IOException {
    return Tools.jdks();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void jcaAndJsseGiveTheSameWithKeyhavenAbsentFirstAndLast(Path jdk) throws Exception {
    List<String> absent = lines(jdk, List.of());
    assertThat(absent).hasSizeGreaterThan(FEWEST_LINES)
        .anyMatch(line -> line.startsWith("handshake PKIX ec TLSv1.3 -> TLSv1.3"))
        .anyMatch(line -> line.startsWith("Signature.SHA256withRSA -> RSA SunRsaSign SunRsaSign true"))
        .noneMatch(line -> line.contains("Keyhaven"));
    assertThat(lines(jdk, installed(jdk, true))).as("first").isEqualTo(absent);
    assertThat(lines(jdk, installed(jdk, false))).as("last").isEqualTo(absent);
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void keytoolListsAFileAsBefore(Path jdk) throws Exception {
    String absent = listing(jdk, List.of());
    assertThat(absent).contains("Alias name: ec", "Alias name: rsa");
    assertThat(listing(jdk, installed(jdk, true))).as("first").isEqualTo(absent);
    assertThat(listing(jdk, installed(jdk, false))).as("last").isEqualTo(absent);
  }

  private static List<String> lines(Path jdk, List<String> installed) throws Exception {
    List<String> options = new ArrayList<>(installed);
    options.addAll(List.of("-cp", Programs.classPath(folder, Programs.JAR)));
    return Programs.run(jdk, options, "Neutrality", keys.toString(), "changeit").output().lines().toList();
  }

  private static String listing(Path jdk, List<String> installed) throws Exception {
    List<String> options = new ArrayList<>(List.of("-list", "-v", "-keystore", keys.toString(), "-storepass", "changeit"));
    installed.forEach(option -> options.add("-J" + option));
    options.addAll(List.of("-J-cp", "-J" + Programs.JAR));
    return Tools.run(jdk.resolve("bin/keytool"), options.toArray(String[]::new)).succeeded().output();
  }

  private static synchronized List<String> providers(Path jdk) throws Exception {
    if (!PROVIDERS.containsKey(jdk)) {
      PROVIDERS.put(jdk,
          Programs.run(jdk, List.of("-cp", folder.toString()), "Neutrality", "providers").output().lines().toList());
    }
    return PROVIDERS.get(jdk);
  }

  /** As an administrator installs it: in a java.security file, which the JVM reads before it does anything. */
  private static List<String> installed(Path jdk, boolean first) throws Exception {
    List<String> providers = new ArrayList<>(providers(jdk));
    providers.add(first ? 0 : providers.size(), "Keyhaven");
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < providers.size(); i++) {
      lines.add("security.provider." + (i + 1) + "=" + providers.get(i));
    }
    Path file = Files.createTempFile(folder, "java", ".security");
    Files.write(file, lines);
    return List.of("-Djava.security.properties=" + file);
  }
}
