package org.keyhaven.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the README shows of the SDK is what the sample does, line by line. */
class ReadmeJavaTest {
  private static final Pattern SHOWN = Pattern.compile("\\[KeysOfAVault\\]\\([^)]*\\).*?```java\\n(.*?)^```$",
      Pattern.DOTALL | Pattern.MULTILINE);

  @Test
  void theReadmeShowsTheLinesOfTheSample() throws IOException {
    Matcher block = SHOWN.matcher(Files.readString(Path.of("../README.md")));
    assertThat(block.find()).isTrue();
    String sample = Files.readString(Path.of("src/main/java/org/keyhaven/samples/KeysOfAVault.java"));
    for (String paragraph : block.group(1).split("\\n\\n")) {
      assertThat(stripped(sample)).contains(stripped(paragraph));
    }
  }

  /** Without indentation. */
  private static String stripped(String code) {
    return code.lines().map(String::strip).collect(Collectors.joining("\n"));
  }
}
