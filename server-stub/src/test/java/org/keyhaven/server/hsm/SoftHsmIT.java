package org.keyhaven.server.hsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keyhaven.server.StartupException;

class SoftHsmIT {
  @TempDir
  Path directory;

  @Test
  void theVariableNamesTheModuleBeforeAnyUsualPlace() throws IOException {
    Files.createFile(directory.resolve("libsofthsm2.so"));
    assertThat(SoftHsm.find(Map.of("SOFTHSM2_LIB", "/opt/own.so"), List.of(directory))).contains(Path.of("/opt/own.so"));
    assertThat(SoftHsm.find(Map.of(), List.of(directory.resolve("no"), directory)))
        .contains(directory.resolve("libsofthsm2.so"));
    assertThat(SoftHsm.find(Map.of("SOFTHSM2_LIB", " "), List.of(directory.resolve("no")))).isEmpty();
  }

  @Test
  void provisioningTwiceFindsTheSameToken() {
    Pkcs11Options first = SoftHsm.provision(TestHsm.module(), directory.resolve("data"));
    assertThat(SoftHsm.provision(TestHsm.module(), directory.resolve("data"))).isEqualTo(first);
    Pkcs11Token.open(first).close();
  }

  @Test
  void everyDirectoryHasATokenOfItsOwn() {
    Pkcs11Options one = SoftHsm.provision(TestHsm.module(), directory.resolve("one"));
    Pkcs11Options two = SoftHsm.provision(TestHsm.module(), directory.resolve("two"));
    assertThat(one.tokenLabel()).isNotEqualTo(two.tokenLabel());
  }

  @Test
  void thePinIsRandomAndItsOwnersAlone() throws IOException {
    Pkcs11Options one = SoftHsm.provision(TestHsm.module(), directory.resolve("one"));
    Pkcs11Options two = SoftHsm.provision(TestHsm.module(), directory.resolve("two"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(one.pinFile()))).isEqualTo("rw-------");
    assertThat(Files.readString(one.pinFile())).hasSize(32).isNotEqualTo(Files.readString(two.pinFile()));
  }

  @Test
  void aCrashHalfwayThroughIsMadeGoodByTheNextStart() throws IOException {
    Pkcs11Options unfinished = SoftHsm.provision(TestHsm.module(), directory.resolve("data"));
    Files.delete(directory.resolve("data/label"));
    Pkcs11Options next = SoftHsm.provision(TestHsm.module(), directory.resolve("data"));
    assertThat(next.tokenLabel()).isNotEqualTo(unfinished.tokenLabel());
    Pkcs11Token.open(next).close();
  }

  @Test
  void aDirectoryThatCannotBeMadeIsNamed() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    assertThatThrownBy(() -> SoftHsm.provision(TestHsm.module(), file.resolve("below"))).isInstanceOf(StartupException.class)
        .hasMessageContaining(file.toString());
  }
}
