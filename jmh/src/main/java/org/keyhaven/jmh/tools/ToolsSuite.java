package org.keyhaven.jmh.tools;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.keyhaven.client.KeyhavenClient;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.client.wire.SignatureAlgorithm;
import org.keyhaven.jmh.harness.Bench;
import org.keyhaven.jmh.harness.Comparison;
import org.keyhaven.jmh.harness.Connection;
import org.keyhaven.jmh.harness.Figure;
import org.keyhaven.jmh.harness.Sample;
import org.keyhaven.jmh.harness.Suite;
import org.keyhaven.jmh.harness.TimedCommand;
import org.keyhaven.jmh.harness.Vault;
import org.keyhaven.jmh.server.Checks;

/** The JDK's tools with one RSA-2048 key, which is in a vault, in a file, or in an HSM. */
public final class ToolsSuite implements Suite {
  private static final int SMALL = 4 << 10;
  private static final int LARGE = 5_000_000;
  private static final int WARM_UP = 200;
  private static final int WARM_UP_CONNECTIONS = 40;

  @Override
  public String name() {
    return "tools";
  }

  @Override
  public Set<Figure> figures() {
    return Set.of(Figure.JARSIGNER_WALL_VS_PKCS12);
  }

  @Override
  public void run(Bench bench) throws Exception {
    Path directory = bench.subdirectory("tools");
    // A vault of its own: the tools list all of a vault, and other suites leave keys behind.
    try (Vault vault = Vault.start(bench.root(), directory.resolve("vault"))) {
      Map<Signer, Path> certificates = signers(bench, vault, directory);
      warmUp(vault);
      Path small = Jars.make(directory.resolve("small.jar"), 3, SMALL);
      Comparison signing = sign(bench, "jarsigner small", small, certificates, vault);
      bench.figure(Figure.JARSIGNER_WALL_VS_PKCS12, signing.ratio("Keyhaven", "PKCS#12", Sample::p50Micros),
          String.format(Locale.ROOT, "CPU: %.2f", signing.ratio("Keyhaven", "PKCS#12", Sample::cpuMicros)));
      if (bench.pace().full()) {
        bench.time("keytool -list", certificates.keySet().stream().map(Signer::list).toList());
        sign(bench, "jarsigner 50 MB", Jars.make(directory.resolve("large.jar"), 10, LARGE), certificates, vault);
      }
      Checks.run(vault);
    }
  }

  /** Each with the certificate of its key. In a quick run those that the figure needs. */
  private static Map<Signer, Path> signers(Bench bench, Vault vault, Path directory) throws Exception {
    Signer keyhaven = Signer.keyhaven(bench, vault);
    List<Signer> generating = new ArrayList<>(List.of(keyhaven, Signer.pkcs12(directory)));
    if (bench.pace().full()) {
      generating.add(Signer.sunPkcs11(directory));
    }
    Map<Signer, Path> certificates = new LinkedHashMap<>();
    for (Signer signer : generating) {
      Path certificate = directory.resolve("certificate-" + certificates.size() + ".pem");
      signer.generate(directory, certificate);
      certificates.put(signer, certificate);
    }
    if (bench.pace().full()) {
      certificates.put(Signer.microsoft(bench, vault, directory), certificates.get(keyhaven));
    }
    return certificates;
  }

  /**
   * A server that has just started would be measured with the tools; one that has run for a while is the usual. Each run of
   * a tool also connects and signs in.
   */
  private static void warmUp(Vault vault) throws Exception {
    Connection connection = vault.connection();
    try (KeyhavenClient client = connection.client(connection.token()).build()) {
      ObjectId key = client.certificates().get(Signer.ALIAS, null).kid();
      for (int i = 0; i < WARM_UP; i++) {
        client.certificates().list().iterator().next();
        client.keys().get(Signer.ALIAS);
        client.cryptography(key).sign(SignatureAlgorithm.RS256, new byte[32]);
      }
    }
    for (int i = 0; i < WARM_UP_CONNECTIONS; i++) {
      try (KeyhavenClient client = connection.client(connection.token()).build()) {
        client.keys().get(Signer.ALIAS);
      }
    }
  }

  /** @throws IllegalStateException when a jar was signed without the vault */
  private static Comparison sign(Bench bench, String operation, Path jar, Map<Signer, Path> certificates, Vault vault)
      throws Exception {
    List<TimedCommand> commands = new ArrayList<>();
    for (Signer signer : certificates.keySet()) {
      commands.add(signer.sign(jar, signed(jar, signer)));
    }
    long before = vault.signatures(Signer.ALIAS);
    Comparison comparison = bench.time(operation, commands);
    long jars = certificates.keySet().stream().filter(Signer::inVault)
        .mapToLong(signer -> comparison.operations(signer.name()) + 1).sum();
    requireSignatures(vault.signatures(Signer.ALIAS) - before, jars);
    for (Map.Entry<Signer, Path> signer : certificates.entrySet()) {
      Jars.verify(signed(jar, signer.getKey()), signer.getValue(), jar.getParent());
    }
    return comparison;
  }

  private static Path signed(Path jar, Signer signer) {
    return jar.resolveSibling(signer.name().replaceAll("[^0-9A-Za-z]", "") + "-" + jar.getFileName());
  }

  /** One a jar: those of the rounds, and the one before them that is not counted. */
  private static void requireSignatures(long signatures, long jars) {
    if (signatures != jars) {
      throw new IllegalStateException("the vault signed " + signatures + " times for " + jars + " jars");
    }
  }
}
