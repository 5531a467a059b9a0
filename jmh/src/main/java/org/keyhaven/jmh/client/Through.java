package org.keyhaven.jmh.client;

import org.keyhaven.jmh.harness.Connection;

/** The clients that are compared. */
public enum Through {
  /** HttpClient 5 alone: the same requests, with no more than is needed to send them and to read the answer. */
  BARE("bare HttpClient 5") {
    @Override
    Remote open(Connection connection, BenchKeys keys) throws Exception {
      return new BareRemote(connection, keys);
    }
  },
  KEYHAVEN("Keyhaven") {
    @Override
    Remote open(Connection connection, BenchKeys keys) throws Exception {
      return new KeyhavenRemote(connection, keys);
    }
  },
  /** azure-security-keyvault-keys over the JDK's HTTP client. */
  MICROSOFT("Microsoft") {
    @Override
    Remote open(Connection connection, BenchKeys keys) throws Exception {
      return new MicrosoftRemote(connection, keys);
    }
  };

  private final String label;

  Through(String label) {
    this.label = label;
  }

  /** In tables. */
  String label() {
    return label;
  }

  abstract Remote open(Connection connection, BenchKeys keys) throws Exception;
}
