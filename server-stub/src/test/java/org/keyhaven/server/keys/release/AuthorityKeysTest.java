package org.keyhaven.server.keys.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.keyhaven.server.outbound.OutboundException;

class AuthorityKeysTest {

  @Test
  @Timeout(30)
  void authoritiesThatDoNotAnswerHoldABoundedNumberOfThreads() throws Exception {
    CountDownLatch asked = new CountDownLatch(AuthorityKeys.MOST_WAITING);
    CountDownLatch answer = new CountDownLatch(1);
    AuthorityKeys keys = new AuthorityKeys((address, most) -> {
      asked.countDown();
      try {
        assertThat(answer.await(20, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new OutboundException("interrupted", e);
      }
      return (address.getPath().endsWith("configuration") ? "{\"jwks_uri\":\"https://" + address.getHost() + "/keys\"}"
          : "{\"keys\":[]}").getBytes(StandardCharsets.UTF_8);
    }, Clock.systemUTC());
    ExecutorService threads = Executors.newFixedThreadPool(AuthorityKeys.MOST_WAITING);
    try {
      List<Future<?>> waiting = new ArrayList<>();
      for (int i = 0; i < AuthorityKeys.MOST_WAITING; i++) {
        URI authority = URI.create("https://slow-" + i + ".test");
        waiting.add(threads.submit(() -> keys.find(authority, null)));
      }
      assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
      assertThatThrownBy(() -> keys.find(URI.create("https://one-more.test"), null)).isInstanceOf(OutboundException.class)
          .hasMessageContaining("try again later");
      answer.countDown();
      for (Future<?> one : waiting) {
        one.get();
      }
      assertThat(keys.find(URI.create("https://one-more.test"), null)).isEmpty();
    } finally {
      answer.countDown();
      threads.shutdownNow();
    }
  }
}
