package org.keyhaven.jmh.provider;

import java.nio.file.Path;
import org.keyhaven.jmh.harness.Contestant;
import org.keyhaven.jmh.harness.MicrosoftJca;

/**
 * What the suite prepared for its contestants.
 *
 * @param directory with the files that are named here
 */
record Inputs(Path directory) {
  static final String PASSWORD = "changeit";
  static final String PIN = "1234";
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

  /** How Microsoft's provider reaches the vault. */
  MicrosoftJca microsoft() {
    return new MicrosoftJca(directory.resolve("hosts"), trustStore(), PASSWORD);
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
