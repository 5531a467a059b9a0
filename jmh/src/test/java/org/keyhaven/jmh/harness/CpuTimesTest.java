package org.keyhaven.jmh.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class CpuTimesTest {
  /** Were its compilers' threads called otherwise, their time would be counted and nobody would hear of it. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aJvmsCompilersAreFoundAmongItsThreads() {
    CpuTimes times = CpuTimes.of(ProcessHandle.current());
    assertThat(times.compilers()).isPositive().isLessThan(times.all());
    assertThat(CpuTimes.microsWithoutCompilers(ProcessHandle.current(), 0)).isNegative();
    assertThat(CpuTimes.compilerThreads(ProcessHandle.current())).isNotEmpty().doesNotContain(ProcessHandle.current().pid());
  }

  @Test
  void thePartOfTheCompilersIsThatSinceThen() {
    assertThat(new CpuTimes(30, 150).compilingSince(new CpuTimes(20, 100))).isEqualTo(0.2);
  }

  @Test
  void ofAProcessThatHasEndedNothingIsKnownAndNothingIsTakenAway() throws IOException, InterruptedException {
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();
    CpuTimes times = CpuTimes.of(ended.toHandle());
    assertThat(times.all()).isNaN();
    assertThat(times.compilingSince(new CpuTimes(20, 100))).isNaN();
    assertThat(CpuTimes.microsWithoutCompilers(ended.toHandle(), 5_000)).isEqualTo(5);
  }
}
