package org.keyhaven.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keyhaven.server.TestVault;

/** The shell commands in README.md that are marked as tested, run one after another as they stand there. */
class ReadmeIT {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern TESTED = Pattern.compile("^<!-- tested -->\\n```sh\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

  @TempDir
  private Path work;

  @Test
  void theCommandsOfTheReadmeWork() throws Exception {
    Path home = Files.createDirectories(work.resolve("home/.keyhaven"));
    Files.createSymbolicLink(home.resolve("connection.env"), TestVault.get().connectionFile());
    for (String used : List.of("keyhaven", "provider", "samples")) {
      Files.createSymbolicLink(work.resolve(used), ROOT.resolve(used));
    }
    List<String> commands = commands();
    assertThat(commands).hasSizeGreaterThanOrEqualTo(5);

    String output = run("set -eux\n" + String.join("", commands));

    assertThat(output).contains("Your keystore contains", "jar signed.", "jar verified.",
        "SHA256withECDSA by Keyhaven, verified by SunEC", "signature verified, opened: for the vault's eyes only");
  }

  private static List<String> commands() throws IOException {
    Matcher block = TESTED.matcher(Files.readString(ROOT.resolve("README.md")));
    List<String> commands = new ArrayList<>();
    while (block.find()) {
      commands.add(block.group(1));
    }
    return commands;
  }

  private String run(String script) throws IOException, InterruptedException {
    Path output = work.resolve("output");
    String jdk = System.getProperty("java.home");
    ProcessBuilder builder = new ProcessBuilder("bash", "-c", script).directory(work.toFile()).redirectErrorStream(true)
        .redirectInput(ProcessBuilder.Redirect.from(Files.createFile(work.resolve("no-input")).toFile()))
        .redirectOutput(output.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("KEYHAVEN_") || name.startsWith("AZURE_"));
    builder.environment().put("HOME", work.resolve("home").toString());
    builder.environment().put("JAVA_HOME", jdk);
    builder.environment().put("PATH", jdk + "/bin:" + System.getenv("PATH"));
    // This test is part of a build: the launcher must not start another.
    builder.environment().put("KEYHAVEN_BUILT", "1");
    Process process = builder.start();
    boolean ended = process.waitFor(5, TimeUnit.MINUTES);
    process.destroyForcibly();
    String text = Files.readString(output);
    assertThat(ended).as(text).isTrue();
    assertThat(process.exitValue()).as(text).isZero();
    return text;
  }
}
