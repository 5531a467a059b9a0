package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.keyhaven.server.TestVault;

/** The commands of docs/tools.md, as they stand there, with the tools of every installed JDK. */
@Tag("packaged")
@Execution(ExecutionMode.CONCURRENT)
class ToolsPageIT {
  private static final Pattern BLOCK = Pattern.compile("^<!-- (tested|refused: ([^>]*)) -->\\n```sh\\n(.*?)^```$",
      Pattern.DOTALL | Pattern.MULTILINE);

  @TempDir
  private Path folder;

  static List<Path> jdks() throws IOException {
    return Tools.jdks();
  }

  /** One after the other on one vault: the last block of the page deletes what the first made. */
  @ParameterizedTest
  @ResourceLock("the aliases of the page")
  @MethodSource("jdks")
  void theCommandsOfThePageDoWhatItSays(Path jdk) throws Exception {
    Files.createSymbolicLink(folder.resolve("connection.env"), TestVault.get().connectionFile());
    Path jar = Path.of(VaultTools.JAR);
    Files.createSymbolicLink(folder.resolve(jar.getFileName()), jar.toAbsolutePath());
    try (OutputStream file = Files.newOutputStream(folder.resolve("app.jar"));
        JarOutputStream out = new JarOutputStream(file)) {
      out.putNextEntry(new JarEntry("empty.txt"));
      out.closeEntry();
    }

    String output = run(jdk, script());

    assertThat(output).contains("web.pem: OK", "Keystore provider: Keyhaven", "Alias name: web",
        "Certificate chain length: 2", "jar signed.", "jar verified.").doesNotContain("Enter ");
  }

  /** The blocks as one script; a command that is to be refused must fail and say the reason. */
  private static String script() throws IOException {
    StringBuilder script = new StringBuilder("set -eux\n");
    Matcher block = BLOCK.matcher(Files.readString(Path.of("../docs/tools.md")));
    int refused = 0;
    while (block.find()) {
      if (block.group(2) == null) {
        script.append(block.group(3));
      } else {
        for (String command : block.group(3).split("\n")) {
          refused++;
          script.append("if ").append(command).append(" > refusal 2>&1; then exit 99; fi\ncat refusal\n")
              .append("grep -q '").append(block.group(2)).append("' refusal\n");
        }
      }
    }
    assertThat(refused).isGreaterThanOrEqualTo(3);
    return script.toString();
  }

  private String run(Path jdk, String script) throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    ProcessBuilder builder = new ProcessBuilder("bash", "-c", script).directory(folder.toFile()).redirectErrorStream(true)
        .redirectInput(ProcessBuilder.Redirect.from(Files.createFile(folder.resolve("no-input")).toFile()))
        .redirectOutput(output.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("KEYHAVEN_") || name.startsWith("AZURE_"));
    builder.environment().put("PATH", jdk + "/bin:" + System.getenv("PATH"));
    builder.environment().put("JAVA_TOOL_OPTIONS", "-Duser.language=en -XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
    Process process = builder.start();
    boolean ended = process.waitFor(10, TimeUnit.MINUTES);
    process.destroyForcibly();
    String text = Files.readString(output);
    assertThat(ended).as(text).isTrue();
    assertThat(process.exitValue()).as(text).isZero();
    return text;
  }
}
