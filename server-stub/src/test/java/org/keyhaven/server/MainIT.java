package org.keyhaven.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.keyhaven.server.hsm.Pkcs11Options;
import org.keyhaven.server.hsm.SoftHsm;
import picocli.CommandLine;

/** Bad input: each is one line that says what to do, and an exit code. A wrong PIN is in {@link ServeProcessIT}. */
@Timeout(60)
class MainIT {
  @TempDir
  private Path temp;

  private record Result(int exitCode, String out, String err) { }

  private static Result run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine main = Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    int exitCode = main.execute(arguments);
    return new Result(exitCode, out.toString(), err.toString());
  }

  private Result serve(Path data, String... options) {
    List<String> all = new ArrayList<>(List.of("serve", "--data", data.toString(), "--port", "0", "--hsm-port", "0"));
    all.addAll(List.of(options));
    return run(all.toArray(String[]::new));
  }

  private static void assertOneLine(Result result, int exitCode, String... parts) {
    assertThat(result.err()).startsWith("keyhaven: ").contains(parts);
    assertThat(result.err().lines()).hasSize(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.exitCode()).isEqualTo(exitCode);
  }

  private Path withMode(Path file, String text, String mode) throws Exception {
    Files.writeString(file, text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  /** The module, and the label and PIN file of the token that the shared vault has. */
  private static String[] pkcs11(String label, Path pinFile) {
    return new String[] {"--pkcs11", SoftHsm.find().orElseThrow().toString(), "--token", label, "--pin-file", pinFile.toString()};
  }

  private static Path token(String file) {
    return TestVault.get().connectionFile().resolveSibling("softhsm").resolve(file);
  }

  @Test
  void wrongUsageHasExitCodeTwo() {
    assertOneLine(run(), 2, "serve or token");
    assertOneLine(run("sign"), 2, "--help");
    assertOneLine(run("serve", "--prot", "1"), 2, "--prot", "keyhaven serve --help");
    assertOneLine(run("serve", "--port", "x"), 2, "--port");
    assertOneLine(run("serve", "--port", "70000"), 2, "--port must be 0 to 65535");
    assertOneLine(run("serve", "--port", "8444"), 2, "must differ");
    assertOneLine(run("serve", "--soft-delete-days", "91"), 2, "--soft-delete-days must be 7 to 90");
    assertOneLine(run("serve", "--pkcs11", "x.so"), 2, "--token");
    assertOneLine(run("serve", "--no-hsm", "--pkcs11", "x.so", "--token", "t", "--pin-file", "f"), 2, "--no-hsm");
    assertOneLine(run("token", "--data"), 2, "--data");
  }

  @Test
  void helpAndVersionGoToStdout() {
    for (String[] arguments : new String[][] {{"--help"}, {"serve", "--help"}, {"token", "--help"}, {"--version"}}) {
      Result result = run(arguments);
      assertThat(result.exitCode()).isZero();
      assertThat(result.out()).contains("keyhaven");
      assertThat(result.err()).isEmpty();
    }
    assertThat(run("serve", "--help").out()).contains("--no-hsm", "--pin-file", "8443", "8444", "$KEYHAVEN_DATA");
  }

  @Test
  void aForeignOrUnwritableDirectoryIsRefused() throws Exception {
    Files.writeString(temp.resolve("mine.txt"), "x");
    assertOneLine(serve(temp), 1, "was not made by keyhaven", "--data");
    assertOneLine(serve(Path.of("/proc/keyhaven")), 1, "cannot be written", "--data");
    assertOneLine(serve(TestVault.get().connectionFile().getParent()), 1, "in use by a running keyhaven server");
  }

  @Test
  void aTakenPortIsNamedWithItsOption() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      String port = Integer.toString(taken.getLocalPort());
      assertOneLine(run("serve", "--data", temp.resolve("a").toString(), "--no-hsm", "--port", port, "--hsm-port", "0"), 1,
          "ort " + port, "--port");
      assertOneLine(run("serve", "--data", temp.resolve("a").toString(), "--no-hsm", "--port", "0", "--hsm-port", port), 1,
          "ort " + port, "--hsm-port");
      assertThat(temp.resolve("a/connection.env")).doesNotExist();
    }
  }

  @Test
  void whatIsWrongWithTheHsmIsSaidAndCanBePutRight() throws Exception {
    String label = Files.readString(token("label")).strip();
    Path wrongPin = withMode(temp.resolve("pin"), "not-the-pin", "rw-------");
    Path data = temp.resolve("data");

    assertOneLine(serve(data, "--pkcs11", "/no/such/module.so", "--token", "t", "--pin-file", wrongPin.toString()), 1,
        "/no/such/module.so");
    Path text = withMode(temp.resolve("text.so"), "no library", "rw-------");
    assertOneLine(serve(data, "--pkcs11", text.toString(), "--token", "t", "--pin-file", wrongPin.toString()), 1,
        text.toString());
    assertOneLine(serve(data, pkcs11("no-such-token", wrongPin)), 1, "no-such-token");
    assertOneLine(serve(data, pkcs11(label, temp.resolve("nowhere"))), 1, "nowhere");

    try (VaultServer server = VaultServer.start(ServerOptions.on(data).withPorts(0, 0)
        .withKeys(new ServerOptions.Keys.Pkcs11(new Pkcs11Options(SoftHsm.find().orElseThrow(), label,
            token("pin")))))) {
      assertThat(server.connectionFile()).exists();
    }
    assertOneLine(serve(data, "--no-hsm"), 1, "made with a PKCS#11 token", label, "same options");
    assertOneLine(serve(data), 1, "made with a PKCS#11 token");
  }

  @Test
  void softwareKeysDoNotMixWithAnHsm() {
    VaultServer.start(ServerOptions.on(temp).withPorts(0, 0).withKeys(new ServerOptions.Keys.SoftwareOnly())).close();
    assertOneLine(serve(temp), 1, "software keys alone (--no-hsm)", "same options");
  }

  @Test
  void aDatabaseOfANewerVersionIsLeftAlone() throws Exception {
    VaultServer.start(ServerOptions.on(temp).withPorts(0, 0).withKeys(new ServerOptions.Keys.SoftwareOnly())).close();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + temp.resolve("keyhaven.db"));
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA user_version = 99");
    }
    assertOneLine(serve(temp, "--no-hsm"), 1, "newer", "99");
  }

  @Test
  void aVaultThatWasThereIsNotMadeAnew() throws Exception {
    VaultServer.start(ServerOptions.on(temp).withPorts(0, 0).withKeys(new ServerOptions.Keys.SoftwareOnly())).close();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + temp.resolve("keyhaven.db"));
        Statement statement = connection.createStatement()) {
      assertThat(statement.executeUpdate("DELETE FROM vault WHERE kind = 'MANAGED_HSM'")).isEqualTo(1);
    }
    assertOneLine(serve(temp, "--no-hsm"), 1, "has lost the vault MANAGED_HSM/default", "backup");
    Files.delete(temp.resolve("keyhaven.db"));
    assertOneLine(serve(temp, "--no-hsm"), 1, "has lost the vault", "backup");
  }

  @Test
  void badNamesAreRefused() {
    assertOneLine(serve(temp, "--no-hsm", "--hostname", "a b"), 1, "--hostname");
    assertOneLine(serve(temp, "--no-hsm", "--vault", "a.b"), 1, "a.b");
    assertOneLine(serve(temp, "--no-hsm", "--bind", "no.such.host.invalid"), 1, "no.such.host.invalid");
    // An address for documentation (RFC 5737), which no machine has.
    assertOneLine(serve(temp, "--no-hsm", "--bind", "192.0.2.1"), 1, "192.0.2.1 is no address of this machine");
  }

  @Test
  void itListensOnThisMachineAloneUnlessToldOtherwise() throws Exception {
    List<InetAddress> addresses = NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses).toList();
    try (VaultServer server = VaultServer.start(
        ServerOptions.on(temp).withPorts(0, 0).withKeys(new ServerOptions.Keys.SoftwareOnly()))) {
      for (String url : List.of(server.vaultUrl(), server.hsmUrl())) {
        for (InetAddress address : addresses) {
          assertThat(accepts(address, URI.create(url).getPort())).as("%s", address).isEqualTo(address.isLoopbackAddress());
        }
      }
    }
  }

  private static boolean accepts(InetAddress address, int port) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), 10_000);
      return true;
    } catch (ConnectException e) {
      return false;
    }
  }

  @Test
  void aTokenIsPrintedAlone() throws Exception {
    String data = TestVault.get().connectionFile().getParent().toString();
    Result vault = run("token", "--data", data);
    assertThat(vault.exitCode()).isZero();
    assertThat(vault.err()).isEmpty();
    assertThat(SignedJWT.parse(vault.out().strip()).getJWTClaimsSet().getAudience())
        .containsExactly(TestVault.get().vaultUrl());
    assertThat(SignedJWT.parse(run("token", "--data", data, "--managed-hsm").out().strip()).getJWTClaimsSet().getAudience())
        .containsExactly(TestVault.get().hsmUrl());
  }

  @Test
  void aTokenNeedsARunningServer() throws Exception {
    assertOneLine(run("token", "--data", temp.resolve("none").toString()), 1, "keyhaven serve --data " + temp.resolve("none"));
    VaultServer.start(ServerOptions.on(temp).withPorts(0, 0).withKeys(new ServerOptions.Keys.SoftwareOnly())).close();
    assertOneLine(run("token", "--data", temp.toString()), 1, "no server answers at https://localhost:", "keyhaven serve");

    // Another server of another directory: its certificate is not trusted, and it never sees the secret.
    Path connection = temp.resolve("connection.env");
    Files.writeString(connection, Files.readString(connection).replaceAll("https://localhost:\\d+", TestVault.get().vaultUrl()));
    assertOneLine(run("token", "--data", temp.toString()), 1, "is not the one of this data directory");
  }
}
