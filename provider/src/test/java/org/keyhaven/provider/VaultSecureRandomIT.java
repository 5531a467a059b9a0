package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.DrbgParameters;
import java.security.SecureRandom;
import java.security.SecureRandomParameters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VaultSecureRandomIT {
  private SecureRandom random;

  @BeforeEach
  void open() throws Exception {
    random = SecureRandom.getInstance(KeyhavenProvider.NAME, RemoteKeys.hsmProvider());
  }

  @Test
  void eachByteIsGivenToOneOfManyThreadsAndNoneIsAskedForTwice() throws Exception {
    int threads = 16;
    int blocks = 32;
    CyclicBarrier together = new CyclicBarrier(threads);
    Callable<List<byte[]>> work = () -> {
      together.await();
      List<byte[]> mine = new ArrayList<>();
      for (int i = 0; i < blocks; i++) {
        byte[] block = new byte[16];
        random.nextBytes(block);
        mine.add(block);
      }
      return mine;
    };
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try (RemoteKeys.Requests requests = RemoteKeys.requests()) {
      Set<String> seen = new HashSet<>();
      Set<String> halves = new HashSet<>();
      for (Future<List<byte[]>> thread : pool.invokeAll(Collections.nCopies(threads, work))) {
        for (byte[] block : thread.get()) {
          seen.add(HexFormat.of().formatHex(block));
          halves.add(HexFormat.of().formatHex(Arrays.copyOf(block, 8)));
          halves.add(HexFormat.of().formatHex(Arrays.copyOfRange(block, 8, 16)));
        }
      }
      assertThat(seen).hasSize(threads * blocks);
      assertThat(halves).as("none is half of another, and none is left empty").hasSize(2 * threads * blocks);
      assertThat(requests.naming("/rng 200")).hasSize(threads * blocks * 16 / 128);
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void aSeedChangesNothingAndCostsNoCall() throws Exception {
    try (RemoteKeys.Requests requests = RemoteKeys.requests()) {
      random.setSeed(1);
      random.setSeed(new byte[32]);
      assertThat(requests.naming("/rng")).isEmpty();
    }
    long first = random.nextLong();
    random.setSeed(1);
    assertThat(random.nextLong()).isNotEqualTo(first);
  }

  @Test
  void afterReseedingTheNextBytesComeFromTheHsm() throws Exception {
    random.nextInt();
    try (RemoteKeys.Requests requests = RemoteKeys.requests()) {
      random.nextInt();
      assertThat(requests.naming("/rng")).isEmpty();
    }
    try (RemoteKeys.Requests requests = RemoteKeys.requests()) {
      random.reseed();
      random.reseed();
      random.nextInt();
      assertThat(requests.naming("/rng")).hasSize(1);
    }
  }

  @Test
  void aSeedForOthersIsOfTheSameBytes() {
    assertThat(random.generateSeed(200)).hasSize(200).isNotEqualTo(random.generateSeed(200));
    assertThat(random.generateSeed(0)).isEmpty();
  }

  @Test
  void parametersAreRefused() {
    SecureRandomParameters reseeding = DrbgParameters.reseed(false, null);
    assertThatThrownBy(() -> random.reseed(reseeding)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> random.nextBytes(new byte[1], DrbgParameters.nextBytes(256, true, null)))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(random.getParameters()).isNull();
  }
}
