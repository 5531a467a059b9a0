package org.keyhaven.jmh.server;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.keyhaven.jmh.harness.CpuTimes;

/**
 * The server on one processor and the load on another, so that what is not counted takes nothing from the server's: with
 * {@code taskset} of util-linux, where there is one and two processors.
 */
final class Cores {
  private static final List<Integer> ALLOWED_ONES = allowed();
  private static final boolean PINS = works();

  private Cores() { }

  /** Whether processes can be pinned here. */
  static boolean pin() {
    return PINS;
  }

  /**
   * Lets a JVM run where the server does, but for its compilers: these run where the load does, since a server that runs for
   * long has nothing for them to do. Without effect when {@link #pin} is false.
   */
  static void server(ProcessHandle process) throws IOException, InterruptedException {
    if (PINS) {
      taskset(process.pid(), true, ALLOWED_ONES.get(0).toString());
      for (long compiler : CpuTimes.compilerThreads(process)) {
        taskset(compiler, false, ALLOWED_ONES.get(1).toString());
      }
    }
  }

  /** Lets a process run where no server does. Without effect when {@link #pin} is false. */
  static void load(ProcessHandle process) throws IOException, InterruptedException {
    if (PINS) {
      taskset(process.pid(), true, ALLOWED_ONES.get(1).toString());
    }
  }

  /** Lets a process run anywhere again. */
  static void free(ProcessHandle process) throws IOException, InterruptedException {
    if (PINS) {
      taskset(process.pid(), true, ALLOWED_ONES.stream().map(String::valueOf).collect(Collectors.joining(",")));
    }
  }

  /** @param all whether {@code id} is a process with all its threads, or one thread */
  private static void taskset(long id, boolean all, String processors) throws IOException, InterruptedException {
    Process taskset = new ProcessBuilder("taskset", all ? "-acp" : "-cp", processors, Long.toString(id))
        .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    if (taskset.waitFor() != 0) {
      throw new IOException("taskset failed for " + id);
    }
  }

  private static boolean works() {
    try {
      return ALLOWED_ONES.size() > 1 && new ProcessBuilder("taskset", "--version").redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The processors that this process may use; it asks before it is pinned itself. */
  private static List<Integer> allowed() {
    List<Integer> processors = new ArrayList<>();
    for (String range : ProcessStatus.value(ProcessHandle.current(), "Cpus_allowed_list").orElse("").split(",")) {
      String[] ends = range.split("-");
      if (!ends[0].isEmpty()) {
        for (int processor = Integer.parseInt(ends[0]); processor <= Integer.parseInt(ends[ends.length - 1]); processor++) {
          processors.add(processor);
        }
      }
    }
    return processors;
  }
}
