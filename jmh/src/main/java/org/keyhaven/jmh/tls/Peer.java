package org.keyhaven.jmh.tls;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.keyhaven.jmh.harness.Tool;

/** A {@link PeerMain} in a JVM of its own, so that what it spends is not counted. */
record Peer(Process process) implements AutoCloseable {

  /** @param arguments those of {@link PeerMain} */
  static Peer start(Object... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(Tool.ofJdk("java"), "-cp", System.getProperty("java.class.path"),
        "-D" + TlsKeys.property() + "=" + System.getProperty(TlsKeys.property()),
        "-XX:TieredStopAtLevel=1", // soon compiled, so that compilers are left for the measured side
        PeerMain.class.getName()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return new Peer(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /** The port that a server prints. */
  int port() throws IOException {
    String line = process.inputReader().readLine();
    if (line == null) {
      throw new IOException("the peer ended before it listened");
    }
    return Integer.parseInt(line);
  }

  @Override
  public void close() {
    // Gone before this side hangs up, so that it has nothing to complain of.
    process.destroyForcibly().onExit().join();
  }
}
