package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.KeyStore;
import java.security.ProviderException;
import java.security.Signature;
import java.security.SignatureException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import javax.crypto.Cipher;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keyhaven.client.VaultException;
import org.keyhaven.client.wire.ObjectId;

/** A thread that is interrupted while it waits for the vault goes on at once, says so, and stays interrupted. */
class InterruptionTest {
  private static final KeyhavenProvider PROVIDER = new KeyhavenProvider();
  /** Far less than the time limit of a call, which is that of the session. */
  private static final Duration AT_ONCE = Duration.ofSeconds(5);
  @TempDir
  static Path folder;
  private static StandInVault vault;
  private VaultPrivateKey key;
  private String path;

  private record Outcome(Throwable failure, boolean interrupted) { }

  @BeforeAll
  static void start() throws Exception {
    vault = new StandInVault(folder);
  }

  @AfterAll
  static void stop() {
    vault.close();
  }

  @BeforeEach
  void open() throws Exception {
    vault.forget();
    ObjectId id = new ObjectId(vault.uri(), "keys", "test", LocalKeys.ID.version());
    key = vault.session().privateKey(id, LocalKeys.rsa().publicKey());
    path = "/keys/test/" + id.version();
  }

  @Test
  void whileItSigns() throws Exception {
    Signature signer = Signature.getInstance("SHA256withRSA", PROVIDER);
    signer.initSign(key);
    Outcome outcome = interrupted(vault.withholds(path + "/sign"), signer::sign);
    assertThat(outcome.failure()).isInstanceOf(SignatureException.class)
        .hasCauseInstanceOf(VaultException.Interrupted.class);
    assertThat(outcome.interrupted()).isTrue();
  }

  @Test
  void whileItDecrypts() throws Exception {
    Cipher cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding", PROVIDER);
    cipher.init(Cipher.DECRYPT_MODE, key);
    Outcome outcome = interrupted(vault.withholds(path + "/decrypt"), () -> cipher.doFinal(new byte[256]));
    assertThat(outcome.failure()).isInstanceOf(ProviderException.class).hasCauseInstanceOf(VaultException.Interrupted.class);
    assertThat(outcome.interrupted()).isTrue();
  }

  @Test
  void whileItLooksForAnEntry() throws Exception {
    KeyStore store = KeyStore.getInstance("Keyhaven", PROVIDER);
    store.load(vault.parameter());
    Outcome outcome = interrupted(vault.withholds("/certificates"), () -> store.getKey("web", null));
    assertThat(outcome.failure()).isInstanceOf(ProviderException.class).hasCauseInstanceOf(VaultException.Interrupted.class);
    assertThat(outcome.interrupted()).isTrue();
  }

  private static Outcome interrupted(CountDownLatch asked, Callable<?> work) throws Exception {
    FutureTask<Outcome> task = new FutureTask<>(() -> {
      try {
        return new Outcome(new AssertionError("there is no answer, but a result: " + work.call()), false);
      } catch (Exception e) {
        return new Outcome(e, Thread.currentThread().isInterrupted());
      }
    });
    Thread thread = new Thread(task, "interrupted");
    thread.start();
    assertThat(asked.await(30, TimeUnit.SECONDS)).as("the vault was asked").isTrue();
    thread.interrupt();
    return task.get(AT_ONCE.toMillis(), TimeUnit.MILLISECONDS);
  }
}
