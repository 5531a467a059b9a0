package org.keyhaven.jmh.tools;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.keyhaven.jmh.harness.Tool;

/** What is signed, and whether it was. */
final class Jars {
  private Jars() { }

  /** Entries of bytes that do not compress. */
  static Path make(Path jar, int entries, int bytesEach) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    Random content = new Random(1);
    byte[] bytes = new byte[bytesEach];
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
      for (int i = 0; i < entries; i++) {
        content.nextBytes(bytes);
        out.putNextEntry(new ZipEntry("entry-" + i));
        out.write(bytes);
      }
    }
    return jar;
  }

  /** @throws IOException unless the JDK alone, without Keyhaven, verifies the whole jar as signed with this certificate */
  static void verify(Path signed, Path certificate, Path directory) throws IOException, InterruptedException {
    Path trust = directory.resolve("trust.p12");
    Path log = directory.resolve("verify.log");
    Files.deleteIfExists(trust);
    Tool.run(log, Map.of(), List.of(Tool.ofJdk("keytool"), "-importcert", "-noprompt", "-alias", "signer", "-file",
        certificate.toString(), "-keystore", trust.toString(), "-storepass", "changeit"));
    Path result = Files.createTempFile(directory, "verify-", ".log");
    Tool.run(result, Map.of("LC_ALL", "C"), List.of(Tool.ofJdk("jarsigner"), "-verify", "-strict", "-keystore",
        trust.toString(), "-storepass", "changeit", signed.toString()));
    // Status 0 is also what a jar without a signature has.
    if (!Files.readString(result, StandardCharsets.UTF_8).contains("jar verified.")) {
      throw new IOException("not signed: " + signed);
    }
  }
}
