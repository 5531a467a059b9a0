package org.keyhaven.jmh.server;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.keyhaven.jmh.harness.Bench;
import org.keyhaven.jmh.harness.Vault;

/** Resident memory of the server at rest, and what each connection that stays open adds to it. */
final class ConnectionMemory {
  private static final int CONNECTIONS = 500;

  private ConnectionMemory() { }

  /** @param request of any cost; each connection sends it once */
  static void measure(Bench bench, Vault vault, byte[] request) throws Exception {
    double rest = ProcessStatus.residentMegabytes(vault.process());
    if (Double.isNaN(rest)) {
      return;
    }
    SSLContext tls = vault.connection().tls();
    List<KeepAlive> open = new ArrayList<>();
    try {
      for (int i = 0; i < CONNECTIONS; i++) {
        KeepAlive line = KeepAlive.open(tls, vault.connection().vault().getPort());
        open.add(line);
        if (line.exchange(request).status() != 200) {
          throw new IOException("a request failed");
        }
      }
      double full = ProcessStatus.residentMegabytes(vault.process());
      Map<String, Double> row = new LinkedHashMap<>();
      row.put("memoryMegabytes", rest);
      row.put("connections", (double) CONNECTIONS);
      row.put("withConnectionsMegabytes", full);
      row.put("kilobytesPerConnection", Math.max(0, full - rest) * 1024 / CONNECTIONS);
      bench.row("memory", "the vault", row);
    } finally {
      for (KeepAlive line : open) {
        line.close();
      }
    }
  }
}
