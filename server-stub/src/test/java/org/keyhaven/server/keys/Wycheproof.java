package org.keyhaven.server.keys;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Project Wycheproof's vectors, where they are on this machine. */
final class Wycheproof {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Path DIRECTORY = Path.of(System.getProperty("keyhaven.wycheproof", "absent"));

  private Wycheproof() { }

  /** One vector, and the group it is in. */
  record Vector(String file, JsonNode group, JsonNode test) {
    byte[] hex(String member) {
      return HexFormat.of().parseHex(test.path(member).asString());
    }

    String result() {
      return test.path("result").asString();
    }

    @Override
    public String toString() {
      return file + " " + test.path("tcId").asInt() + " " + test.path("comment").asString();
    }
  }

  /** Skips the test when there are none. */
  static void require() {
    assumeTrue(Files.isDirectory(DIRECTORY), () -> "no vectors: the property keyhaven.wycheproof names " + DIRECTORY);
  }

  /** @param files a pattern of file names */
  static List<Vector> read(String files) throws IOException {
    List<Vector> vectors = new ArrayList<>();
    try (DirectoryStream<Path> matching = Files.newDirectoryStream(DIRECTORY, files)) {
      for (Path file : matching) {
        for (JsonNode group : JSON.readTree(Files.readAllBytes(file)).path("testGroups")) {
          group.path("tests").forEach(test -> vectors.add(new Vector(file.getFileName().toString(), group, test)));
        }
      }
    }
    return vectors;
  }
}
