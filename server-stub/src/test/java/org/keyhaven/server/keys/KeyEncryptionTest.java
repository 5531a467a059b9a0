package org.keyhaven.server.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.keyhaven.server.keys.KeysApi.badParameter;
import static org.keyhaven.server.keys.KeysApi.bytes;
import static org.keyhaven.server.keys.KeysApi.member;
import static org.keyhaven.server.keys.KeysApi.ok;
import static org.keyhaven.server.keys.KeysApi.refused;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.MGF1ParameterSpec;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.Wrapper;
import org.bouncycastle.crypto.engines.AESWrapEngine;
import org.bouncycastle.crypto.engines.AESWrapPadEngine;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.EncryptionAlgorithm.Scheme;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.SignatureAlgorithm;
import org.keyhaven.server.http.TestServer;
import org.keyhaven.server.http.TestServer.Reply;
import org.keyhaven.server.vaults.VaultKind;
import tools.jackson.databind.JsonNode;

/** encrypt, decrypt, wrapKey and unwrapKey, and HMAC: each checked against another implementation, in both directions. */
class KeyEncryptionTest {
  private static final byte[] OCTETS = new byte[32];
  private static final byte[] VALUE = "exactly 32 bytes, two AES blocks".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] IV = "sixteen bytes iv".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] AAD = "authenticated, not encrypted".getBytes(StandardCharsets.US_ASCII);
  private static TestServer server;
  private static KeysApi vault;
  private static KeysApi managedHsm;

  @BeforeAll
  static void start(@TempDir Path directory) {
    server = TestServer.start(directory, database -> new KeyRoutes(database, Clock.systemUTC()).routes());
    vault = new KeysApi(server.client());
    managedHsm = new KeysApi(server.client().in(VaultKind.MANAGED_HSM));
    new SecureRandom().nextBytes(OCTETS);
    for (KeysApi api : List.of(vault, managedHsm)) {
      api.importKey("rsa", LocalKeys.rsaJwk("RSA", LocalKeys.rsa().getPrivate(), ""), "");
    }
    for (int bits : new int[] {128, 192, 256}) {
      managedHsm.importKey("oct-" + bits, LocalKeys.octJwk(octets(bits), ""), "");
    }
    managedHsm.importKey("mac", LocalKeys.octJwk(OCTETS, ",\"key_ops\":[\"sign\",\"verify\"]"), "");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static byte[] octets(int bits) {
    return Arrays.copyOf(OCTETS, bits / 8);
  }

  private static int bits(EncryptionAlgorithm algorithm) {
    return algorithm.keyBits() == 0 ? 256 : algorithm.keyBits();
  }

  private static String name(EncryptionAlgorithm algorithm) {
    return algorithm.keyFamily() == KeyType.Family.RSA ? "rsa" : "oct-" + bits(algorithm);
  }

  /** What has another padding is padded as PKCS #1 v1.5 has it, too, by chance: once in some 430 times. */
  private static boolean beginsLikePkcs1(byte[] ciphertext) {
    RSAPrivateKey key = (RSAPrivateKey) LocalKeys.rsa().getPrivate();
    BigInteger encoded = new BigInteger(1, ciphertext).modPow(key.getPrivateExponent(), key.getModulus());
    return encoded.shiftRight(8 * (ciphertext.length - 2)).intValue() == 2;
  }

  /** As another implementation does it; GCM's tag stands behind the ciphertext. */
  private static byte[] locally(EncryptionAlgorithm algorithm, boolean encrypt, byte[] value, byte[] iv)
      throws GeneralSecurityException, InvalidCipherTextException {
    int mode = encrypt ? Cipher.ENCRYPT_MODE : Cipher.DECRYPT_MODE;
    Scheme scheme = algorithm.scheme();
    switch (scheme) {
      case RSA_PKCS1, RSA_OAEP -> {
        Cipher cipher = Cipher.getInstance(scheme == Scheme.RSA_OAEP ? "RSA/ECB/OAEPPadding" : "RSA/ECB/PKCS1Padding");
        cipher.init(mode, encrypt ? LocalKeys.rsa().getPublic() : LocalKeys.rsa().getPrivate(),
            scheme == Scheme.RSA_PKCS1 ? null : new OAEPParameterSpec(algorithm.oaepDigest(), "MGF1",
                new MGF1ParameterSpec(algorithm.oaepDigest()), PSource.PSpecified.DEFAULT));
        return cipher.doFinal(value);
      }
      case AES_KW, AES_KWP -> {
        Wrapper wrapper = scheme == Scheme.AES_KW ? new AESWrapEngine() : new AESWrapPadEngine();
        wrapper.init(encrypt, new KeyParameter(octets(bits(algorithm))));
        return encrypt ? wrapper.wrap(value, 0, value.length) : wrapper.unwrap(value, 0, value.length);
      }
      default -> {
        Cipher cipher = Cipher.getInstance(scheme == Scheme.AES_GCM ? "AES/GCM/NoPadding"
            : scheme == Scheme.AES_CBC ? "AES/CBC/NoPadding" : "AES/CBC/PKCS5Padding");
        cipher.init(mode, new SecretKeySpec(octets(bits(algorithm)), "AES"),
            scheme == Scheme.AES_GCM ? new GCMParameterSpec(128, iv) : new IvParameterSpec(iv));
        if (scheme == Scheme.AES_GCM) {
          cipher.updateAAD(AAD);
        }
        return cipher.doFinal(value);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(EncryptionAlgorithm.class)
  void whatTheVaultEncryptsAnotherDecryptsAndTheOtherWayRound(EncryptionAlgorithm algorithm) throws Exception {
    boolean gcm = algorithm.scheme() == Scheme.AES_GCM;
    boolean cbc = algorithm.scheme() == Scheme.AES_CBC || algorithm.scheme() == Scheme.AES_CBC_PAD;
    List<KeysApi> apis = new ArrayList<>(List.of(managedHsm));
    if (algorithm.keyFamily() == KeyType.Family.RSA) {
      apis.add(vault);
    }
    List<String[]> operations = new ArrayList<>();
    if (algorithm.encrypts()) {
      operations.add(new String[] {"encrypt", "decrypt"});
    }
    if (algorithm.wraps()) {
      operations.add(new String[] {"wrapkey", "unwrapkey"});
    }
    for (KeysApi api : apis) {
      String name = name(algorithm);
      String kid = ok(api.client().get("/keys/" + name)).path("key").path("kid").asString();
      for (String[] pair : operations) {
        JsonNode result = ok(api.run(name, pair[0], algorithm.wireName(), VALUE,
            cbc ? member("iv", IV) : gcm ? member("aad", AAD) : ""));
        assertThat(result.path("kid").asString()).isEqualTo(kid);
        assertThat(result.has("iv")).isEqualTo(gcm || cbc);
        assertThat(result.has("tag")).isEqualTo(gcm);
        assertThat(result.has("aad")).isEqualTo(gcm);
        byte[] ciphertext = bytes(result.path("value"));
        byte[] iv = gcm || cbc ? bytes(result.path("iv")) : null;
        assertThat(locally(algorithm, false, gcm ? concat(ciphertext, bytes(result.path("tag"))) : ciphertext, iv))
            .isEqualTo(VALUE);

        byte[] local = locally(algorithm, true, VALUE, gcm ? Arrays.copyOf(IV, 12) : IV);
        String more = gcm ? member("iv", Arrays.copyOf(IV, 12)) + member("aad", AAD)
            + member("tag", Arrays.copyOfRange(local, local.length - 16, local.length)) : cbc ? member("iv", IV) : "";
        JsonNode opened = ok(api.run(name, pair[1], algorithm.wireName(),
            gcm ? Arrays.copyOf(local, local.length - 16) : local, more));
        assertThat(opened.path("kid").asString()).isEqualTo(kid);
        assertThat(bytes(opened.path("value"))).isEqualTo(VALUE);
      }
    }
  }

  private static byte[] concat(byte[] one, byte[] two) {
    byte[] both = Arrays.copyOf(one, one.length + two.length);
    System.arraycopy(two, 0, both, one.length, two.length);
    return both;
  }

  @ParameterizedTest
  @EnumSource(value = EncryptionAlgorithm.class, names = "RSA.*", mode = EnumSource.Mode.MATCH_ALL)
  void whateverIsWrongWithAnRsaCiphertextTheAnswerIsTheSame(EncryptionAlgorithm algorithm) throws Exception {
    byte[] good = locally(algorithm, true, VALUE, null);
    byte[] changed = good.clone();
    do {
      changed[100]++;
    } while (beginsLikePkcs1(changed));
    byte[] large = good.clone();
    Arrays.fill(large, (byte) 0xff);
    String other = algorithm == EncryptionAlgorithm.RSA1_5 ? "RSA-OAEP" : "RSA1_5";
    byte[] otherPadding;
    do {
      otherPadding = locally(EncryptionAlgorithm.fromWire(other), true, VALUE, null);
    } while (algorithm == EncryptionAlgorithm.RSA1_5 && beginsLikePkcs1(otherPadding));
    for (KeysApi api : List.of(vault, managedHsm)) {
      Set<String> answers = new HashSet<>();
      for (byte[] bad : List.of(changed, otherPadding, new byte[256], large)) {
        for (String operation : List.of("decrypt", "unwrapkey")) {
          Reply reply = api.run("rsa", operation, algorithm.wireName(), bad, "");
          badParameter(reply);
          answers.add(reply.text());
        }
      }
      assertThat(answers).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource(value = EncryptionAlgorithm.class, names = "RSA.*", mode = EnumSource.Mode.MATCH_ALL)
  void theLongestValueIsWhatThePaddingLeaves(EncryptionAlgorithm algorithm) {
    int most = 256 - (algorithm == EncryptionAlgorithm.RSA1_5 ? 11 : algorithm == EncryptionAlgorithm.RSA_OAEP ? 42 : 66);
    byte[] ciphertext = vault.done("rsa", "encrypt", algorithm.wireName(), new byte[most], "");
    assertThat(vault.done("rsa", "decrypt", algorithm.wireName(), ciphertext, "")).isEqualTo(new byte[most]);
    badParameter(vault.run("rsa", "encrypt", algorithm.wireName(), new byte[most + 1], ""));
    badParameter(vault.run("rsa", "encrypt", algorithm.wireName(), new byte[0], ""));
    badParameter(vault.run("rsa", "encrypt", algorithm.wireName(), VALUE, member("aad", AAD)));
  }

  @Test
  void gcmHasAnIvOfItsOwnEachTimeAndAuthenticatesEverything() {
    JsonNode one = ok(managedHsm.run("oct-256", "encrypt", "A256GCM", VALUE, member("aad", AAD)));
    JsonNode two = ok(managedHsm.run("oct-256", "encrypt", "A256GCM", VALUE, member("aad", AAD)));
    assertThat(one.path("iv")).isNotEqualTo(two.path("iv"));
    badParameter(managedHsm.run("oct-256", "encrypt", "A256GCM", VALUE, member("iv", new byte[12])));
    byte[] value = bytes(one.path("value"));
    byte[] iv = bytes(one.path("iv"));
    byte[] tag = bytes(one.path("tag"));
    assertThat(managedHsm.done("oct-256", "decrypt", "A256GCM", value, member("iv", iv) + member("tag", tag)
        + member("aad", AAD))).isEqualTo(VALUE);
    Set<String> answers = new HashSet<>();
    for (String more : List.of(member("iv", iv) + member("tag", tag),
        member("iv", iv) + member("tag", new byte[16]) + member("aad", AAD),
        member("iv", new byte[12]) + member("tag", tag) + member("aad", AAD),
        member("iv", iv) + member("tag", tag) + member("aad", VALUE))) {
      Reply reply = managedHsm.run("oct-256", "decrypt", "A256GCM", value, more);
      badParameter(reply);
      answers.add(reply.text());
    }
    assertThat(answers).hasSize(1);
    for (String more : List.of("", member("iv", iv), member("tag", tag), member("iv", new byte[16]) + member("tag", tag),
        member("iv", iv) + member("tag", Arrays.copyOf(tag, 8)))) {
      badParameter(managedHsm.run("oct-256", "decrypt", "A256GCM", value, more + member("aad", AAD)));
    }
  }

  @Test
  void cbcNeedsItsIvAndWholeBlocksUnlessPadded() {
    badParameter(managedHsm.run("oct-128", "encrypt", "A128CBC", VALUE, ""));
    badParameter(managedHsm.run("oct-128", "encrypt", "A128CBC", VALUE, member("iv", new byte[12])));
    badParameter(managedHsm.run("oct-128", "encrypt", "A128CBC", Arrays.copyOf(VALUE, 31), member("iv", IV)));
    badParameter(managedHsm.run("oct-128", "encrypt", "A128CBCPAD", VALUE, ""));
    // It ends in a letter, which no padding does.
    byte[] unpadded = managedHsm.done("oct-128", "encrypt", "A128CBC", VALUE, member("iv", IV));
    badParameter(managedHsm.run("oct-128", "decrypt", "A128CBCPAD", unpadded, member("iv", IV)));
    byte[] odd = managedHsm.done("oct-128", "encrypt", "A128CBCPAD", Arrays.copyOf(VALUE, 31), member("iv", IV));
    assertThat(managedHsm.done("oct-128", "decrypt", "A128CBCPAD", odd, member("iv", IV)))
        .isEqualTo(Arrays.copyOf(VALUE, 31));
  }

  @Test
  void keyAndAlgorithmAndOperationMustFit() {
    for (String algorithm : List.of("A128GCM", "A192KW", "RSA-OAEP", "RS256", "XX")) {
      badParameter(managedHsm.run("oct-256", "encrypt", algorithm, VALUE, ""));
      badParameter(managedHsm.run("oct-256", "wrapkey", algorithm, VALUE, ""));
    }
    badParameter(managedHsm.run("oct-256", "encrypt", "A256KW", VALUE, ""));
    badParameter(managedHsm.run("oct-256", "decrypt", "A256KW", VALUE, ""));
    badParameter(managedHsm.run("oct-256", "wrapkey", "A256GCM", VALUE, ""));
    badParameter(managedHsm.run("oct-256", "unwrapkey", "A256CBC", VALUE, member("iv", IV)));
    badParameter(vault.run("rsa", "encrypt", "A256GCM", VALUE, ""));
    badParameter(managedHsm.run("oct-256", "wrapkey", "A256KW", Arrays.copyOf(VALUE, 20), ""));
    badParameter(managedHsm.run("oct-256", "unwrapkey", "A256KW", VALUE, ""));
    badParameter(vault.client().post("/keys/rsa/encrypt", "{}"));
    badParameter(vault.client().post("/keys/rsa/encrypt", "{\"alg\":\"RSA-OAEP\"}"));
    badParameter(vault.client().post("/keys/rsa/unwrapkey", "{\"value\":\"AAAA\"}"));
  }

  @Test
  void keyOperationsDecideWhatAKeyDoes() {
    vault.create("encrypts", "{\"kty\":\"RSA\",\"key_ops\":[\"encrypt\",\"unwrapKey\"]}");
    byte[] ciphertext = vault.done("encrypts", "encrypt", "RSA-OAEP", VALUE, "");
    refused(vault.run("encrypts", "decrypt", "RSA-OAEP", ciphertext, ""), 403, "Forbidden", "KeyOperationForbidden");
    refused(vault.run("encrypts", "wrapkey", "RSA-OAEP", VALUE, ""), 403, "Forbidden", "KeyOperationForbidden");
    assertThat(vault.done("encrypts", "unwrapkey", "RSA-OAEP", ciphertext, "")).isEqualTo(VALUE);
    vault.create("ec", "{\"kty\":\"EC\"}");
    refused(vault.run("ec", "encrypt", "RSA-OAEP", VALUE, ""), 403, "Forbidden", "KeyOperationForbidden");
    refused(managedHsm.run("oct-256", "sign", "HS256", VALUE, ""), 403, "Forbidden", "KeyOperationForbidden");
    refused(managedHsm.run("mac", "encrypt", "A256GCM", VALUE, ""), 403, "Forbidden", "KeyOperationForbidden");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nbf", "exp"})
  void outsideItsTimesAKeyOnlyDecryptsAndUnwraps(String bound) {
    long now = Instant.now().getEpochSecond();
    String name = "times-" + bound;
    vault.create(name, "{\"kty\":\"RSA\"}");
    byte[] ciphertext = vault.done(name, "encrypt", "RSA-OAEP-256", VALUE, "");
    ok(vault.client().patch("/keys/" + name,
        "{\"attributes\":{\"" + bound + "\":" + (bound.equals("nbf") ? now + 1000 : now - 1000) + "}}"));
    String inner = bound.equals("nbf") ? "KeyNotYetValid" : "KeyExpired";
    refused(vault.run(name, "encrypt", "RSA-OAEP-256", VALUE, ""), 403, "Forbidden", inner);
    refused(vault.run(name, "wrapkey", "RSA-OAEP-256", VALUE, ""), 403, "Forbidden", inner);
    refused(vault.run(name, "sign", "RS256", VALUE, ""), 403, "Forbidden", inner);
    assertThat(vault.done(name, "decrypt", "RSA-OAEP-256", ciphertext, "")).isEqualTo(VALUE);
    assertThat(vault.done(name, "unwrapkey", "RSA-OAEP-256", ciphertext, "")).isEqualTo(VALUE);
    ok(vault.client().patch("/keys/" + name, "{\"attributes\":{\"enabled\":false}}"));
    refused(vault.run(name, "decrypt", "RSA-OAEP-256", ciphertext, ""), 403, "Forbidden", "KeyDisabled");
    refused(vault.run(name, "unwrapkey", "RSA-OAEP-256", ciphertext, ""), 403, "Forbidden", "KeyDisabled");
  }

  @ParameterizedTest
  @EnumSource(value = SignatureAlgorithm.class, names = "HS.*", mode = EnumSource.Mode.MATCH_ALL)
  void hmacIsWhatAnotherComputesAndNothingElseVerifies(SignatureAlgorithm algorithm) throws Exception {
    Mac mac = Mac.getInstance("Hmac" + algorithm.hash().signaturePrefix());
    mac.init(new SecretKeySpec(OCTETS, "HMAC"));
    byte[] expected = mac.doFinal(VALUE);
    assertThat(managedHsm.done("mac", "sign", algorithm.wireName(), VALUE, "")).isEqualTo(expected);
    assertThat(managedHsm.verified("mac", algorithm.wireName(), VALUE, expected)).isTrue();
    byte[] wrong = expected.clone();
    wrong[0] ^= 1;
    for (byte[] bad : List.of(wrong, new byte[0], Arrays.copyOf(expected, 16), Arrays.copyOf(expected, 80))) {
      assertThat(managedHsm.verified("mac", algorithm.wireName(), VALUE, bad)).isFalse();
    }
    assertThat(managedHsm.verified("mac", algorithm.wireName(), IV, expected)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 192, 256})
  void aGeneratedSymmetricKeyEncryptsAndWraps(int bits) {
    String name = "made-" + bits;
    JsonNode key = managedHsm.create(name, "{\"kty\":\"oct-HSM\",\"key_size\":" + bits + "}").path("key");
    assertThat(key.propertyNames()).containsExactlyInAnyOrder("kid", "kty", "key_ops");
    JsonNode result = ok(managedHsm.run(name, "encrypt", "A" + bits + "GCM", VALUE, ""));
    assertThat(managedHsm.done(name, "decrypt", "A" + bits + "GCM", bytes(result.path("value")),
        member("iv", bytes(result.path("iv"))) + member("tag", bytes(result.path("tag"))))).isEqualTo(VALUE);
    byte[] wrapped = managedHsm.done(name, "wrapkey", "CKM_AES_KEY_WRAP_PAD", Arrays.copyOf(VALUE, 21), "");
    assertThat(managedHsm.done(name, "unwrapkey", "CKM_AES_KEY_WRAP_PAD", wrapped, "")).isEqualTo(Arrays.copyOf(VALUE, 21));
    badParameter(managedHsm.client().post("/keys/never/create", "{\"kty\":\"oct-HSM\",\"key_size\":" + (bits + 8) + "}"));
  }

  @Test
  void randomBytesComeFromAManagedHsmAlone() {
    Set<String> seen = new HashSet<>();
    for (int count : new int[] {1, 16, 32, 128}) {
      JsonNode answer = ok(managedHsm.client().post("/rng", "{\"count\":" + count + "}"));
      assertThat(bytes(answer.path("value"))).hasSize(count);
      assertThat(seen.add(answer.toString())).isTrue();
    }
    for (String body : List.of("{}", "{\"count\":0}", "{\"count\":129}", "{\"count\":-1}", "{\"count\":\"5\"}",
        "{\"count\":99999999999}", "{\"count\":1.5}", "[]", "")) {
      badParameter(managedHsm.client().post("/rng", body));
    }
    refused(vault.client().post("/rng", "{\"count\":16}"), 404, "NotFound", "");
    refused(managedHsm.client().as("Bearer reader").post("/rng", "{\"count\":16}"), 403, "Forbidden", "ForbiddenByPolicy");
  }
}
