package org.keyhaven.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keyhaven.server.StartupException;

class ConnectionFileTest {
  @TempDir
  private Path temp;

  @Test
  void aShellReadsBackWhatWasWritten() throws Exception {
    ConnectionFile connection = new ConnectionFile("https://localhost:8443", "https://localhost:8444",
        temp.resolve("it's a dir/ca.pem"), "tenant", "client", "s3cret", "https://localhost:8443");
    Path file = temp.resolve(ConnectionFile.NAME);
    connection.write(file);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
    assertThat(ConnectionFile.read(file)).isEqualTo(connection);
    Process shell = new ProcessBuilder("sh", "-c", ". \"$0\"; echo \"$CA_CERT $AZURE_CLIENT_SECRET $KEYHAVEN_VAULT_URL\"",
        file.toString()).start();
    assertThat(new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim())
        .isEqualTo(connection.caCertificate() + " s3cret https://localhost:8443");
    assertThat(connection.toString()).doesNotContain("s3cret");
  }

  @Test
  void aMissingOrPartialFileSaysWhatToDo() throws Exception {
    Path file = temp.resolve(ConnectionFile.NAME);
    assertThatExceptionOfType(StartupException.class).isThrownBy(() -> ConnectionFile.read(file))
        .withMessageContaining("keyhaven serve --data " + temp);
    Files.writeString(file, "VAULT_URL=https://localhost:8443\n");
    assertThatExceptionOfType(StartupException.class).isThrownBy(() -> ConnectionFile.read(file))
        .withMessageContaining("has no HSM_URL");
  }
}
