package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSigner;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * jarsigner of every installed JDK with every kind of key: five signers sign one jar, each with other options, and every JDK
 * verifies it strictly without the provider.
 */
@Tag("packaged")
@Execution(ExecutionMode.CONCURRENT)
class JarsignerIT {
  private static final LocalAuthority AUTHORITY = new LocalAuthority();

  @TempDir
  private Path folder;

  static List<Path> jdks() throws IOException {
    return Tools.jdks();
  }

  /**
   * A row of the table.
   *
   * @param algorithm of the KeyPairGenerator
   * @param options of jarsigner
   * @param signature what {@code jarsigner -verify -verbose} says of it, or null where the JDK chooses
   * @param chainFromFile whether the vault has the leaf alone, and the rest of the chain comes by {@code -certchain}
   */
  private record Row(String algorithm, int bits, List<String> options, String signature, boolean chainFromFile) { }

  private static final List<Row> ROWS = List.of(
      new Row("RSA", 2048, List.of("-sigalg", "SHA512withRSA"), "SHA512withRSA", false),
      new Row("RSA", 3072, List.of("-sigalg", "RSASSA-PSS"), "RSASSA-PSS", false),
      new Row("EC", 256, List.of(), null, true),
      new Row("EC", 384, List.of("-sigalg", "SHA256withECDSA"), "SHA256withECDSA", false),
      new Row("EC", 521, List.of(), "SHA512withECDSA", false));

  @ParameterizedTest
  @MethodSource("jdks")
  void everyKindOfKeySignsAndEveryJdkVerifiesStrictly(Path jdk) throws Exception {
    Path jar = jar();
    List<List<String>> ways = waysToTheProvider(jdk);
    // One for all signers: another digest changes the manifest that the signers before have signed.
    List<String> digest = Tools.version(jdk) < 25 ? List.of("-digestalg", "SHA-512") : List.of();
    try (TimestampServer timestamps = new TimestampServer(AUTHORITY)) {
      for (int i = 0; i < ROWS.size(); i++) {
        Row row = ROWS.get(i);
        List<String> command = new ArrayList<>(row.options());
        command.addAll(digest);
        command.addAll(List.of("-tsa", timestamps.url(), "-sigfile", "SIGNER" + i));
        if (row.chainFromFile()) {
          command.addAll(List.of("-certchain", folder.resolve("chain.pem").toString()));
        }
        command.addAll(List.of(jar.toString(), certified(row)));
        assertThat(VaultTools.jarsigner(jdk, ways.get(i % ways.size()), command).succeeded().output())
            .startsWith("jar signed.").doesNotContain("Enter ", "untrusted", "self-signed");
      }
    }

    assertThat(signers(jar)).hasSize(ROWS.size()).allSatisfy(signer -> {
      assertThat(signer.getSignerCertPath().getCertificates()).hasSize(2);
      assertThat(signer.getTimestamp()).isNotNull();
    });
    Path trust = trust();
    for (Path verifier : Tools.jdks()) {
      String verified = Tools.run(verifier.resolve("bin/jarsigner"), "-verify", "-strict", "-verbose:summary", "-certs",
          "-keystore", trust.toString(), "-storepass", "changeit", jar.toString()).succeeded().output();
      assertThat(verified).contains("jar verified.").containsOnlyOnce("jar verified.");
      assertThat(verified.split("Timestamped by", -1)).hasSize(ROWS.size() + 1);
      assertThat(verified).contains(ROWS.stream().map(Row::signature).filter(name -> name != null).toList());
    }
  }

  /** One for each signer, again from the first when there are fewer. */
  private List<List<String>> waysToTheProvider(Path jdk) throws IOException {
    List<List<String>> ways = new ArrayList<>(List.of(VaultTools.byName(), VaultTools.byClass(), byJavaSecurity()));
    if (Tools.version(jdk) >= 25) {
      ways.add(VaultTools.byPath());
    }
    return ways;
  }

  private List<String> byJavaSecurity() throws IOException {
    Path file = Files.writeString(folder.resolve("keyhaven.security"),
        "security.provider.13=Keyhaven " + VaultTools.connection() + "\n");
    return List.of("-J-cp", "-J" + VaultTools.JAR, "-J-Djava.security.properties=" + file);
  }

  /** The alias of a new key, with a certificate of the authority that is for signing code. */
  private String certified(Row row) throws GeneralSecurityException, IOException {
    KeyhavenProvider provider = RemoteKeys.provider();
    String alias = RemoteKeys.certified(provider, row.algorithm(), row.bits());
    KeyStore store = RemoteKeys.store(provider);
    X509Certificate issued = AUTHORITY.issue("CN=" + row.algorithm() + " " + row.bits(),
        store.getCertificate(alias).getPublicKey(), KeyPurposeId.id_kp_codeSigning);
    Certificate[] chain = {issued, AUTHORITY.certificate()};
    if (row.chainFromFile()) {
      Files.writeString(folder.resolve("chain.pem"), LocalAuthority.pem(chain[0], chain[1]));
      chain = new Certificate[] {issued};
    }
    store.setKeyEntry(alias, store.getKey(alias, null), null, chain);
    return alias;
  }

  private Path trust() throws GeneralSecurityException, IOException {
    KeyStore trust = KeyStore.getInstance("PKCS12");
    trust.load(null, null);
    trust.setCertificateEntry("root", AUTHORITY.certificate());
    Path file = folder.resolve("trust.p12");
    try (OutputStream out = Files.newOutputStream(file)) {
      trust.store(out, "changeit".toCharArray());
    }
    return file;
  }

  private Path jar() throws IOException {
    Path jar = folder.resolve("app.jar");
    try (OutputStream file = Files.newOutputStream(jar); JarOutputStream out = new JarOutputStream(file)) {
      out.putNextEntry(new JarEntry("hello.txt"));
      out.write("hello".getBytes(StandardCharsets.UTF_8));
      out.closeEntry();
    }
    return jar;
  }

  /** As any program sees them that loads from the jar, verified by this JVM. */
  private static List<CodeSigner> signers(Path file) throws IOException {
    try (JarFile jar = new JarFile(file.toFile(), true)) {
      JarEntry entry = jar.getJarEntry("hello.txt");
      try (InputStream content = jar.getInputStream(entry)) {
        content.readAllBytes();
      }
      return List.of(entry.getCodeSigners());
    }
  }
}
