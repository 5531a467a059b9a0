package org.keyhaven.jmh.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What Linux says of a process in /proc; empty on other systems. */
final class ProcessStatus {
  private static final double KIB_A_MB = 1024;

  private ProcessStatus() { }

  /** A line of /proc/PID/status, without its name. */
  static Optional<String> value(ProcessHandle process, String name) {
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
          .filter(line -> line.startsWith(name + ":")).map(line -> line.substring(name.length() + 1).trim()).findFirst();
    } catch (IOException e) {
      // No such system, or the process has ended.
      return Optional.empty();
    }
  }

  /** Resident memory of the whole process, native libraries included, in MiB; NaN where the system does not tell. */
  static double residentMegabytes(ProcessHandle process) {
    return megabytes(process, "VmRSS");
  }

  /** The most that {@link #residentMegabytes} ever was. */
  static double peakMegabytes(ProcessHandle process) {
    return megabytes(process, "VmHWM");
  }

  private static double megabytes(ProcessHandle process, String name) {
    return value(process, name).map(text -> Long.parseLong(text.replaceAll("\\D", "")) / KIB_A_MB).orElse(Double.NaN);
  }
}
