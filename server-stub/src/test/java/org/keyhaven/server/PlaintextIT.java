package org.keyhaven.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.junit.jupiter.api.Test;
import org.keyhaven.server.RawVault.Reply;

/**
 * Nothing in a running server's data directory tells a vault's private keys: database, write-ahead log, SoftHSM's tokens and all
 * the rest, as bytes and as Base64. The public keys suffice to look: a prime of an RSA key divides its modulus, and the scalar of
 * an EC key gives its point. (That the token refuses to reveal the master key: {@code hsm.Pkcs11EngineIT}.)
 */
class PlaintextIT {
  private static final int PRIME_BYTES = 128;
  private static final X9ECParameters P_256 = ECNamedCurveTable.getByName("secp256r1");
  /** ECPrivateKey (RFC 5915): version 1, and the octet string of the scalar. */
  private static final byte[] SCALAR_FOLLOWS = {2, 1, 1, 4, 32};
  private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/_-]{40,}");

  /** @param modulus the product of all moduli looked for */
  private record Sought(BigInteger modulus, List<BigInteger> x) {
    boolean isIn(byte[] content) {
      return isInBytes(content) || BASE64.matcher(new String(content, StandardCharsets.ISO_8859_1).replaceAll("[\r\n]", ""))
          .results().map(MatchResult::group).anyMatch(this::isInBase64);
    }

    private boolean isInBase64(String text) {
      // A page of the database may begin anywhere in it.
      return IntStream.range(0, 4).anyMatch(start -> {
        int length = text.length() - start;
        return isInBytes(Base64.getUrlDecoder().decode(
            text.replace('+', '-').replace('/', '_').substring(start, start + length - (length % 4 == 1 ? 1 : 0))));
      });
    }

    private boolean isInBytes(byte[] content) {
      for (int at = 0; at < content.length; at++) {
        if (primeAt(content, at) || scalarAt(content, at)) {
          return true;
        }
      }
      return false;
    }

    private boolean primeAt(byte[] content, int at) {
      int end = at + PRIME_BYTES;
      // Primes are odd, and two of 1024 bits make a modulus of 2048 only from the square root of 2 on.
      return end <= content.length && (content[at] & 0xff) >= 0xb5 && (content[end - 1] & 1) == 1
          && modulus.mod(new BigInteger(1, content, at, PRIME_BYTES)).signum() == 0;
    }

    private boolean scalarAt(byte[] content, int at) {
      int start = at + SCALAR_FOLLOWS.length;
      return start + 32 <= content.length && Arrays.equals(content, at, start, SCALAR_FOLLOWS, 0, SCALAR_FOLLOWS.length)
          && x.contains(P_256.getG().multiply(new BigInteger(1, content, start, 32)).normalize().getAffineXCoord()
              .toBigInteger());
    }
  }

  @Test
  void noFileOfARunningServerTellsAPrivateKey() throws Exception {
    RawVault vault = new RawVault(false);
    BigInteger modulus = BigInteger.ONE;
    List<BigInteger> x = new ArrayList<>();
    for (String kty : List.of("RSA", "RSA-HSM", "EC", "EC-HSM")) {
      String name = "plaintext-" + kty;
      String body = "{\"kty\":\"" + kty + "\"}";
      Reply key = vault.post("/keys/" + name + "/create", body);
      assertThat(key.status()).isEqualTo(200);
      boolean ec = kty.startsWith("EC");
      BigInteger number = new BigInteger(1, Base64.getUrlDecoder().decode(key.body().get("key").get(ec ? "x" : "n").asString()));
      // Used, so that it was unsealed once.
      assertThat(vault.post("/keys/" + name + "/sign", "{\"alg\":\"" + (ec ? "ES256" : "RS256") + "\",\"value\":\""
          + Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[32]) + "\"}").status()).isEqualTo(200);
      if (ec) {
        x.add(number);
      } else {
        modulus = modulus.multiply(number);
      }
    }
    Sought sought = new Sought(modulus, x);

    try (Stream<Path> files = Files.walk(TestVault.get().connectionFile().getParent())) {
      List<Path> all = files.filter(Files::isRegularFile).toList();
      assertThat(all).extracting(file -> file.getFileName().toString()).contains("keyhaven.db", "keyhaven.db-wal");
      for (Path file : all) {
        assertThat(sought.isIn(Files.readAllBytes(file))).as(file.toString()).isFalse();
      }
    }
  }

  @Test
  void theSearchFindsAKeyWhereThereIsOne() throws Exception {
    KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
    rsa.initialize(2048);
    KeyPairGenerator ec = KeyPairGenerator.getInstance("EC");
    ec.initialize(256);
    KeyPair rsaPair = rsa.generateKeyPair();
    KeyPair ecPair = ec.generateKeyPair();
    Sought rsaSought = new Sought(((RSAPublicKey) rsaPair.getPublic()).getModulus(), List.of());
    Sought ecSought = new Sought(BigInteger.ONE.shiftLeft(2048).add(BigInteger.ONE),
        List.of(((ECPublicKey) ecPair.getPublic()).getW().getAffineX()));
    List<Function<byte[], byte[]>> forms = List.of(key -> key, Base64.getEncoder()::encode, Base64.getUrlEncoder()::encode,
        Base64.getMimeEncoder()::encode);
    for (Function<byte[], byte[]> form : forms) {
      assertThat(rsaSought.isIn(between(form.apply(rsaPair.getPrivate().getEncoded())))).isTrue();
      assertThat(ecSought.isIn(between(form.apply(ecPair.getPrivate().getEncoded())))).isTrue();
      assertThat(rsaSought.isIn(between(form.apply(ecPair.getPrivate().getEncoded())))).isFalse();
      assertThat(ecSought.isIn(between(form.apply(rsaPair.getPrivate().getEncoded())))).isFalse();
    }
  }

  private static byte[] between(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write("{\"a\":1,\"material\":\"".getBytes(StandardCharsets.UTF_8));
    out.write(content);
    out.write("\"}".getBytes(StandardCharsets.UTF_8));
    return out.toByteArray();
  }
}
