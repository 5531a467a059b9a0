package org.keyhaven.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An HTTP proxy that tunnels (RFC 9110, section 9.3.6), lets in whom its answer lets in, and remembers what it was asked. */
final class TestProxy implements AutoCloseable {
  /** Head of each request, a line each. */
  final List<List<String>> requests = new CopyOnWriteArrayList<>();
  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final Door door;

  /** What is answered in place of a tunnel; null for a tunnel. */
  interface Door {
    String refusal(List<String> head);
  }

  TestProxy(Door door) throws IOException {
    this.door = door;
    daemon(this::accept);
  }

  static TestProxy open() throws IOException {
    return new TestProxy(head -> null);
  }

  /** @param authorization what must stand after {@code Proxy-Authorization:} */
  static TestProxy asking(String authorization) throws IOException {
    return new TestProxy(head -> head.contains("Proxy-Authorization: " + authorization) ? null
        : "HTTP/1.1 407 Who is there\r\nProxy-Authenticate: Basic realm=\"office\"\r\nContent-Length: 0\r\n\r\n");
  }

  URI uri() {
    return URI.create("http://localhost:" + server.getLocalPort());
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept() throws IOException {
    while (!server.isClosed()) {
      Socket client = server.accept();
      daemon(() -> serve(client));
    }
  }

  private void serve(Socket client) throws IOException {
    try (client) {
      InputStream in = client.getInputStream();
      while (true) {
        List<String> head = head(in);
        if (head.isEmpty()) {
          return;
        }
        requests.add(head);
        String refusal = door.refusal(head);
        if (refusal == null) {
          tunnel(client, head.get(0).split(" ")[1]);
          return;
        }
        client.getOutputStream().write(refusal.getBytes(StandardCharsets.US_ASCII));
      }
    }
  }

  private void tunnel(Socket client, String target) throws IOException {
    int colon = target.lastIndexOf(':');
    String host = target.substring(0, colon).replaceAll("[\\[\\]]", "");
    try (Socket vault = new Socket(host, Integer.parseInt(target.substring(colon + 1)))) {
      client.getOutputStream().write("HTTP/1.1 200 Tunnel\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      daemon(() -> pump(vault.getInputStream(), client.getOutputStream()));
      pump(client.getInputStream(), vault.getOutputStream());
    }
  }

  private static void pump(InputStream in, OutputStream out) throws IOException {
    in.transferTo(out);
  }

  /** Byte by byte, so that what follows the head stays in the stream. */
  private static List<String> head(InputStream in) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int c = in.read(); c >= 0 && text.indexOf("\r\n\r\n") < 0; c = in.read()) {
      text.append((char) c);
      if (text.length() >= 4 && text.substring(text.length() - 4).equals("\r\n\r\n")) {
        break;
      }
    }
    return new ArrayList<>(text.toString().lines().filter(line -> !line.isEmpty()).toList());
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void daemon(Work work) {
    Thread thread = new Thread(() -> {
      try {
        work.run();
      } catch (IOException e) {
        // One of the two ends hung up, which is how tunnels end.
        return;
      }
    });
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
