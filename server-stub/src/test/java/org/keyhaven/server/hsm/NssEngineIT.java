package org.keyhaven.server.hsm;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import iaik.pkcs.pkcs11.wrapper.PKCS11;
import iaik.pkcs.pkcs11.wrapper.PKCS11Exception;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.server.admin.PrivateFile;
import org.xipki.pkcs11.wrapper.PKCS11Constants;

/**
 * The engine over a second, unrelated PKCS#11 module: NSS softokn, the software token of Firefox (Debian: libnss3). It pads
 * CKM_AES_KEY_WRAP_PAD otherwise than SoftHSM, asks for too short a buffer in GCM and CKM_AES_KEY_WRAP_KWP, and has no
 * secp256k1.
 */
class NssEngineIT extends CipherContract {
  private static final List<Path> PLACES = List.of(Path.of("/usr/lib/x86_64-linux-gnu/libsoftokn3.so"),
      Path.of("/usr/lib/aarch64-linux-gnu/libsoftokn3.so"), Path.of("/usr/lib64/libsoftokn3.so"),
      Path.of("/usr/lib/libsoftokn3.so"));
  private static final String TOKEN = "NSS Certificate DB";

  private final String label = "keyhaven/" + UUID.randomUUID();
  private Pkcs11Token token;
  @TempDir
  static Path directory;

  @BeforeAll
  @Override
  void open() {
    Optional<Path> module = PLACES.stream().filter(Files::isRegularFile).findFirst();
    assumeTrue(module.isPresent(), "NSS softokn is not installed (Debian: apt-get install libnss3)");
    token = Pkcs11Token.open(options(module.get()));
    Pkcs11Engine.forNewVault(token, label, 1).close();
    super.open();
  }

  @AfterAll
  @Override
  void close() {
    if (engine != null) {
      super.close();
      token.close();
    }
  }

  @Override
  KeyEngine newEngine() {
    return Pkcs11Engine.forExistingVault(token, label, Pkcs11Engine.DEFAULT_CACHED_KEYS);
  }

  @Override
  boolean bindsIds() {
    return false;
  }

  @Override
  boolean exports() {
    return false;
  }

  @Override
  Set<KeySpec> lacking() {
    return Set.of(new KeySpec.Ec(KeyCurve.P_256K));
  }

  @Override
  Set<KeySpec> refused() {
    return Set.of(new KeySpec.Rsa(2048, 3));
  }

  /** Gives the database in the directory its first PIN. */
  private static Pkcs11Options options(Path module) {
    try {
      Pkcs11Module nss = Pkcs11Module.load(module,
          "configdir='sql:" + directory + "' certPrefix='' keyPrefix='' secmod='secmod.db' flags=");
      PKCS11 api = nss.api();
      long slot = slot(api);
      long session = api.C_OpenSession(slot, PKCS11Constants.CKF_SERIAL_SESSION | PKCS11Constants.CKF_RW_SESSION, null, null);
      api.C_Login(session, PKCS11Constants.CKU_SO, new char[0], true);
      char[] pin = UUID.randomUUID().toString().toCharArray();
      api.C_InitPIN(session, pin, true);
      api.C_Logout(session);
      api.C_CloseSession(session);
      Path pinFile = directory.resolve("pin");
      PrivateFile.write(pinFile, new String(pin).getBytes(StandardCharsets.UTF_8));
      return new Pkcs11Options(module, TOKEN, pinFile);
    } catch (IOException | PKCS11Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Not marked as initialised yet, so that it is found by its label alone. */
  private static long slot(PKCS11 api) throws PKCS11Exception {
    for (long slot : api.C_GetSlotList(true)) {
      if (new String(api.C_GetTokenInfo(slot).label).strip().equals(TOKEN)) {
        return slot;
      }
    }
    throw new AssertionError("no token " + TOKEN);
  }
}
