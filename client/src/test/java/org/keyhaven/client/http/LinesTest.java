package org.keyhaven.client.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LinesTest {
  private final AtomicInteger opened = new AtomicInteger();

  private Lines lines(Lines.Opener opener) {
    return new Lines(1, Duration.ofMinutes(1), opener);
  }

  @Test
  void anOpeningThatThrowsOccupiesNoPlace() {
    Lines lines = lines((done, failed) -> {
      opened.incrementAndGet();
      throw new OutOfMemoryError("unable to create native thread");
    });
    assertThat(lines.lease()).failsWithin(Duration.ZERO).withThrowableThat().withRootCauseInstanceOf(OutOfMemoryError.class);
    assertThat(lines.lease()).isCompletedExceptionally();
    assertThat(opened).hasValue(2);
  }

  @Test
  void anOpeningThatFailsOccupiesNoPlace() {
    Lines lines = lines((done, failed) -> {
      opened.incrementAndGet();
      failed.accept(new IOException("refused"));
    });
    assertThat(lines.lease()).failsWithin(Duration.ZERO).withThrowableThat().withRootCauseInstanceOf(IOException.class);
    assertThat(lines.lease()).isCompletedExceptionally();
    assertThat(opened).hasValue(2);
  }

  @Test
  void closingEndsEveryWait() {
    Lines lines = lines((done, failed) -> opened.incrementAndGet());
    CompletableFuture<Line> first = lines.lease();
    CompletableFuture<Line> second = lines.lease();
    assertThat(opened).as("one at a time, as it may be shared").hasValue(1);
    lines.close();
    assertThat(first).isCompletedExceptionally();
    assertThat(second).isCompletedExceptionally();
    assertThat(lines.lease()).isCompletedExceptionally();
  }
}
