package org.keyhaven.jmh.provider;

import java.nio.file.Path;
import java.util.Map;
import org.keyhaven.jmh.harness.Connection;
import org.keyhaven.jmh.harness.Contestant;

/**
 * What the suite prepared for its contestants.
 *
 * @param directory with the files that are named here
 */
record Inputs(Path directory) {
  static final String PASSWORD = "changeit";
  static final String PIN = "1234";
  static final String DOTTED_HOST = "default.vault.localhost";
  private static final String PROPERTY = "keyhaven.bench.provider";

  /** In a worker. */
  static Inputs ofWorker() {
    return new Inputs(Path.of(System.getProperty(PROPERTY)));
  }

  /** For {@link #ofWorker}. */
  Contestant of(Contestant contestant) {
    return contestant.withProperty(PROPERTY, directory);
  }

  /** PKCS#12 with local keys. */
  Path localKeys() {
    return directory.resolve("local.p12");
  }

  /** PKCS#12 with the vault's CA: trust of those that know no CA file. */
  Path trustStore() {
    return directory.resolve("trust.p12");
  }

  /** Of the JDK's PKCS#11 provider. */
  Path pkcs11Configuration() {
    return directory.resolve("pkcs11.cfg");
  }

  /** Of SoftHSM, with a token of the suite's own. */
  Path softHsmConfiguration() {
    return directory.resolve("softhsm2.conf");
  }

  /** The vault by its other name: Microsoft's provider takes an address apart at its first dot, and fails where there is none. */
  static String dottedVault(Connection connection) {
    return "https://" + DOTTED_HOST + ":" + connection.vault().getPort();
  }

  /** For {@code -Djdk.net.hosts.file}: not every machine resolves names below localhost. */
  Path hosts() {
    return directory.resolve("hosts");
  }

  /**
   * The system properties that let Microsoft's provider reach the vault. It trusts what {@code javax.net.ssl.keyStore} names, and looks at
   * no trust store but the JDK's own.
   */
  Map<String, String> microsoftProperties() {
    return Map.of("jdk.net.hosts.file", hosts().toString(), "javax.net.ssl.keyStore", trustStore().toString(),
        "javax.net.ssl.keyStorePassword", PASSWORD);
  }

  /** Of Microsoft's provider in {@link FirstSignature}. */
  Path microsoftConfiguration() {
    return directory.resolve("microsoft.lines");
  }

  /** Of the provider, with a fixed token. */
  Path providerConfiguration() {
    return directory.resolve("keyhaven.properties");
  }
}
