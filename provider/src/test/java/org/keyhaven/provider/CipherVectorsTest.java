package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.Provider;
import java.security.Security;
import java.security.Signature;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.Hash;
import org.keyhaven.client.wire.KeyOperation;
import org.keyhaven.server.keys.Wycheproof;
import org.keyhaven.server.keys.Wycheproof.Vector;

/** Project Wycheproof's vectors through JCA: each one's key is imported into the HSM, then used by our services. */
class CipherVectorsTest {
  private static final Map<String, Key> IMPORTED = new HashMap<>();
  private static final boolean ALL = "all".equals(System.getProperty("keyhaven.vectors"));
  private static KeyhavenProvider hsm;

  @BeforeAll
  static void configure() throws IOException {
    Wycheproof.require();
    hsm = RemoteKeys.hsmProvider();
  }

  /** What a vector gives: the result, or nothing when it is refused; null when no vault takes it. */
  private interface Attempt {
    Optional<byte[]> at(Vector vector) throws GeneralSecurityException;
  }

  /** @param expected the member with what a valid vector gives */
  private static void run(String file, String expected, Attempt attempt) throws IOException, GeneralSecurityException {
    int run = 0;
    int notTaken = 0;
    for (Vector vector : Wycheproof.read(file)) {
      Optional<byte[]> result = attempt.at(vector);
      if (result == null) {
        notTaken++;
        continue;
      }
      run++;
      switch (vector.result()) {
        case "valid" -> assertThat(result).as(vector.toString())
            .hasValueSatisfying(bytes -> assertThat(bytes).isEqualTo(vector.hex(expected)));
        case "invalid" -> assertThat(result).as(vector.toString()).isEmpty();
        default -> result.ifPresent(bytes -> assertThat(bytes).as(vector.toString()).isEqualTo(vector.hex(expected)));
      }
    }
    System.out.printf("Wycheproof %s through JCA: %d run, %d not taken%n", file, run, notTaken);
    assertThat(run).isPositive();
  }

