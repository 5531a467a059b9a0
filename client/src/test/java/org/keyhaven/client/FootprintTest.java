package org.keyhaven.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

/** What an application gets with the client: the jars that it needs, and no more than these. */
class FootprintTest {
  /** What the required dependencies bring; {@link OptionalDependenciesTest} shows that the client works with these alone. */
  private static final List<Class<?>> REQUIRED = List.of(org.apache.hc.client5.http.classic.HttpClient.class,
      org.apache.hc.core5.http.HttpHost.class, org.apache.hc.core5.http2.config.H2Config.class,
      tools.jackson.core.JsonParser.class, com.fasterxml.jackson.annotation.JsonProperty.class, org.slf4j.Logger.class);
  private static final Pattern DEPENDENCY = Pattern.compile("<dependency>.*?</dependency>", Pattern.DOTALL);
  private static final int MOST_JARS = 8;
  private static final long MOST_BYTES = 5_000_000;

  static List<Path> jars() {
    return REQUIRED.stream().map(FootprintTest::origin).distinct().toList();
  }

  /** Where a class comes from: a jar, or a folder of classes. */
  static Path origin(Class<?> type) {
    return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString()));
  }

  @Test
  void theClientAndWhatItNeedsAreFewAndSmall() throws IOException {
    List<Path> jars = jars();
    assertThat(jars).hasSize(REQUIRED.size()).hasSizeLessThan(MOST_JARS);
    long bytes = ownJar();
    for (Path jar : jars) {
      bytes += Files.size(jar);
    }
    assertThat(bytes).isLessThanOrEqualTo(MOST_BYTES);
  }

  @Test
  void nothingElseIsRequired() throws IOException {
    List<String> required = DEPENDENCY.matcher(Files.readString(Path.of("pom.xml"))).results().map(found -> found.group())
        .filter(dependency -> !dependency.contains("<optional>true</optional>") && !dependency.contains("<scope>test</scope>"))
        .map(dependency -> dependency.replaceAll("(?s).*<artifactId>(.*?)</artifactId>.*", "$1")).toList();
    assertThat(required).containsExactlyInAnyOrder("httpclient5", "jackson-core", "jackson-annotations", "slf4j-api");
  }

  /** As large as the jar will be, but for its manifest. */
  private static long ownJar() throws IOException {
    Path classes = origin(KeyhavenClient.class);
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
