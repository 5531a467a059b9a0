package org.keyhaven.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keyhaven.client.envelope.EnvelopeEncryption;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.Keys.KeyCreateParameters;

/** The example of docs/envelope-format.md, as it stands there. */
class EnvelopeExampleIT {
  private static final String BEGIN = "    // The example begins.\n";
  private static final String END = "    // The example ends.\n";

  @TempDir
  private Path directory;

  @Test
  void theExampleOfTheDocumentWorks() throws IOException {
    byte[] plaintext = "plaintext".getBytes(UTF_8);
    Path file = Files.write(directory.resolve("file"), new byte[100_000]);
    Path encrypted = directory.resolve("encrypted");
    Path decrypted = directory.resolve("decrypted");
    try (KeyhavenClient client = Clients.vault()) {
      client.keys().create("documents", new KeyCreateParameters(KeyType.RSA, 2048, null, null, null, null, null));
      assertThat(example(client, plaintext, file, encrypted, decrypted)).isEqualTo(plaintext);
    }
    assertThat(decrypted).hasSameBinaryContentAs(file);
    assertThat(Files.size(encrypted)).isGreaterThan(100_000);
  }

  private static byte[] example(KeyhavenClient client, byte[] plaintext, Path file, Path encrypted, Path decrypted)
      throws IOException {
    byte[] result;
    // The example begins.
    try (EnvelopeEncryption envelope = EnvelopeEncryption.builder(client, "documents").build()) {
      byte[] context = "invoice 17".getBytes(UTF_8);              // not in the message; must be the same again
      byte[] message = envelope.encrypt(plaintext, context);
      byte[] again = envelope.decrypt(message, context);          // EnvelopeException when anything is not as it was

      try (InputStream in = Files.newInputStream(file)) {
        envelope.encrypt(in, Files.newOutputStream(encrypted), context);
      }
      try (InputStream in = envelope.decrypting(Files.newInputStream(encrypted), context)) {
        Files.copy(in, decrypted);                                // to be deleted when this throws
      }
      result = again;
    }
    // The example ends.
    return result;
  }

  @Test
  void theExampleStandsInTheDocument() throws IOException {
    String source = Files.readString(Path.of("src/test/java/org/keyhaven/client/EnvelopeExampleIT.java"));
    String example = source.substring(source.indexOf(BEGIN) + BEGIN.length(), source.lastIndexOf(END)).lines()
        .filter(line -> !line.strip().equals("result = again;"))
        .map(line -> line.isEmpty() ? line : line.substring(4)).collect(Collectors.joining("\n", "```java\n", "\n```\n"));
    assertThat(Files.readString(Path.of("../docs/envelope-format.md"))).contains(example);
  }
}
