package org.keyhaven.server.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TickerTest {

  @Test
  void anErrorOfOneWorkEndsNeitherTheOthersNorTheTicking() throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    try (Ticker ticker = Ticker.start(List.of(() -> {
      throw new StackOverflowError("of a test");
    }, done::countDown))) {
      assertThat(done.await(30, TimeUnit.SECONDS)).as("%s", ticker).isTrue();
    }
  }
}
