package org.keyhaven.server.hsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import iaik.pkcs.pkcs11.wrapper.PKCS11;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.StartupException;
import org.xipki.pkcs11.wrapper.PKCS11Constants;

/** Signing in to a real token, and every way that fails. */
class Pkcs11TokenIT {
  @TempDir
  Path directory;

  @Test
  void aMissingModuleIsNamed() {
    Path module = directory.resolve("nothing.so");
    assertFails(new Pkcs11Options(module, "any", directory), "there is no PKCS#11 module " + module, "--pkcs11");
  }

  @Test
  void aFileThatIsNoLibraryIsNoModule() throws IOException {
    Path module = Files.writeString(directory.resolve("text.so"), "no library");
    assertFails(new Pkcs11Options(module, "any", directory), "is not a PKCS#11 module");
  }

  @Test
  void aBrokenModuleIsNoModule() throws IOException {
    Path module = Files.writeString(directory.resolve("broken.so"), "C_GetFunctionList");
    assertFails(new Pkcs11Options(module, "any", directory), "is not a PKCS#11 module");
  }

  @Test
  void aLibraryOfSomethingElseIsNoModule() {
    Path module = Path.of(System.getProperty("java.home"), "lib", System.mapLibraryName("zip"));
    assertFails(new Pkcs11Options(module, "any", directory), "is not a PKCS#11 module");
  }

  @Test
  void aDirectoryIsNoModule() {
    assertFails(new Pkcs11Options(directory, "any", directory), "is not a file");
  }

  @Test
  void anUnknownTokenIsAnsweredWithTheLabelsThatThereAre() {
    Pkcs11Options options = token();
    assertFails(new Pkcs11Options(options.module(), "elsewhere", options.pinFile()), "no token labelled 'elsewhere'",
        "'" + options.tokenLabel() + "'");
  }

  @Test
  void aWrongPinIsRefusedAndNamesTheFile() throws IOException {
    Pkcs11Options options = token();
    Files.writeString(options.pinFile(), "wrong-pin\n");
    assertFails(options, "refuses the PIN in " + options.pinFile(), "CKR_PIN_INCORRECT");
    assertThatThrownBy(() -> Pkcs11Token.open(options)).hasMessageNotContaining("wrong-pin");
  }

  @Test
  void aMissingPinFileIsNamed() throws IOException {
    Pkcs11Options options = token();
    Files.delete(options.pinFile());
    assertFails(options, "there is no PIN file " + options.pinFile());
  }

  @Test
  void anEmptyPinFileIsRefused() throws IOException {
    Pkcs11Options options = token();
    Files.writeString(options.pinFile(), "\n");
    assertFails(options, "is empty");
  }

  @Test
  void aPinFileThatOthersMayReadIsRefused() throws IOException {
    Pkcs11Options options = token();
    Files.setPosixFilePermissions(options.pinFile(), PosixFilePermissions.fromString("rw-r-----"));
    assertFails(options, "chmod 600 " + options.pinFile());
  }

  @Test
  void theRestOfThePinFileIsIgnored() throws IOException {
    Pkcs11Options options = token();
    Files.writeString(options.pinFile(), Files.readString(options.pinFile()) + "\r\nfor the HSM in the basement\n");
    Pkcs11Token.open(options).close();
  }

  @Test
  void aTokenWithoutUserPinSaysWhoMustSetOne() throws Exception {
    PKCS11 api = Pkcs11Module.load(token().module()).api();
    long blank = Pkcs11Module.load(token().module()).blankSlot().orElseThrow();
    String label = "bare-" + directory.getFileName().toString().hashCode();
    api.C_InitToken(blank, "officer".toCharArray(), String.format("%-32s", label).toCharArray(), true);
    assertFails(new Pkcs11Options(token().module(), label, token().pinFile()), "'" + label + "'", "security officer");
  }

  @Test
  void aPinThatStopsToWorkIsTriedOnceOnly() throws Exception {
    Pkcs11Options options = token();
    try (Pkcs11Token token = Pkcs11Token.open(options)) {
      changePin(options, token.module());
      assertUnavailable(token, "CKR_PIN_INCORRECT");
      assertUnavailable(token, "not tried again");
    }
  }

  @Test
  void aClosedTokenAnswersNothing() {
    Pkcs11Token token = Pkcs11Token.open(token());
    token.close();
    token.close();
    assertUnavailable(token, "shutting down");
  }

  @Test
  void twoConnectionsToOneTokenShareTheSignIn() {
    Pkcs11Options options = token();
    try (Pkcs11Token one = Pkcs11Token.open(options)) {
      Pkcs11Token.open(options).close();
      long state = one.run("look",
          connection -> connection.inSession((api, session) -> api.C_GetSessionInfo(session).state));
      assertThat(state).isEqualTo(PKCS11Constants.CKS_RO_USER_FUNCTIONS);
    }
  }

  private Pkcs11Options token() {
    return SoftHsm.provision(TestHsm.module(), directory.resolve("softhsm"));
  }

  /** Ends with all sessions closed, as when the token was taken away and came back with another PIN. */
  private static void changePin(Pkcs11Options options, Pkcs11Module module) throws Exception {
    PKCS11 api = module.api();
    long slot = module.slotOf(options.tokenLabel()).orElseThrow();
    long session = api.C_OpenSession(slot, PKCS11Constants.CKF_SERIAL_SESSION | PKCS11Constants.CKF_RW_SESSION, null, null);
    api.C_SetPIN(session, Files.readString(options.pinFile()).toCharArray(), "another-pin".toCharArray(), true);
    api.C_CloseAllSessions(slot);
  }

  private static void assertFails(Pkcs11Options options, String... parts) {
    assertThatThrownBy(() -> Pkcs11Token.open(options)).isInstanceOf(StartupException.class).hasMessageContainingAll(parts)
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
  }

  private static void assertUnavailable(Pkcs11Token token, String part) {
    assertThatThrownBy(() -> token.run("look",
        connection -> connection.inOwnerSession((api, session) -> api.C_GetSessionInfo(session))))
        .isInstanceOfSatisfying(ApiError.class, e -> assertThat(e.status()).isEqualTo(503)).hasMessageContaining(part);
  }
}
