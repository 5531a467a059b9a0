package org.keyhaven.server.hsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import iaik.pkcs.pkcs11.wrapper.PKCS11Exception;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.SignatureAlgorithm;
import org.keyhaven.server.ApiError;

/**
 * A token that is taken away and put back. SoftHSM keeps a token in a directory and looks for tokens when it is initialised
 * alone, so each time the directory is moved, then the module finalised; what a user of the module sees is that its sessions
 * and handles are gone, and that the slots have other tokens. It happens in a process of its own, for finalising is felt by
 * all of a process.
 */
class Pkcs11RemovalIT {
  private static final KeySpec P256 = new KeySpec.Ec(KeyCurve.P_256);
  private static final byte[] MESSAGE = {1, 2, 3};

  @TempDir
  private Path directory;

  @Test
  void withoutItsTokenTheEngineIsUnavailableAndWithItAgainItWorks() throws Exception {
    assertThat(OwnProcess.run(Pkcs11RemovalIT.class, directory)).contains("put back");
  }

  /** What the process does. */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    Pkcs11Options options = SoftHsm.provision(TestHsm.module(), directory.resolve("softhsm"));
    Path home = onlyToken(directory.resolve("softhsm/tokens"));
    Path drawer = directory.resolve("drawer");

    try (Pkcs11Token token = Pkcs11Token.open(options);
        Pkcs11Engine engine = Pkcs11Engine.forNewVault(token, "keyhaven/" + UUID.randomUUID(), 10)) {
      GeneratedKey one = engine.generate("one", P256);
      GeneratedKey two = engine.generate("two", P256);
      assertThat(signs(engine, one)).isTrue();
      assertThat(signs(engine, two)).isTrue();
      assertThat(engine.cached()).isEqualTo(2);

      Files.move(home, drawer);
      forget(token.module());
      // The first call finds the connection lost, the next ones find none.
      for (int i = 0; i < 2; i++) {
        assertUnavailable(options, () -> engine.sign(one.sealed(), SignatureAlgorithm.ES256, new byte[32]));
        assertUnavailable(options, () -> engine.generate("three", P256));
        assertUnavailable(options, () -> engine.random(16));
      }

      Files.move(drawer, home);
      forget(token.module());
      // In the other order: handles that were kept would be the other key's, if any.
      assertThat(signs(engine, two)).isTrue();
      assertThat(engine.cached()).isEqualTo(1);
      assertThat(signs(engine, one)).isTrue();
      assertThat(signs(engine, engine.generate("three", P256))).isTrue();
    }
    System.out.println("taken away and put back");
  }

  private static boolean signs(KeyEngine engine, GeneratedKey key) throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(MESSAGE);
    byte[] signature = engine.sign(key.sealed(), SignatureAlgorithm.ES256, digest);
    return Verifier.verifies(key.publicKey(), SignatureAlgorithm.ES256, MESSAGE, signature);
  }

  private static void assertUnavailable(Pkcs11Options options, ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOfSatisfying(ApiError.class, e -> assertThat(e.status()).isEqualTo(503))
        .hasMessageContaining("no token labelled '" + options.tokenLabel() + "'");
  }

  private static void forget(Pkcs11Module module) throws PKCS11Exception {
    module.api().C_Finalize(null);
  }

  private static Path onlyToken(Path tokens) throws IOException {
    try (Stream<Path> found = Files.list(tokens)) {
      List<Path> all = found.toList();
      assertThat(all).hasSize(1);
      return all.get(0);
    }
  }
}
