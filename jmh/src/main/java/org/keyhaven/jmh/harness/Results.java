package org.keyhaven.jmh.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * target/bench/results.json.
 *
 * @param figures one entry an id
 * @param mode {@code quick} or {@code full}
 * @param started RFC 3339
 * @param commit of the checkout; with {@code +changes} when files of it differ
 * @param failures of suites that did not come to their end, in words
 * @param rows all that was measured
 */
record Results(List<Reached> figures, String mode, String started, Machine machine, String jdk, String commit,
    List<String> failures, List<Row> rows) {
  /**
   * @param better {@code lower} or {@code higher}
   * @param reached whether the value is as good as the target
   */
  record Reached(String id, double value, double target, String better, boolean reached, String note) {
    Reached(Figure figure, double value, String note) {
      this(figure.id(), value, figure.target(), figure.better().toString(), figure.reached(value), note);
    }
  }

  void write(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    JsonMapper json = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    Files.writeString(file, json.writeValueAsString(this) + "\n");
  }
}
