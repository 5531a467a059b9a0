package org.keyhaven.jmh.harness;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the threads of a JVM have used so far, as Linux tells it in /proc/PID/task.
 *
 * @param compilers nanoseconds of the just-in-time compilers; NaN where the system does not tell
 * @param all nanoseconds of all threads; NaN where the system does not tell
 */
public record CpuTimes(double compilers, double all) {
  private static final CpuTimes UNKNOWN = new CpuTimes(Double.NaN, Double.NaN);

  public static CpuTimes of(ProcessHandle process) {
    CpuTimes sum = new CpuTimes(0, 0);
    try (DirectoryStream<Path> threads = threads(process)) {
      for (Path thread : threads) {
        CpuTimes one = ofThread(thread);
        sum = new CpuTimes(sum.compilers + one.compilers, sum.all + one.all);
      }
    } catch (IOException | DirectoryIteratorException e) {
      // No such system, or the process has ended.
      return UNKNOWN;
    }
    // A kernel without these statistics has no such file of any thread.
    return sum.all > 0 ? sum : UNKNOWN;
  }

  /** The numbers of a JVM's compiler threads; none where the system does not tell. */
  public static List<Long> compilerThreads(ProcessHandle process) {
    List<Long> compilers = new ArrayList<>();
    try (DirectoryStream<Path> threads = threads(process)) {
      for (Path thread : threads) {
        if (compiles(thread)) {
          compilers.add(Long.valueOf(thread.getFileName().toString()));
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // No such system, or the process or a thread has ended.
      return compilers;
    }
    return compilers;
  }

  /** The compilers' part of the time since then, 0 to 1; NaN where it is not known. */
  public double compilingSince(CpuTimes earlier) {
    return Math.max(0, compilers - earlier.compilers) / Math.max(1, all - earlier.all);
  }

  /**
   * What a process has used so far without its compilers, in microseconds; with them where the system does not tell. What
   * goes on for long has none of them, and a benchmark is not long enough.
   *
   * @param allNanos CPU time of the whole process, ended threads included
   */
  static double microsWithoutCompilers(ProcessHandle process, long allNanos) {
    double compiling = of(process).compilers;
    return (allNanos - (Double.isNaN(compiling) ? 0 : compiling)) / 1e3;
  }

  private static DirectoryStream<Path> threads(ProcessHandle process) throws IOException {
    return Files.newDirectoryStream(Path.of("/proc", Long.toString(process.pid()), "task"));
  }

  private static boolean compiles(Path thread) throws IOException {
    String name = Files.readString(thread.resolve("comm"));
    return name.startsWith("C1 Compiler") || name.startsWith("C2 Compiler");
  }

  private static CpuTimes ofThread(Path thread) {
    try {
      // Time on a processor, time in the queue for one, turns.
      double used = Double.parseDouble(Files.readString(thread.resolve("schedstat")).split(" ")[0]);
      return new CpuTimes(compiles(thread) ? used : 0, used);
    } catch (IOException e) {
      // The thread has ended meanwhile.
      return new CpuTimes(0, 0);
    }
  }
}
