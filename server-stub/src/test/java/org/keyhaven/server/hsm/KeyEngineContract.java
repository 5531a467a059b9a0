package org.keyhaven.server.hsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.SignatureAlgorithm;
import org.keyhaven.server.ApiError;

/** What every engine must do, whatever keeps its keys. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class KeyEngineContract {
  static final KeySpec P256 = new KeySpec.Ec(KeyCurve.P_256);
  static final KeySpec RSA2048 = new KeySpec.Rsa(2048, 65537);
  static final byte[] MESSAGE = "a message".getBytes(StandardCharsets.UTF_8);

  private final Map<KeySpec, GeneratedKey> keys = new ConcurrentHashMap<>();
  KeyEngine engine;

  /** A new engine that opens what the other ones of this test sealed. */
  abstract KeyEngine newEngine();

  /** Whether a blob opens under the id that it was made for alone. */
  abstract boolean bindsIds();

  /** The kinds of keys that the engine answers not to have. */
  Set<KeySpec> lacking() {
    return Set.of();
  }

  /** The kinds of keys that turn out not to be made, when asked for. */
  Set<KeySpec> refused() {
    return Set.of();
  }

  final void assumeMade(KeySpec spec) {
    assumeTrue(engine.supports(spec), () -> "the engine answers not to have " + spec);
    if (refused().contains(spec)) {
      assertThatThrownBy(() -> engine.generate("refused", spec)).isInstanceOfSatisfying(ApiError.class,
          e -> assertThat(e.status()).isEqualTo(400));
    }
    assumeFalse(refused().contains(spec), () -> "the module refuses " + spec);
  }

  @BeforeAll
  void open() {
    engine = newEngine();
  }

  @AfterAll
  void close() {
    engine.close();
  }

  static Stream<KeySpec> specs() {
    return Stream.of(RSA2048, new KeySpec.Rsa(3072, 65537), new KeySpec.Rsa(4096, 65537), new KeySpec.Rsa(2048, 3),
        new KeySpec.Rsa(2048, 4294967297L), P256, new KeySpec.Ec(KeyCurve.P_384), new KeySpec.Ec(KeyCurve.P_521),
        new KeySpec.Ec(KeyCurve.P_256K));
  }

  static Stream<Arguments> specsAndAlgorithms() {
    return specs().flatMap(spec -> Arrays.stream(SignatureAlgorithm.values())
        .filter(algorithm -> algorithm.fits(spec instanceof KeySpec.Ec ? KeyType.Family.EC : KeyType.Family.RSA,
            spec instanceof KeySpec.Ec ec ? ec.curve() : null))
        .map(algorithm -> Arguments.of(spec, algorithm)));
  }

  @ParameterizedTest
  @MethodSource("specsAndAlgorithms")
  void signaturesAreAcceptedByOtherImplementations(KeySpec spec, SignatureAlgorithm algorithm) throws Exception {
    assertThat(engine.supports(spec)).isEqualTo(!lacking().contains(spec));
    assumeMade(spec);
    GeneratedKey key = key(spec);
    byte[] signature = engine.sign(key.sealed(), algorithm, input(algorithm));
    assertThat(signature).hasSize(spec instanceof KeySpec.Ec ec
        ? 2 * ec.curve().coordinateBytes() : key.publicKey().n().length);
    assertThat(Verifier.verifies(key.publicKey(), algorithm, MESSAGE, signature)).isTrue();
    assertThat(Verifier.verifies(key.publicKey(), algorithm, new byte[] {1}, signature)).isFalse();
  }

  @ParameterizedTest
  @MethodSource("specs")
  void thePublicHalfHasTheLengthsOfTheContract(KeySpec spec) {
    assumeMade(spec);
    JsonWebKey key = key(spec).publicKey();
    if (spec instanceof KeySpec.Rsa rsa) {
      assertThat(key.kty()).isEqualTo(KeyType.RSA);
      assertThat(new BigInteger(1, key.n()).bitLength()).isEqualTo(rsa.bits());
      assertThat(key.n()).hasSize(rsa.bits() / 8);
      assertThat(new BigInteger(1, key.e())).isEqualTo(BigInteger.valueOf(rsa.publicExponent()));
      assertThat(key.e()[0]).isNotZero();
    } else if (spec instanceof KeySpec.Ec ec) {
      assertThat(key.kty()).isEqualTo(KeyType.EC);
      assertThat(key.crv()).isEqualTo(ec.curve());
      assertThat(key.x()).hasSize(ec.curve().coordinateBytes());
      assertThat(key.y()).hasSize(ec.curve().coordinateBytes());
    }
  }

  @Test
  void everyKeyIsAnotherOne() {
    GeneratedKey one = engine.generate("one", P256);
    GeneratedKey two = engine.generate("two", P256);
    assertThat(one.publicKey().x()).isNotEqualTo(two.publicKey().x());
    assertThat(one.sealed().blob()).isNotEqualTo(two.sealed().blob());
  }

  @Test
  void anotherEngineOpensTheSameBlobAfterARestart() throws Exception {
    GeneratedKey key = engine.generate("restart", P256);
    try (KeyEngine later = newEngine()) {
      assertThat(signs(later, key, P256)).isTrue();
    }
  }

  @Test
  void aChangedBlobIsRefusedEvenWhenTheTrueOneIsCached() throws Exception {
    GeneratedKey key = engine.generate("changed", P256);
    assertThat(signs(engine, key, P256)).isTrue();
    byte[] blob = key.sealed().blob();
    for (int i = 0; i < blob.length; i += 7) {
      byte[] changed = blob.clone();
      changed[i] ^= 1;
      refused(new SealedKey("changed", P256, changed));
    }
    refused(new SealedKey("changed", P256, new byte[0]));
    refused(new SealedKey("changed", P256, Arrays.copyOf(blob, blob.length - 8)));
    refused(new SealedKey("changed", P256, Arrays.copyOf(blob, blob.length + 8)));
    assertThat(signs(engine, key, P256)).isTrue();
  }

  @Test
  void aBlobIsBoundToItsIdWhereTheEngineCan() throws Exception {
    GeneratedKey key = engine.generate("bound", P256);
    SealedKey moved = new SealedKey("elsewhere", P256, key.sealed().blob());
    if (bindsIds()) {
      refused(moved);
    } else {
      assertThat(signs(engine, new GeneratedKey(moved, key.publicKey()), P256)).isTrue();
    }
  }

  @Test
  void sixtyFourThreadsAtOnceEachGetGoodSignatures() throws Exception {
    List<GeneratedKey> shared = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      shared.add(engine.generate("shared-" + i, P256));
    }
    assertThat(inParallel(64, i -> {
      GeneratedKey key = shared.get(i % shared.size());
      boolean good = true;
      for (int round = 0; round < 4; round++) {
        good &= signs(engine, key, P256);
      }
      return good;
    })).containsOnly(true).hasSize(64);
  }

  @Test
  void moreBytesThanFitIntoTheModulusAreTheCallersFault() throws Exception {
    GeneratedKey key = key(RSA2048);
    assertThat(engine.sign(key.sealed(), SignatureAlgorithm.RSNULL, new byte[245])).hasSize(256);
    assertThatThrownBy(() -> engine.sign(key.sealed(), SignatureAlgorithm.RSNULL, new byte[246]))
        .isInstanceOfSatisfying(ApiError.class, e -> assertThat(e.status()).isEqualTo(400));
  }

  @Test
  void aClosedEngineRefusesToWork() {
    GeneratedKey key = engine.generate("closed", P256);
    KeyEngine closed = newEngine();
    closed.close();
    assertThatThrownBy(() -> closed.generate("late", P256)).isInstanceOfSatisfying(ApiError.class,
        e -> assertThat(e.status()).isEqualTo(503));
    assertThatThrownBy(() -> closed.sign(key.sealed(), SignatureAlgorithm.ES256, new byte[32]))
        .isInstanceOfSatisfying(ApiError.class, e -> assertThat(e.status()).isEqualTo(503));
  }

  final boolean signs(KeyEngine with, GeneratedKey key, KeySpec spec) throws GeneralSecurityException {
    SignatureAlgorithm algorithm = spec instanceof KeySpec.Rsa ? SignatureAlgorithm.PS256 : SignatureAlgorithm.ES256;
    return Verifier.verifies(key.publicKey(), algorithm, MESSAGE, with.sign(key.sealed(), algorithm, input(algorithm)));
  }

  /** Runs {@code work} in that many threads, which start together. */
  static <T> List<T> inParallel(int threads, Work<T> work) throws Exception {
    CyclicBarrier start = new CyclicBarrier(threads);
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Callable<T>> calls = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int number = i;
        calls.add(() -> {
          start.await();
          return work.run(number);
        });
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : executor.invokeAll(calls, 120, TimeUnit.SECONDS)) {
        results.add(future.get());
      }
      return results;
    } finally {
      executor.shutdownNow();
    }
  }

  @FunctionalInterface
  interface Work<T> {
    T run(int number) throws Exception;
  }

  /** The one key of that kind that tests share which only use it. */
  final GeneratedKey key(KeySpec spec) {
    return keys.computeIfAbsent(spec, s -> engine.generate("key-" + s, s));
  }

  private void refused(SealedKey key) {
    assertThatThrownBy(() -> engine.sign(key, SignatureAlgorithm.ES256, new byte[32])).isInstanceOfSatisfying(ApiError.class,
        e -> assertThat(e.status()).isEqualTo(500));
  }

  static byte[] input(SignatureAlgorithm algorithm) throws GeneralSecurityException {
    return algorithm.hash() == null ? MESSAGE : MessageDigest.getInstance(algorithm.hash().digestName()).digest(MESSAGE);
  }
}
