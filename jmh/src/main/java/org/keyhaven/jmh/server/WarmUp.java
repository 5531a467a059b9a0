package org.keyhaven.jmh.server;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

/** Load that nobody measures: so that a server's code is compiled, and its caches are full, before anybody does. */
final class WarmUp {
  private static final int CONNECTIONS = 8;

  private WarmUp() { }

  /**
   * Compilers go by how often code ran, not how long.
   *
   * @param count how many requests, unless that takes a minute
   * @param requests sent in turn, again and again
   */
  static void run(SSLContext tls, int port, int count, List<byte[]> requests) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);
    try {
      List<Future<?>> lines = new ArrayList<>();
      AtomicInteger left = new AtomicInteger(count);
      long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
      for (int i = 0; i < CONNECTIONS; i++) {
        lines.add(threads.submit(() -> {
          try (KeepAlive line = KeepAlive.open(tls, port)) {
            for (int next = 0; left.decrementAndGet() >= 0 && System.nanoTime() < end; next = (next + 1) % requests.size()) {
              KeepAlive.Reply reply = line.exchange(requests.get(next));
              if (reply.status() != 200) {
                throw new IOException("status " + reply.status() + " " + reply.text());
              }
            }
          }
          return null;
        }));
      }
      for (Future<?> line : lines) {
        line.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
