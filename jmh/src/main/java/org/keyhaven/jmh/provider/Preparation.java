package org.keyhaven.jmh.provider;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.keyhaven.jmh.harness.Bench;
import org.keyhaven.jmh.harness.Connection;
import org.keyhaven.jmh.harness.MicrosoftJca;
import org.keyhaven.jmh.harness.Tool;
import org.keyhaven.jmh.harness.Vault;

/** Makes the keys and files that the contestants need, with the JDK's tools. */
record Preparation(Bench bench, Vault vault, Inputs inputs) {
  /** Keys with certificates, in the vault and in a file; and what the providers are configured with. */
  void keys() throws IOException, InterruptedException, GeneralSecurityException {
    Connection connection = vault.connection();
    for (KeyKind kind : KeyKind.values()) {
      generate(kind, Map.of("KEYHAVEN_BUILT", "1"), bench.root().resolve("keyhaven").toString(), "keytool", "--data",
          vault.directory().toString());
      generate(kind, Map.of(), Tool.ofJdk("keytool"), "-keystore", inputs.localKeys().toString(), "-storepass",
          Inputs.PASSWORD);
    }
    writeSecret(inputs.providerConfiguration(), List.of("keyhaven.vault.url=" + connection.vault(),
        "keyhaven.ca.file=" + connection.caCertificate(), "keyhaven.token=" + connection.token()));
    writeSecret(inputs.microsoftConfiguration(), List.of(MicrosoftJca.vault(connection), connection.value("TENANT_ID"),
        connection.value("CLIENT_ID"), connection.value("CLIENT_SECRET")));
    inputs.microsoft().prepare(connection);
  }

  /** A token of SoftHSM for this suite alone, with keys of its own. */
  void pkcs11() throws IOException, InterruptedException {
    Path tokens = Files.createDirectories(inputs.directory().resolve("tokens"));
    Files.write(inputs.softHsmConfiguration(), List.of("directories.tokendir = " + tokens, "objectstore.backend = file"));
    Files.write(inputs.pkcs11Configuration(), List.of("name = bench", "library = " + System.getProperty("keyhaven.softhsm"),
        "slotListIndex = 0"));
    Map<String, String> environment = Map.of("SOFTHSM2_CONF", inputs.softHsmConfiguration().toString());
    Tool.run(log(), environment, List.of("softhsm2-util", "--init-token", "--free", "--label", "bench", "--pin", Inputs.PIN,
        "--so-pin", Inputs.PIN));
    for (KeyKind kind : KeyKind.values()) {
      generate(kind, environment, Tool.ofJdk("keytool"), "-keystore", "NONE", "-storetype", "PKCS11", "-storepass",
          Inputs.PIN, "-addprovider", "SunPKCS11", "-providerarg", inputs.pkcs11Configuration().toString());
    }
  }

  private Path log() {
    return inputs.directory().resolve("preparation.log");
  }

  private static void writeSecret(Path file, List<String> lines) throws IOException {
    Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(file, lines);
  }

  private void generate(KeyKind kind, Map<String, String> environment, String... keytool)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(keytool));
    command.addAll(List.of("-genkeypair", "-alias", kind.alias(), "-dname", "CN=" + kind.alias()));
    command.addAll(kind == KeyKind.RSA ? List.of("-keyalg", "RSA", "-keysize", "2048")
        : List.of("-keyalg", "EC", "-groupname", "secp256r1"));
    Tool.run(log(), environment, command);
  }
}
