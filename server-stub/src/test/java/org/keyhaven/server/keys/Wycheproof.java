package org.keyhaven.server.keys;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.SignatureAlgorithm;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Project Wycheproof's vectors, where they are on this machine. */
public final class Wycheproof {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Path DIRECTORY = Path.of(System.getProperty("keyhaven.wycheproof", "absent"));

  private Wycheproof() { }

  /** One vector, and the group it is in. */
  public record Vector(String file, JsonNode group, JsonNode test) {
    public byte[] hex(String member) {
      return HexFormat.of().parseHex(test.path(member).asString());
    }

    public String result() {
      return test.path("result").asString();
    }

    /** The algorithm of a vector for verification; empty when it is none of the vault's. */
    public Optional<SignatureAlgorithm> signatureAlgorithm() {
      String hash = group.path("sha").asString();
      return Arrays.stream(SignatureAlgorithm.values())
          .filter(algorithm -> algorithm.hash() != null && algorithm.hash().digestName().equals(hash))
          .filter(algorithm -> switch (algorithm.scheme()) {
            case RSA_PKCS1 -> file.startsWith("rsa_signature");
            case RSA_PSS -> file.startsWith("rsa_pss") && group.path("mgfSha").asString().equals(hash)
                && group.path("sLen").asInt() == algorithm.hash().bytes() && group.path("keySize").asInt() >= 2048;
            case ECDSA -> algorithm.curve().standardName().equals(group.path("publicKey").path("curve").asString());
            case HMAC -> false;
          }).findFirst();
    }

    /** The public key of a vector for verification. */
    public JsonWebKey publicKey(SignatureAlgorithm algorithm) {
      JsonNode key = group.path("publicKey");
      if (algorithm.scheme() != SignatureAlgorithm.Scheme.ECDSA) {
        return JsonWebKey.rsa(KeyType.RSA, LocalKeys.unsigned(new BigInteger(key.path("modulus").asString(), 16)),
            LocalKeys.unsigned(new BigInteger(key.path("publicExponent").asString(), 16)));
      }
      return JsonWebKey.ec(KeyType.EC, algorithm.curve(), coordinate(key.path("wx"), algorithm.curve()),
          coordinate(key.path("wy"), algorithm.curve()));
    }

    private static byte[] coordinate(JsonNode hex, KeyCurve curve) {
      byte[] number = LocalKeys.unsigned(new BigInteger(hex.asString(), 16));
      byte[] full = new byte[curve.coordinateBytes()];
      System.arraycopy(number, 0, full, full.length - number.length, number.length);
      return full;
    }

    @Override
    public String toString() {
      return file + " " + test.path("tcId").asInt() + " " + test.path("comment").asString();
    }
  }

  /** Skips the test when there are none. */
  public static void require() {
    assumeTrue(Files.isDirectory(DIRECTORY), () -> "no vectors: the property keyhaven.wycheproof names " + DIRECTORY);
  }

  /** @param files a pattern of file names */
  public static List<Vector> read(String files) throws IOException {
    List<Vector> vectors = new ArrayList<>();
    try (DirectoryStream<Path> matching = Files.newDirectoryStream(DIRECTORY, files)) {
      for (Path file : matching) {
        for (JsonNode group : JSON.readTree(Files.readAllBytes(file)).path("testGroups")) {
          group.path("tests").forEach(test -> vectors.add(new Vector(file.getFileName().toString(), group, test)));
        }
      }
    }
    return vectors;
  }
}
