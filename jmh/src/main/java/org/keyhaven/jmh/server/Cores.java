package org.keyhaven.jmh.server;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The server on one processor and the load on another, so that the load's own CPU time takes nothing from the server's:
 * with {@code taskset} of util-linux, where there is one and two processors.
 */
final class Cores {
  private static final List<Integer> ALLOWED_ONES = allowed();
  private static final boolean PINS = works();

  private Cores() { }

  /** Whether processes can be pinned here. */
  static boolean pin() {
    return PINS;
  }

  /** Lets a process, with all its threads, run where the server does. Without effect when {@link #pin} is false. */
  static void server(ProcessHandle process) throws IOException, InterruptedException {
    pin(process, 0);
  }

  /** Lets a process run where no server does. Without effect when {@link #pin} is false. */
  static void load(ProcessHandle process) throws IOException, InterruptedException {
    pin(process, 1);
  }

  /** Lets a process run anywhere again. */
  static void free(ProcessHandle process) throws IOException, InterruptedException {
    if (PINS) {
      taskset(process, ALLOWED_ONES.stream().map(String::valueOf).reduce((one, other) -> one + "," + other).orElseThrow());
    }
  }

  private static void pin(ProcessHandle process, int index) throws IOException, InterruptedException {
    if (PINS) {
      taskset(process, Integer.toString(ALLOWED_ONES.get(index)));
    }
  }

  private static void taskset(ProcessHandle process, String processors) throws IOException, InterruptedException {
    Process taskset = new ProcessBuilder("taskset", "-a", "-c", "-p", processors, Long.toString(process.pid()))
        .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    if (taskset.waitFor() != 0) {
      throw new IOException("taskset failed for process " + process.pid());
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
