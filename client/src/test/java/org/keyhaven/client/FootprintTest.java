package org.keyhaven.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

/** What an application gets with the client: the jars that it needs, and no more than these. */
class FootprintTest {
  /** What the required dependencies bring; {@link OptionalDependenciesTest} shows that the client works with these alone. */
  static final List<String> REQUIRED = List.of("httpclient5", "httpcore5", "httpcore5-h2", "jackson-core", "jackson-databind",
      "jackson-annotations", "slf4j-api");
  private static final Pattern DEPENDENCY = Pattern.compile("<dependency>.*?</dependency>", Pattern.DOTALL);
  private static final int MOST_JARS = 8;
  private static final long MOST_BYTES = 5_700_000;

  private static List<Path> jars() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator)).map(Path::of)
        .filter(jar -> REQUIRED.stream().anyMatch(name -> jar.getFileName().toString().matches(name + "-[0-9].*\\.jar"))).toList();
  }

  @Test
  void theClientAndWhatItNeedsAreFewAndSmall() throws IOException, URISyntaxException {
    List<Path> jars = jars();
    assertThat(jars).hasSameSizeAs(REQUIRED).hasSizeLessThan(MOST_JARS);
    long bytes = ownJar();
    for (Path jar : jars) {
      bytes += Files.size(jar);
    }
    assertThat(bytes).isLessThan(MOST_BYTES);
  }

  @Test
  void nothingElseIsRequired() throws IOException {
    List<String> required = DEPENDENCY.matcher(Files.readString(Path.of("pom.xml"))).results().map(found -> found.group())
        .filter(dependency -> !dependency.contains("<optional>true</optional>") && !dependency.contains("<scope>test</scope>"))
        .map(dependency -> dependency.replaceAll("(?s).*<artifactId>(.*?)</artifactId>.*", "$1")).toList();
    assertThat(required).containsExactlyInAnyOrder("httpclient5", "jackson-databind", "slf4j-api");
  }

  /** As large as the jar will be, but for its manifest. */
  private static long ownJar() throws IOException, URISyntaxException {
    Path classes = Path.of(KeyhavenClient.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    ByteArrayOutputStream jar = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(jar); Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        zip.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
        Files.copy(file, zip);
      }
    }
    return jar.size();
  }
}
