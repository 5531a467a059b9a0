package org.keyhaven.jmh.provider;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.Signature;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.keyhaven.client.KeyhavenClient;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.client.wire.SignatureAlgorithm;
import org.keyhaven.jmh.harness.Bench;
import org.keyhaven.jmh.harness.Comparison;
import org.keyhaven.jmh.harness.Connection;
import org.keyhaven.jmh.harness.Figure;
import org.keyhaven.jmh.harness.PublicHalf;
import org.keyhaven.jmh.harness.Sample;
import org.keyhaven.jmh.harness.TimedCommand;
import org.keyhaven.jmh.harness.Tool;

/** {@link FirstSignature}, in fresh JVMs with no more on the class path than such a program needs. */
record FirstSignatures(Bench bench, Inputs inputs) {
  private static final String LOCAL = "PKCS#12";
  private static final String OURS = "Keyhaven";
  private static final int WARM_UP = 300;
  private static final int WARM_UP_CONNECTIONS = 60;

  void run() throws Exception {
    Path classes = programs();
    Path provider = bench.root().resolve("provider/target");
    List<Path> ours;
    try (Stream<Path> jars = Files.list(provider)) {
      ours = jars.filter(jar -> jar.toString().endsWith("-all.jar")).toList();
    }
    List<TimedCommand> commands = new ArrayList<>(List.of(
        command(LOCAL, classes, List.of(), Map.of(), "pkcs12", inputs.localKeys()),
        command(OURS, classes, ours, Map.of(), "keyhaven", inputs.providerConfiguration())));
    if (bench.pace().full()) {
      commands.add(command("Microsoft", classes, bench.jars("peers/microsoft"), inputs.microsoft().properties(), "microsoft",
          inputs.microsoftConfiguration()));
    }
    try (KeyhavenClient client = Signers.sdk(bench.vault().connection())) {
      warmUp(client);
      connect();
      Comparison comparison = bench.time("first signature", commands);
      PublicKey inVault = PublicHalf.of(client.keys().get(KeyKind.EC.alias()).key());
      PublicKey inFile = KeyStore.getInstance(inputs.localKeys().toFile(), Inputs.PASSWORD.toCharArray())
          .getCertificate(KeyKind.EC.alias()).getPublicKey();
      for (TimedCommand command : commands) {
        requireSignature(command, command.name().equals(LOCAL) ? inFile : inVault);
      }
      bench.figure(Figure.FIRST_SIGNATURE_VS_LOCAL, comparison.ratio(OURS, LOCAL, Sample::p50Micros),
          String.format(Locale.ROOT, "CPU: %.2f", comparison.ratio(OURS, LOCAL, Sample::cpuMicros)));
    }
  }

  /** The JVM of the program is fresh, the vault's is not: a server that has just started would be measured with it. */
  private static void warmUp(KeyhavenClient client) {
    ObjectId key = client.keys().get(KeyKind.EC.alias()).key().kid();
    for (int i = 0; i < WARM_UP; i++) {
      client.certificates().list().iterator().next();
      client.certificates().get(KeyKind.EC.alias(), null);
      client.cryptography(key).sign(SignatureAlgorithm.ES256, new byte[32]);
    }
  }

  /** Each run connects, too: a vault that hardly anybody has connected to yet would be measured with it. */
  private void connect() throws GeneralSecurityException, IOException, InterruptedException {
    Connection connection = bench.vault().connection();
    String token = connection.token();
    for (int i = 0; i < WARM_UP_CONNECTIONS; i++) {
      try (KeyhavenClient client = connection.client(token).build()) {
        client.keys().get(KeyKind.EC.alias());
      }
    }
  }

  private static TimedCommand command(String name, Path classes, List<Path> jars, Map<String, String> properties, String how,
      Path file) {
    List<String> command = new ArrayList<>(List.of(Tool.ofJdk("java")));
    properties.forEach((property, value) -> command.add("-D" + property + "=" + value));
    command.add("-cp");
    command.add(Stream.concat(Stream.of(classes), jars.stream()).map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator)));
    command.addAll(List.of(FirstSignature.class.getName(), how, file.toString(), KeyKind.EC.alias(), KeyKind.EC.jcaName()));
    return new TimedCommand(name, command);
  }

  /** The program's classes in a directory of their own: the benchmarks' jar would bring its whole class path with it. */
  private Path programs() throws IOException {
    Path directory = inputs.directory().resolve("classes");
    Path folder = Files.createDirectories(directory.resolve(FirstSignature.class.getPackageName().replace('.', '/')));
    List<Class<?>> types = new ArrayList<>(List.of(FirstSignature.class.getDeclaredClasses()));
    types.add(FirstSignature.class);
    for (Class<?> type : types) {
      String name = type.getName().substring(type.getPackageName().length() + 1) + ".class";
      try (InputStream code = type.getResourceAsStream(name)) {
        Files.copy(code, folder.resolve(name));
      }
    }
    return directory;
  }

  /** What the last run printed must be a signature that the JDK verifies. */
  private void requireSignature(TimedCommand command, PublicKey key) throws IOException, GeneralSecurityException {
    String printed = Files.readString(command.output(bench.directory()), StandardCharsets.UTF_8).trim();
    Signature verifier = Signature.getInstance(KeyKind.EC.jcaName());
    verifier.initVerify(key);
    verifier.update(new byte[FirstSignature.MESSAGE_BYTES]);
    if (!verifier.verify(HexFormat.of().parseHex(printed.substring(printed.lastIndexOf('\n') + 1)))) {
      throw new IllegalStateException("the JDK does not verify what " + command.name() + " signed");
    }
  }
}
