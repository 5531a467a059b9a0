package org.keyhaven.jmh.tls;

import javax.net.ssl.SSLContext;

/**
 * The other side of the handshakes that are measured, with a local key. Arguments: {@code client HANDSHAKE THREADS PORT},
 * which connects to a port again and again; or {@code server HANDSHAKE THREADS}, which prints the port it serves on. Ends
 * with its input.
 */
public final class PeerMain {
  private PeerMain() { }

  private interface Turn {
    void take() throws Exception;
  }

  public static void main(String[] args) throws Exception {
    TlsKeys keys = TlsKeys.ofWorker();
    SSLContext context = KeyPlace.PROCESS.context(keys, "ec");
    Handshake handshake = Handshake.valueOf(args[1]);
    Turn turn;
    if (args[0].equals("server")) {
      Site site = new Site(context, handshake, true);
      System.out.println(site.port());
      turn = site::serve;
    } else {
      int port = Integer.parseInt(args[3]);
      Visitor visitor = new Visitor(context, handshake);
      turn = () -> visitor.visit(port);
    }
    for (int i = 0; i < Integer.parseInt(args[2]); i++) {
      Thread thread = new Thread(() -> forever(turn), "peer-" + i);
      thread.setDaemon(true);
      thread.start();
    }
    System.in.readAllBytes();
    System.exit(0);
  }

  /** The benchmark fails when this does: its side hears nothing more. */
  private static void forever(Turn turn) {
    try {
      while (true) {
        turn.take();
      }
    } catch (Exception e) {
      e.printStackTrace();
      Runtime.getRuntime().halt(1);
    }
  }
}
