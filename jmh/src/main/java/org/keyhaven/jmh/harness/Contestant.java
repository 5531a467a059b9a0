package org.keyhaven.jmh.harness;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One of those that are compared; it has a JVM of its own for as long as its suite runs. Its operations are the
 * {@code @Benchmark} methods of one class, which is a JMH {@code @State(Scope.Benchmark)}: set up once for each operation
 * and number of threads.
 *
 * @param name in tables and results
 * @param parameters values of the class's {@code @Param} fields
 * @param libraries put in front of the class path
 * @param jvmOptions such as {@code -Dname=value}
 * @param environment added to this process's
 * @param server whose CPU time is measured beside the contestant's own; null for none
 */
public record Contestant(String name, Class<?> benchmark, Map<String, String> parameters, List<Path> libraries,
    List<String> jvmOptions, Map<String, String> environment, ProcessHandle server) {
  public Contestant {
    parameters = Map.copyOf(parameters);
    libraries = List.copyOf(libraries);
    jvmOptions = List.copyOf(jvmOptions);
    environment = Map.copyOf(environment);
  }

  public Contestant(String name, Class<?> benchmark) {
    this(name, benchmark, Map.of(), List.of(), List.of(), Map.of(), null);
  }

  /** With the value of a {@code @Param} field. */
  public Contestant with(String parameter, Object value) {
    Map<String, String> more = new LinkedHashMap<>(parameters);
    more.put(parameter, value.toString());
    return new Contestant(name, benchmark, more, libraries, jvmOptions, environment, server);
  }

  /** With a system property; the same for all operations, unlike a parameter it needs no field. */
  public Contestant withProperty(String property, Object value) {
    return withJvmOption("-D" + property + "=" + value);
  }

  public Contestant withJvmOption(String option) {
    List<String> more = new ArrayList<>(jvmOptions);
    more.add(option);
    return new Contestant(name, benchmark, parameters, libraries, more, environment, server);
  }

  public Contestant withEnvironment(String variable, Object value) {
    Map<String, String> more = new LinkedHashMap<>(environment);
    more.put(variable, value.toString());
    return new Contestant(name, benchmark, parameters, libraries, jvmOptions, more, server);
  }

  /** With jars that come before all others, such as a peer's that has classes of the same names. */
  public Contestant withLibraries(List<Path> jars) {
    return new Contestant(name, benchmark, parameters, jars, jvmOptions, environment, server);
  }

  /** With the CPU time of another process in every sample. */
  public Contestant withServer(ProcessHandle process) {
    return new Contestant(name, benchmark, parameters, libraries, jvmOptions, environment, process);
  }

  /** With a vault: its {@link Connection} for {@link Connection#ofWorker}, and its CPU time in every sample. */
  public Contestant on(Vault vault) {
    return new Contestant(name, benchmark, parameters, libraries, jvmOptions, environment, vault.process())
        .withProperty(Connection.PROPERTY, vault.connectionFile());
  }
}
