package org.keyhaven.server.hsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.StartupException;

class MasterKeyFileTest {
  private static final byte[] SECRET = "a data key of thirty-two bytes..".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CONTEXT = {1, 2};

  @TempDir
  Path directory;
  private Path file;

  @BeforeEach
  void nameIt() {
    file = directory.resolve("master.key");
  }

  @Test
  void opensAfterARestartWhatItSealed() {
    byte[] blob = MasterKeyFile.createOrOpen(file).seal(SECRET, CONTEXT);
    assertThat(MasterKeyFile.open(file).unseal(blob, CONTEXT)).isEqualTo(SECRET);
    assertThat(MasterKeyFile.createOrOpen(file).unseal(blob, CONTEXT)).isEqualTo(SECRET);
  }

  @Test
  void isItsOwnersAlone() throws IOException {
    MasterKeyFile.createOrOpen(file);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> MasterKeyFile.open(file)).isInstanceOf(StartupException.class)
        .hasMessageContaining("chmod 600");
  }

  @Test
  void aMissingOrDamagedFileIsNeverMadeAnewForAServerWithData() throws IOException {
    assertThatThrownBy(() -> MasterKeyFile.open(file)).isInstanceOf(StartupException.class)
        .hasMessageContaining("no master key");
    assertThat(file).doesNotExist();
    MasterKeyFile.createOrOpen(file);
    Files.write(file, new byte[31]);
    assertThatThrownBy(() -> MasterKeyFile.createOrOpen(file)).isInstanceOf(StartupException.class)
        .hasMessageContaining("damaged");
  }

  @Test
  void refusesWhatWasChangedOrBelongsElsewhere() {
    MasterKeyFile sealer = MasterKeyFile.createOrOpen(file);
    byte[] blob = sealer.seal(SECRET, CONTEXT);
    for (int i = 0; i < blob.length; i++) {
      byte[] changed = blob.clone();
      changed[i] ^= (byte) 0x80;
      assertRefused(sealer, changed, CONTEXT);
    }
    assertRefused(sealer, blob, new byte[] {1});
    assertRefused(sealer, new byte[0], CONTEXT);
    assertRefused(MasterKeyFile.createOrOpen(directory.resolve("other.key")), blob, CONTEXT);
  }

  @Test
  void neverSealsTheSameWayTwice() {
    MasterKeyFile sealer = MasterKeyFile.createOrOpen(file);
    assertThat(sealer.seal(SECRET, CONTEXT)).isNotEqualTo(sealer.seal(SECRET, CONTEXT));
  }

  private static void assertRefused(Sealer sealer, byte[] blob, byte[] context) {
    assertThatThrownBy(() -> sealer.unseal(blob, context)).isInstanceOfSatisfying(ApiError.class,
        e -> assertThat(e.status()).isEqualTo(500));
  }
}
