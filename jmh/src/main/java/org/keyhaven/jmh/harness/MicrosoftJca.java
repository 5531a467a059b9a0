package org.keyhaven.jmh.harness;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;

/**
 * What Microsoft's JCA provider needs to reach a vault of this machine. It takes an address apart at its first dot, and
 * fails where there is none: so the vault goes by its other name, which not every machine resolves. It trusts what
 * {@code javax.net.ssl.keyStore} names, and looks at no trust store but the JDK's own.
 *
 * @param hosts a hosts file, for {@code jdk.net.hosts.file}
 * @param trust PKCS#12 with the vault's CA
 */
public record MicrosoftJca(Path hosts, Path trust, String password) {
  private static final String HOST = "default.vault.localhost";

  /** Writes the files. */
  public void prepare(Connection connection) throws IOException, GeneralSecurityException {
    Files.write(hosts, List.of("127.0.0.1 localhost " + HOST));
    try (OutputStream file = Files.newOutputStream(trust)) {
      connection.trust().store(file, password.toCharArray());
    }
  }

  /** The system properties that it needs to reach any vault of this machine. */
  public Map<String, String> properties() {
    return Map.of("jdk.net.hosts.file", hosts.toString(), "javax.net.ssl.keyStore", trust.toString(),
        "javax.net.ssl.keyStorePassword", password);
  }

  /** The vault's address with a dot in it. */
  public static String vault(Connection connection) {
    return "https://" + HOST + ":" + connection.vault().getPort();
  }
}
