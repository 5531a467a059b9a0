package org.keyhaven.jmh.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.keyhaven.jmh.harness.Bench;
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
 */
record Signer(String name, List<String> store, List<String> generating, Map<String, String> environment) {
  /** The alias in each key store, and the name of the key in the vault. */
  static final String ALIAS = "bench-tools";

  private static final String PASSWORD = "changeit";
  private static final List<Path> SOFTHSM = Stream.of("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm2.so",
      "/usr/lib64/pkcs11/libsofthsm2.so", "/usr/local/lib/softhsm/libsofthsm2.so", "/opt/homebrew/lib/softhsm/libsofthsm2.so")
      .map(Path::of).toList();

  /** The self-contained jar, as docs/tools.md says. */
  static Signer keyhaven(Bench bench, Vault vault) throws IOException {
    return new Signer("Keyhaven",
        List.of("-keystore", "NONE", "-storetype", "Keyhaven", "-storepass", "unused", "-J-cp", "-J" + providerJar(bench.root()),
            "-addprovider", "Keyhaven", "-providerarg", vault.connectionFile().toString()),
        List.of("-keypass", "unused", "-providername", "Keyhaven", "-J-Dkeyhaven.key.name.preferred=" + ALIAS), Map.of());
  }

  static Signer pkcs12(Path directory) {
    return new Signer("PKCS#12",
        List.of("-keystore", directory.resolve("signer.p12").toString(), "-storetype", "PKCS12", "-storepass", PASSWORD),
        List.of(), Map.of());
  }

  /** A SoftHSM token in this directory, in the tools' own process. */
  static Signer sunPkcs11(Path directory) throws IOException, InterruptedException {
    Path module = SOFTHSM.stream().filter(Files::exists).findFirst()
        .orElseThrow(() -> new IOException("no SoftHSM module in any of " + SOFTHSM));
    Path tokens = Files.createDirectories(directory.resolve("softhsm"));
    Path settings = Files.writeString(directory.resolve("softhsm2.conf"), "directories.tokendir = " + tokens + "\n");
    Map<String, String> environment = Map.of("SOFTHSM2_CONF", settings.toString());
    Tool.run(directory.resolve("prepare.log"), environment, List.of("softhsm2-util", "--init-token", "--free", "--label", "bench",
        "--pin", PASSWORD, "--so-pin", PASSWORD));
    Path provider = Files.writeString(directory.resolve("pkcs11.cfg"),
        "name = SoftHSM\nlibrary = " + module + "\nslotListIndex = 0\n");
    return new Signer("SunPKCS11",
        List.of("-keystore", "NONE", "-storetype", "PKCS11", "-storepass", PASSWORD, "-addprovider", "SunPKCS11", "-providerarg",
            provider.toString()),
        List.of("-providername", "SunPKCS11-SoftHSM"), environment);
  }

  /** Generates the key and a certificate for signing code, and writes the certificate to a file. */
  void generate(Path directory, Path certificate) throws IOException, InterruptedException {
    Path log = directory.resolve("prepare.log");
    List<String> generate = new ArrayList<>(List.of(Tool.ofJdk("keytool"), "-genkeypair", "-alias", ALIAS, "-keyalg", "RSA",
        "-keysize", "2048", "-sigalg", "SHA256withRSA", "-validity", "3650", "-dname", "CN=Benchmark", "-ext", "eku=codeSigning"));
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
