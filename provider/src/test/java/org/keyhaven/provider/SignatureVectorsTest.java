package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.client.wire.Hash;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.server.keys.Wycheproof;
import org.keyhaven.server.keys.Wycheproof.Vector;

/** Project Wycheproof's signatures, verified by the services of this provider by name. Public keys need no vault. */
class SignatureVectorsTest {
  private static final KeyhavenProvider PROVIDER = new KeyhavenProvider();

  /** Valid ECDSA signatures cost seconds; every eighth will do. With -Dkeyhaven.vectors=all, each. */
  private static final boolean ALL = "all".equals(System.getProperty("keyhaven.vectors"));

  /**
   * SunEC, to which verification with a public key goes: it takes a negative integer of DER for the positive one that was
   * meant, and halves of r||s that are too short; and it refuses r that stands for an x beyond the order, which chance never
   * makes.
   */
  private static final Pattern SUN_EC_DIFFERS =
      Pattern.compile("ASN encoding of [rs] misses leading 0|incorrect size of signature|k\\*G has a large x-coordinate"
          + "|is the smallest possible x with a reduction");

  @BeforeAll
  static void require() {
    Wycheproof.require();
  }

  /** A signature with parameters and key; null for a vector that is none of the service's. */
  private interface Verifier {
    Signature with(Provider provider) throws GeneralSecurityException;
  }

  private interface Choice {
    Verifier forVector(Vector vector) throws GeneralSecurityException;
  }

  /** Whatever is decided otherwise than Wycheproof says must be among what is known of the JDK that verifies. */
  private static void run(String files, String jdk, Choice choice) throws IOException, GeneralSecurityException {
    int run = 0;
    int notTaken = 0;
    int explained = 0;
    for (Vector vector : Wycheproof.read(files)) {
      Verifier verifier = choice.forVector(vector);
      if (verifier == null) {
        notTaken++;
        continue;
      }
      run++;
      boolean valid = verifies(verifier.with(PROVIDER), vector);
      if (!vector.result().equals("acceptable") && valid != vector.result().equals("valid")) {
        assertThat(vector.toString()).containsPattern(SUN_EC_DIFFERS);
        assertThat(verifies(verifier.with(Security.getProvider(jdk)), vector)).as(vector.toString()).isEqualTo(valid);
        explained++;
      }
    }
    System.out.printf("Wycheproof %s, verified through JCA on JDK %d: %d run, %d not taken, %d where %s differs%n", files,
        Runtime.version().feature(), run, notTaken, explained, jdk);
    assertThat(run).isPositive();
  }

  /** JCA says in two ways that a signature is wrong, and in no other. */
  private static boolean verifies(Signature signature, Vector vector) throws SignatureException {
    signature.update(vector.hex("msg"));
    try {
      return signature.verify(vector.hex("sig"));
    } catch (SignatureException e) {
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"secp256r1", "secp384r1", "secp521r1", "secp256k1"})
  void ecdsa(String curve) throws Exception {
    run("ecdsa_" + curve + "_*_test.json", "SunEC", vector -> {
      if (!ALL && vector.result().equals("valid") && vector.test().path("tcId").asInt() % 8 != 1) {
        return null;
      }
      boolean p1363 = vector.group().path("type").asString().equals("EcdsaP1363Verify");
      return verifier(prefix(vector) + (p1363 ? "withECDSAinP1363Format" : "withECDSA"), null, ec(vector));
    });
  }

  @ParameterizedTest
  @ValueSource(ints = {2048, 3072, 4096})
  void pkcs1(int bits) throws Exception {
    run("rsa_signature_" + bits + "_*_test.json", "SunRsaSign",
        vector -> verifier(prefix(vector) + "withRSA", null, rsa(vector)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2048", "3072", "4096", "misc"})
  void pssWithParameters(String kind) throws Exception {
    run("rsa_pss_" + kind + "*_test.json", "SunRsaSign",
        vector -> verifier("RSASSA-PSS", parameters(vector), rsa(vector)));
  }

  /** The names that fix the hash have parameters of their own, those of the vault. */
  @Test
  void pssByName() throws Exception {
    run("rsa_pss_*_test.json", "SunRsaSign", vector -> {
      String given = parameters(vector).toString();
      boolean own = Arrays.stream(Hash.values()).anyMatch(hash -> PssParameters.of(hash).toString().equals(given));
      return own ? verifier(prefix(vector) + "withRSAandMGF1", null, rsa(vector)) : null;
    });
  }

  private static Verifier verifier(String name, PSSParameterSpec parameters, PublicKey key) {
    return provider -> {
      Signature signature = Signature.getInstance(name, provider);
      if (parameters != null) {
        signature.setParameter(parameters);
      }
      signature.initVerify(key);
      return signature;
    };
  }

  private static String prefix(Vector vector) {
    return vector.group().path("sha").asString().replace("-", "");
  }

  private static PSSParameterSpec parameters(Vector vector) {
    return new PSSParameterSpec(vector.group().path("sha").asString(), "MGF1",
        new MGF1ParameterSpec(vector.group().path("mgfSha").asString()), vector.group().path("sLen").asInt(),
        PSSParameterSpec.TRAILER_FIELD_BC);
  }

  private static PublicKey ec(Vector vector) throws GeneralSecurityException {
    KeyCurve curve = Arrays.stream(KeyCurve.values())
        .filter(one -> one.standardName().equals(vector.group().path("publicKey").path("curve").asString())).findFirst()
        .orElseThrow();
    return PublicKeys.of(JsonWebKey.ec(KeyType.EC, curve, integer(vector, "wx").toByteArray(),
        integer(vector, "wy").toByteArray()));
  }

  private static PublicKey rsa(Vector vector) throws GeneralSecurityException {
    return KeyFactory.getInstance("RSA", "SunRsaSign")
        .generatePublic(new RSAPublicKeySpec(integer(vector, "modulus"), integer(vector, "publicExponent")));
  }

  private static BigInteger integer(Vector vector, String member) {
    return new BigInteger(vector.group().path("publicKey").path(member).asString(), 16);
  }
}
