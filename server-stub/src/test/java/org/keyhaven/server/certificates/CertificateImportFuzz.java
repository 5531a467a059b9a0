package org.keyhaven.server.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.keyhaven.client.wire.Certificates.CertificateImportParameters;
import org.keyhaven.server.ApiError;

/** Files of which some bytes are others, or missing: read, or refused with the one exception. A failure prints the seed. */
class CertificateImportFuzz {
  private static final int ROUNDS = 400;
  /** Few, so that hundreds of files are read in seconds; of two bytes, so that a damaged one may mean many. */
  private static final String ITERATIONS = "300";
  private static final Map<String, String> LEGACY = Map.of("keystore.pkcs12.certProtectionAlgorithm", "PBEWithSHA1AndRC2_40",
      "keystore.pkcs12.keyProtectionAlgorithm", "PBEWithSHA1AndDESede", "keystore.pkcs12.macAlgorithm", "HmacPBESHA1");

  @Test
  void damagedFilesAreRefusedAndNothingElse() throws Exception {
    long seed = Long.getLong("keyhaven.fuzz.seed", 20260401L);
    Random random = new Random(seed);
    ImportFiles files = ImportFiles.ec("secp256r1");
    List<byte[]> originals = List.of(pkcs12(files, Map.of()), pkcs12(files, LEGACY),
        files.pem().getBytes(StandardCharsets.US_ASCII), files.traditionalPem().getBytes(StandardCharsets.US_ASCII));
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] file = originals.get(round % originals.size()).clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        // Mostly at the start, where the structure is.
        file[random.nextInt(random.nextBoolean() ? 64 : file.length)] = (byte) random.nextInt(256);
      }
      int length = random.nextInt(8) == 0 ? random.nextInt(file.length) : file.length;
      CertificateImportParameters parameters = new CertificateImportParameters(
          Base64.getEncoder().encodeToString(Arrays.copyOf(file, length)).toCharArray(), "pw".toCharArray(), null, null,
          null, null);
      try {
        ImportedCertificate.read(parameters);
      } catch (ApiError e) {
        assertThat(e.status()).as("seed " + seed + " round " + round).isEqualTo(400);
        refused++;
      }
      assertThat(parameters.value()).containsOnly('\0');
      assertThat(parameters.pwd()).containsOnly('\0');
    }
    assertThat(refused).isBetween(ROUNDS / 2, ROUNDS - 1);
  }

  /** Written by the JDK as its system properties say. */
  private static byte[] pkcs12(ImportFiles files, Map<String, String> algorithms) throws Exception {
    Map<String, String> settings = new HashMap<>(algorithms);
    for (String count : List.of("macIterationCount", "certPbeIterationCount", "keyPbeIterationCount")) {
      settings.put("keystore.pkcs12." + count, ITERATIONS);
    }
    settings.forEach(System::setProperty);
    try {
      return files.pkcs12("pw");
    } finally {
      settings.keySet().forEach(System::clearProperty);
    }
  }
}
