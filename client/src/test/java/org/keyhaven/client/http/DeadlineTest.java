package org.keyhaven.client.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

class DeadlineTest {

  @Test
  void forEverIsALongTimeAndNoOverflow() {
    Deadline deadline = Deadline.after(ChronoUnit.FOREVER.getDuration());
    assertThat(deadline.passed()).isFalse();
    assertThat(deadline.remaining()).isGreaterThan(Duration.ofDays(36_000));
  }

  @Test
  void noTimeAtAllHasPassed() {
    assertThat(Deadline.after(Duration.ZERO).passed()).isTrue();
    assertThat(Deadline.after(Duration.ZERO).remaining()).isEqualTo(Duration.ZERO);
  }
}
