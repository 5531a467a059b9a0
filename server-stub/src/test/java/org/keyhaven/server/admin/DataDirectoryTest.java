package org.keyhaven.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.server.StartupException;

class DataDirectoryTest {
  @TempDir
  private Path temp;

  @Test
  void aNewDirectoryIsTheOwnersAlone() throws Exception {
    try (DataDirectory directory = DataDirectory.open(temp.resolve("a/b"))) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.path()))).isEqualTo("rwx------");
    }
  }

  /** There is no mount point above a chroot, just as there is none above a file that does not exist. */
  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void whetherFilesHaveModesIsKnownWithoutTheirMountPoint() {
    assertThat(PrivateFile.posix(temp.resolve("none/file"))).isTrue();
  }

  @Test
  void aDirectoryThatHoldsSomethingElseIsRefusedAndLeftAsItWas() throws Exception {
    Files.writeString(temp.resolve("thesis.tex"), "mine");

    assertThatExceptionOfType(StartupException.class).isThrownBy(() -> DataDirectory.open(temp))
        .withMessageContaining("was not made by keyhaven").withMessageContaining("--data");

    try (var entries = Files.list(temp)) {
      assertThat(entries).containsExactly(temp.resolve("thesis.tex"));
    }
  }

  @Test
  void aFileIsNoDataDirectory() throws Exception {
    Path file = Files.writeString(temp.resolve("file"), "x");

    assertThatExceptionOfType(StartupException.class).isThrownBy(() -> DataDirectory.open(file))
        .withMessageContaining("is not a directory");
    assertThatExceptionOfType(StartupException.class).isThrownBy(() -> DataDirectory.open(file.resolve("below")))
        .withMessageContaining("--data");
  }

  @Test
  void aDirectoryInUseIsRefusedUntilItIsClosed() throws Exception {
    try (DataDirectory first = DataDirectory.open(temp)) {
      assertThatExceptionOfType(StartupException.class).isThrownBy(() -> DataDirectory.open(first.path()))
          .withMessageContaining("in use by a running keyhaven server");
    }
    DataDirectory.open(temp).close();
  }

  @Test
  void aFirstStartThatWasKilledEarlyCanBeRepeated() throws Exception {
    Files.writeString(temp.resolve("keyhaven.lock"), "");
    Files.writeString(temp.resolve("server.properties.tmp"), "format=");

    try (DataDirectory directory = DataDirectory.open(temp)) {
      assertThat(ServerState.open(directory).clientId()).isNotEmpty();
    }
  }

  @Test
  void theStateIsFoundAgainAndIsTheOwnersAlone() throws Exception {
    ServerState first;
    try (DataDirectory directory = DataDirectory.open(temp)) {
      first = ServerState.open(directory).withEngine(directory, "softhsm", "keyhaven");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.stateFile()))).isEqualTo("rw-------");
    }
    try (DataDirectory directory = DataDirectory.open(temp)) {
      assertThat(ServerState.open(directory)).isEqualTo(first);
    }
    assertThat(first.toString()).doesNotContain(first.clientSecret());
  }

  @Test
  void anotherEngineThanAtTheFirstStartIsRefused() throws Exception {
    try (DataDirectory directory = DataDirectory.open(temp)) {
      ServerState state = ServerState.open(directory).withEngine(directory, "an HSM", "vaults");
      assertThat(state.withEngine(directory, "an HSM", "vaults")).isEqualTo(state);
      assertThatExceptionOfType(StartupException.class).isThrownBy(() -> state.withEngine(directory, "software keys", null))
          .withMessageContaining("made with an HSM, token \"vaults\"").withMessageContaining("same options");
      assertThatExceptionOfType(StartupException.class).isThrownBy(() -> state.withEngine(directory, "an HSM", "other"));
    }
  }

  @Test
  void aDamagedOrNewerStateIsRefused() throws Exception {
    try (DataDirectory directory = DataDirectory.open(temp)) {
      Files.writeString(directory.stateFile(), "format=1\ntenant.id=x\n");
      assertThatExceptionOfType(StartupException.class).isThrownBy(() -> ServerState.open(directory))
          .withMessageContaining("damaged");
      Files.writeString(directory.stateFile(), "format=99\n");
      assertThatExceptionOfType(StartupException.class).isThrownBy(() -> ServerState.open(directory))
          .withMessageContaining("format 99");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rwxrwx---", "rwx----w-", "rwxrwxrwx"})
  void aDirectoryThatOthersCanWriteToIsRefused(String mode) throws Exception {
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString(mode));

    assertThatExceptionOfType(StartupException.class).isThrownBy(() -> DataDirectory.open(temp))
        .withMessageContaining("others may write").withMessageContaining("chmod 700");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(temp))).isEqualTo(mode);
  }

  @Test
  void aDirectoryThatOthersCanReadBecomesTheOwnersAlone() throws Exception {
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));

    try (DataDirectory directory = DataDirectory.open(temp)) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.path()))).isEqualTo("rwx------");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.file("keyhaven.lock"))))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void aLockThatIsALinkIsNotFollowed() throws Exception {
    Path victim = Files.createDirectory(temp.resolve("elsewhere")).resolve("victim");
    Path data = Files.createDirectory(temp.resolve("data"));
    Files.createSymbolicLink(data.resolve("keyhaven.lock"), victim);

    assertThatExceptionOfType(StartupException.class).isThrownBy(() -> DataDirectory.open(data))
        .withMessageContaining("--data");
    assertThat(victim).doesNotExist();
  }

  @Test
  @EnabledIf("isRoot")
  void whatBelongsToAnotherUserIsRefused() throws Exception {
    Path file = Files.writeString(temp.resolve("pin"), "1234");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertThat(PrivateFile.read(file, "PIN file")).hasSize(4);
    Path data = Files.createDirectory(temp.resolve("data"));
    for (Path path : new Path[] {file, data}) {
      Files.setAttribute(path, "unix:uid", 12345);
    }

    assertThatExceptionOfType(StartupException.class).isThrownBy(() -> PrivateFile.read(file, "PIN file"))
        .withMessageContaining("PIN file").withMessageContaining("another user");
    assertThatExceptionOfType(StartupException.class).isThrownBy(() -> DataDirectory.open(data))
        .withMessageContaining("belongs to another user");
  }

  /** Only root can give a file away. */
  static boolean isRoot() {
    return PrivateFile.user() == 0;
  }
}
