package org.keyhaven.jmh.tools;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.keyhaven.jmh.harness.Bench;
import org.keyhaven.jmh.harness.Connection;
import org.keyhaven.jmh.harness.MicrosoftJca;
import org.keyhaven.jmh.harness.TimedCommand;
import org.keyhaven.jmh.harness.Tool;
import org.keyhaven.jmh.harness.Vault;

/**
 * A key store as keytool and jarsigner are told of it.
 *
 * @param name in tables
 * @param store the options that name it
 * @param generating further options of {@code -genkeypair}
 * @param environment of the tools
 * @param inVault whether the vault signs
 */
record Signer(String name, List<String> store, List<String> generating, Map<String, String> environment, boolean inVault) {
  /** The alias in each key store, and the name of the key in the vault. */
  static final String ALIAS = "bench-tools";

  private static final String PASSWORD = "changeit";

  /** The self-contained jar, as docs/tools.md says. */
  static Signer keyhaven(Bench bench, Vault vault) throws IOException {
    return new Signer("Keyhaven",
        List.of("-keystore", "NONE", "-storetype", "Keyhaven", "-storepass", "unused", "-J-cp",
            "-J" + providerJar(bench.root()), "-addprovider", "Keyhaven", "-providerarg", vault.connectionFile().toString()),
        List.of("-keypass", "unused", "-providername", "Keyhaven", "-J-Dkeyhaven.key.name.preferred=" + ALIAS), Map.of(),
        true);
  }

  /**
   * Microsoft's JCA provider, with the key that {@link #keyhaven} generated: it makes none itself. It takes what it needs as
   * system properties alone, so the client secret stands on the command line: of a vault that ends with the suite.
   */
  static Signer microsoft(Bench bench, Vault vault, Path directory) throws IOException, GeneralSecurityException {
    Connection connection = vault.connection();
    MicrosoftJca reach = new MicrosoftJca(directory.resolve("hosts"), directory.resolve("ca.p12"), PASSWORD);
    reach.prepare(connection);
    Map<String, String> properties = new LinkedHashMap<>(reach.properties());
    properties.put("azure.keyvault.uri", MicrosoftJca.vault(connection));
    properties.put("azure.keyvault.tenant-id", connection.value("TENANT_ID"));
    properties.put("azure.keyvault.client-id", connection.value("CLIENT_ID"));
    properties.put("azure.keyvault.client-secret", connection.value("CLIENT_SECRET"));
    properties.put("azure.keyvault.disable-challenge-resource-verification", "true");
    List<String> store = new ArrayList<>(List.of("-keystore", "NONE", "-storetype", "AzureKeyVault", "-storepass", "unused",
        "-providerclass", "com.azure.security.keyvault.jca.KeyVaultJcaProvider", "-J-cp",
        "-J" + bench.jars("peers/microsoft").stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator))));
    properties.forEach((property, value) -> store.add("-J-D" + property + "=" + value));
    return new Signer("Microsoft", store, List.of(), Map.of(), true);
  }

  static Signer pkcs12(Path directory) {
    return new Signer("PKCS#12",
        List.of("-keystore", directory.resolve("signer.p12").toString(), "-storetype", "PKCS12", "-storepass", PASSWORD),
        List.of(), Map.of(), false);
  }

  /** A SoftHSM token in this directory, in the tools' own process. */
  static Signer sunPkcs11(Path directory) throws IOException, InterruptedException {
    Path tokens = Files.createDirectories(directory.resolve("softhsm"));
    Path settings = Files.writeString(directory.resolve("softhsm2.conf"), "directories.tokendir = " + tokens + "\n");
    Map<String, String> environment = Map.of("SOFTHSM2_CONF", settings.toString());
    Tool.run(directory.resolve("prepare.log"), environment, List.of("softhsm2-util", "--init-token", "--free", "--label",
        "bench", "--pin", PASSWORD, "--so-pin", PASSWORD));
    Path provider = Files.writeString(directory.resolve("pkcs11.cfg"),
        "name = SoftHSM\nlibrary = " + System.getProperty("keyhaven.softhsm") + "\nslotListIndex = 0\n");
    return new Signer("SunPKCS11",
        List.of("-keystore", "NONE", "-storetype", "PKCS11", "-storepass", PASSWORD, "-addprovider", "SunPKCS11",
            "-providerarg", provider.toString()),
        List.of("-providername", "SunPKCS11-SoftHSM"), environment, false);
  }

  /** Generates the key and a certificate for signing code, and writes the certificate to a file. */
  void generate(Path directory, Path certificate) throws IOException, InterruptedException {
    Path log = directory.resolve("prepare.log");
    List<String> generate = new ArrayList<>(List.of(Tool.ofJdk("keytool"), "-genkeypair", "-alias", ALIAS, "-keyalg", "RSA",
        "-keysize", "2048", "-sigalg", "SHA256withRSA", "-validity", "3650", "-dname", "CN=Benchmark", "-ext",
        "eku=codeSigning"));
    generate.addAll(store);
    generate.addAll(generating);
    Tool.run(log, environment, generate);
    Tool.run(log, environment, on(List.of(Tool.ofJdk("keytool"), "-exportcert", "-rfc", "-alias", ALIAS, "-file",
        certificate.toString())));
  }

  TimedCommand list() {
    return new TimedCommand(name, on(List.of(Tool.ofJdk("keytool"), "-list")), environment, () -> { });
  }

  /** jarsigner with the JDK's defaults but for the digest of the signature, which newer JDKs choose otherwise. */
  TimedCommand sign(Path jar, Path signed) {
    List<String> command = new ArrayList<>(on(List.of(Tool.ofJdk("jarsigner"))));
    command.addAll(List.of("-sigalg", "SHA256withRSA", "-signedjar", signed.toString(), jar.toString(), ALIAS));
    return new TimedCommand(name, command, environment, () -> Files.deleteIfExists(signed));
  }

  private List<String> on(List<String> command) {
    List<String> all = new ArrayList<>(command);
    all.addAll(store);
    return all;
  }

  private static Path providerJar(Path root) throws IOException {
    try (Stream<Path> built = Files.list(root.resolve("provider/target"))) {
      return built.filter(file -> file.getFileName().toString().matches("keyhaven-provider-.*-all\\.jar")).findFirst()
          .orElseThrow(() -> new IOException("provider/target has no self-contained jar"));
    }
  }
}
