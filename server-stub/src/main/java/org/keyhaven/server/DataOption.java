package org.keyhaven.server;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** {@code --data}: which server is meant. */
final class DataOption {
  @Option(names = "--data", paramLabel = "DIR",
      description = "Data directory; default: $$KEYHAVEN_DATA, or else .keyhaven in the home directory.")
  private Path data;

  Path path() {
    return Optional.ofNullable(data)
        .or(() -> Optional.ofNullable(System.getenv("KEYHAVEN_DATA")).filter(name -> !name.isEmpty()).map(Path::of))
        .orElseGet(() -> Path.of(System.getProperty("user.home"), ".keyhaven"));
  }
}