  /** What cannot be opened is said by one of two exceptions, and by no other. */
  private static Optional<byte[]> opened(String name, Key key, AlgorithmParameterSpec parameters, byte[] ciphertext)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(name, hsm);
    cipher.init(Cipher.DECRYPT_MODE, key, parameters);
    try {
      return Optional.of(cipher.doFinal(ciphertext));
    } catch (BadPaddingException | IllegalBlockSizeException e) {
      return Optional.empty();
    }
  }

  private static Key oct(Vector vector) throws GeneralSecurityException {
    String hex = vector.test().path("key").asString();
    if (!IMPORTED.containsKey(hex)) {
      IMPORTED.put(hex, RemoteKeys.imported(hsm, new SecretKeySpec(HexFormat.of().parseHex(hex), "AES")));
    }
    return IMPORTED.get(hex);
  }

  private static VaultPrivateKey rsa(Vector vector) throws GeneralSecurityException {
    String hex = vector.group().path("privateKeyPkcs8").asString();
    if (!IMPORTED.containsKey(hex)) {
      KeyFactory factory = KeyFactory.getInstance("RSA", "SunRsaSign");
      RSAPrivateCrtKey key =
          (RSAPrivateCrtKey) factory.generatePrivate(new PKCS8EncodedKeySpec(HexFormat.of().parseHex(hex)));
      KeyPair pair = new KeyPair(
          factory.generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent())), key);
      IMPORTED.put(hex, RemoteKeys.imported(hsm, pair));
    }
    return (VaultPrivateKey) IMPORTED.get(hex);
  }

  /** Longer keys cost seconds to import; the first of a file will do. With -Dkeyhaven.vectors=all, each. */
  private static boolean keyIsTaken(Vector vector) {
    return ALL || vector.group().path("keySize").asInt() <= 2048 || vector.test().path("tcId").asInt() == 1
        || IMPORTED.containsKey(vector.group().path("privateKeyPkcs8").asString());
  }

  @Test
  void gcm() throws Exception {
    run("aes_gcm_test.json", "msg", vector -> {
      if (vector.hex("iv").length != 12 || vector.hex("tag").length != 16 || vector.hex("ct").length == 0) {
        return null;
      }
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", hsm);
      cipher.init(Cipher.DECRYPT_MODE, oct(vector), new GCMParameterSpec(128, vector.hex("iv")));
      cipher.updateAAD(vector.hex("aad"));
      cipher.update(vector.hex("ct"));
      try {
        return Optional.of(cipher.doFinal(vector.hex("tag")));
      } catch (BadPaddingException e) {
        return Optional.empty();
      }
    });
  }

  @Test
  void cbcWithPadding() throws Exception {
    run("aes_cbc_pkcs5_test.json", "msg", vector -> opened("AES/CBC/PKCS5Padding", oct(vector),
        new IvParameterSpec(vector.hex("iv")), vector.hex("ct")).filter(plain -> vector.hex("ct").length > 0));
  }

  @ParameterizedTest
  @CsvSource({"aes_wrap_test.json,AES/KW/NoPadding", "aes_kwp_test.json,AES/KWP/NoPadding"})
  void keyWrap(String file, String name) throws Exception {
    run(file, "msg", vector -> opened(name, oct(vector), null, vector.hex("ct")));
  }

  @ParameterizedTest
  @CsvSource({"rsa_oaep_2048_sha1_mgf1sha1_test.json,RSA_OAEP", "rsa_oaep_*_sha256_mgf1sha256_test.json,RSA_OAEP_256",
      "rsa_pkcs1_2048_test.json,RSA1_5", "rsa_pkcs1_3072_test.json,RSA1_5", "rsa_pkcs1_4096_test.json,RSA1_5"})
  void rsa(String file, EncryptionAlgorithm row) throws Exception {
    boolean oaep = row.oaepDigest() != null;
    run(file, "msg", vector -> {
      boolean labelled = !vector.test().path("label").asString("").isEmpty() && vector.result().equals("valid");
      return labelled || !keyIsTaken(vector) ? null : opened(oaep ? "RSA/ECB/OAEPPadding" : "RSA/ECB/PKCS1Padding",
          rsa(vector), oaep ? OaepParameters.of(row) : null, vector.hex("ct"));
    });
  }

  @ParameterizedTest
  @ValueSource(ints = {2048, 3072, 4096})
  void rsaSignaturesAreTheOnesThatPkcs1Makes(int bits) throws Exception {
    run("rsa_pkcs1_" + bits + "_sig_gen_test.json", "sig", vector -> {
      String name = vector.group().path("sha").asString().replace("-", "") + "withRSA";
      if (hsm.getService("Signature", name) == null) {
        return null;
      }
      Signature signature = Signature.getInstance(name, hsm);
      signature.initSign(rsa(vector));
      signature.update(vector.hex("msg"));
      return Optional.of(signature.sign());
    });
  }

  /** The salt is random, so that the vectors' keys and messages are what there is: the JDK and Bouncy Castle verify. */
  @ParameterizedTest
  @ValueSource(ints = {2048, 3072, 4096})
  void pssSignaturesOfTheSameKeysVerifyElsewhere(int bits) throws Exception {
    int run = 0;
    for (Vector vector : Wycheproof.read("rsa_pkcs1_" + bits + "_sig_gen_test.json")) {
      for (Hash hash : Hash.values()) {
        if (vector.group().path("sha").asString().equals(hash.digestName())) {
          Signature signer = Signature.getInstance("RSASSA-PSS", hsm);
          signer.setParameter(PssParameters.of(hash));
          signer.initSign(rsa(vector));
          signer.update(vector.hex("msg"));
          byte[] signature = signer.sign();
          for (Provider other : List.of(Security.getProvider("SunRsaSign"), new BouncyCastleProvider())) {
            Signature verifier = Signature.getInstance("RSASSA-PSS", other);
            verifier.setParameter(PssParameters.of(hash));
            verifier.initVerify(((VaultRsaPrivateKey) rsa(vector)).publicKey());
            verifier.update(vector.hex("msg"));
            assertThat(verifier.verify(signature)).as(other.getName() + " " + vector).isTrue();
          }
          run++;
        }
      }
    }
    System.out.printf("PSS signatures with the RSA-%d keys of Wycheproof through JCA: %d%n", bits, run);
    assertThat(run).isPositive();
  }

  @ParameterizedTest
  @ValueSource(ints = {256, 384, 512})
  void hmac(int bits) throws Exception {
    run("hmac_sha" + bits + "_test.json", "tag", vector -> {
      byte[] octets = vector.hex("key");
      // SoftHSM wants a key as long as the hash and of 64 bytes at most, a vault a message, and JCA gives the whole tag.
      if (octets.length < bits / 8 || octets.length > 64 || vector.hex("msg").length == 0
          || vector.group().path("tagSize").asInt() != bits) {
        return null;
      }
      String id = "mac" + vector.test().path("key").asString();
      if (!IMPORTED.containsKey(id)) {
        IMPORTED.put(id,
            RemoteKeys.imported(hsm, new SecretKeySpec(octets, "HMAC"), KeyOperation.SIGN, KeyOperation.VERIFY));
      }
      Mac mac = Mac.getInstance("HmacSHA" + bits, hsm);
      mac.init(IMPORTED.get(id));
      byte[] tag = mac.doFinal(vector.hex("msg"));
      return MessageDigest.isEqual(tag, vector.hex("tag")) ? Optional.of(tag) : Optional.empty();
    });
  }
}
