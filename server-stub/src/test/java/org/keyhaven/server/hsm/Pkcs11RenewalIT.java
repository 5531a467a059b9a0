package org.keyhaven.server.hsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.SignatureAlgorithm;
import org.keyhaven.server.ApiError;

/** A module that is restarted while it is in use. */
class Pkcs11RenewalIT {
  private static final KeySpec P256 = new KeySpec.Ec(KeyCurve.P_256);
  private static final byte[] MESSAGE = {1, 2, 3};
  /** Of threads and of rounds; each round makes three objects. */
  private static final int THREADS = 6;
  private static final int ROUNDS = 25;
  private static final int MOST_OBJECTS = 40;

  @TempDir
  private Path directory;

  @Test
  void noCallFailsWhenTheModuleIsRestartedUnderLoad() throws Exception {
    assertThat(OwnProcess.run(UnderLoad.class, directory)).contains("all signed");
  }

  @Test
  void theModuleIsNotRestartedUnderAnotherToken() throws Exception {
    assertThat(OwnProcess.run(TwoTokens.class, directory)).contains("left alone, then restarted");
  }

  @Test
  void anEngineThatWasIdleMeanwhileDestroysNobodysKeys() throws Exception {
    assertThat(OwnProcess.run(OldHandles.class, directory)).contains("untouched");
  }

  @Test
  void aPinThatIsRefusedThenIsTriedOnceOnly() throws Exception {
    assertThat(OwnProcess.run(OtherPin.class, directory)).contains("tried once");
  }

  static final class UnderLoad {
    public static void main(String[] arguments) throws Exception {
      ExecutorService threads = Executors.newFixedThreadPool(THREADS);
      try (Pkcs11Token token = Pkcs11Token.open(options(arguments), MOST_OBJECTS);
          Pkcs11Engine engine = newVault(token)) {
        Sealer sealer = engine.sealer();
        GeneratedKey shared = engine.generate("shared", P256);
        Set<TokenConnection> connections = ConcurrentHashMap.newKeySet();
        List<Future<?>> work = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
          work.add(threads.submit(() -> {
            for (int round = 0; round < ROUNDS; round++) {
              assertThat(signs(engine, engine.generate(UUID.randomUUID().toString(), P256))).isTrue();
              assertThat(signs(engine, shared)).isTrue();
              assertThat(sealer.unseal(sealer.seal(MESSAGE, MESSAGE), MESSAGE)).isEqualTo(MESSAGE);
              connections.add(connection(token));
            }
            return null;
          }));
        }
        for (Future<?> done : work) {
          done.get();
        }
        assertThat(connections).hasSizeGreaterThan(THREADS * ROUNDS * 3 / MOST_OBJECTS / 2);
      } finally {
        threads.shutdownNow();
      }
      System.out.println("all signed");
    }
  }

  static final class TwoTokens {
    public static void main(String[] arguments) throws Exception {
      Pkcs11Options options = options(arguments);
      try (Pkcs11Token token = Pkcs11Token.open(options, MOST_OBJECTS);
          Pkcs11Engine engine = newVault(token)) {
        TokenConnection first = connection(token);
        try (Pkcs11Token other = Pkcs11Token.open(options);
            Pkcs11Engine otherEngine = newVault(other)) {
          GeneratedKey otherKey = otherEngine.generate("other", P256);
          TokenConnection otherFirst = connection(other);
          for (int i = 0; i < 2 * MOST_OBJECTS; i++) {
            assertThat(signs(engine, engine.generate("key", P256))).isTrue();
            assertThat(signs(otherEngine, otherKey)).isTrue();
          }
          assertThat(connection(token)).isSameAs(first);
          assertThat(connection(other)).isSameAs(otherFirst);
        }
        for (int i = 0; i < MOST_OBJECTS; i++) {
          assertThat(signs(engine, engine.generate("key", P256))).isTrue();
        }
        assertThat(connection(token)).isNotSameAs(first);
      }
      System.out.println("left alone, then restarted");
    }
  }

  /** SoftHSM counts handles from one again when it is restarted, so that the same numbers come back. */
  static final class OldHandles {
    public static void main(String[] arguments) throws Exception {
      try (Pkcs11Token token = Pkcs11Token.open(options(arguments), 1000);
          Pkcs11Engine engine = newVault(token)) {
        Pkcs11Engine idle = newVault(token);
        TokenConnection first = connection(token);
        for (GeneratedKey key : keys(idle, 5)) {
          assertThat(signs(idle, key)).isTrue();
        }
        List<GeneratedKey> keys = keys(engine, 100);
        while (connection(token) == first) {
          engine.generate("key", P256);
        }
        for (GeneratedKey key : keys) {
          assertThat(signs(engine, key)).isTrue();
        }
        TokenConnection second = connection(token);
        idle.close();
        for (GeneratedKey key : keys) {
          assertThat(signs(engine, key)).isTrue();
        }
        assertThat(connection(token)).isSameAs(second);
      }
      System.out.println("untouched");
    }

    private static List<GeneratedKey> keys(Pkcs11Engine engine, int count) {
      List<GeneratedKey> keys = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        keys.add(engine.generate("key-" + i, P256));
      }
      return keys;
    }
  }

  static final class OtherPin {
    public static void main(String[] arguments) throws Exception {
      Pkcs11Options options = options(arguments);
      try (Pkcs11Token token = Pkcs11Token.open(options, MOST_OBJECTS);
          Pkcs11Engine engine = newVault(token)) {
        setPin(token, Files.readString(options.pinFile()), "another-pin");
        assertThatThrownBy(() -> {
          for (int i = 0; i < MOST_OBJECTS; i++) {
            engine.generate("key", P256);
          }
        }).isInstanceOf(ApiError.class).hasMessageContaining("CKR_PIN_INCORRECT");
        assertThatThrownBy(() -> engine.generate("key", P256)).isInstanceOf(ApiError.class)
            .hasMessageContaining("not tried again");
      }
      System.out.println("tried once");
    }

    private static void setPin(Pkcs11Token token, String from, String to) throws Exception {
      token.run("change the PIN", connection -> connection.inWritableSession((api, session) -> {
        api.C_SetPIN(session, from.toCharArray(), to.toCharArray(), true);
        return null;
      }));
    }
  }

  private static Pkcs11Options options(String[] arguments) {
    return SoftHsm.provision(TestHsm.module(), Path.of(arguments[0]).resolve("softhsm"));
  }

  private static Pkcs11Engine newVault(Pkcs11Token token) {
    return Pkcs11Engine.forNewVault(token, "keyhaven/" + UUID.randomUUID(), 200);
  }

  private static TokenConnection connection(Pkcs11Token token) {
    return token.run("look", connection -> connection);
  }

  private static boolean signs(KeyEngine engine, GeneratedKey key) throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(MESSAGE);
    byte[] signature = engine.sign(key.sealed(), SignatureAlgorithm.ES256, digest);
    return Verifier.verifies(key.publicKey(), SignatureAlgorithm.ES256, MESSAGE, signature);
  }
}
