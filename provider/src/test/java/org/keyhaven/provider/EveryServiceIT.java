package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Security;
import java.security.Signature;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.keyhaven.client.wire.Hash;
import org.keyhaven.client.wire.KeyOperation;

/**
 * Every service does its job with keys in a real HSM, and independent implementations agree in both directions. The rows are
 * what the provider registers: a new name is tried at once, and a new kind of service fails until it has a row here.
 */
class EveryServiceIT {
  private static final byte[] MESSAGE = "a message of no whole number of blocks".getBytes(StandardCharsets.UTF_8);
  private static final SecureRandom RANDOM = new SecureRandom();
  private static KeyhavenProvider hsm;
  private static KeyPair rsa;
  private static VaultPrivateKey remoteRsa;

  @BeforeAll
  static void importKeys() throws Exception {
    hsm = RemoteKeys.hsmProvider();
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA", "SunRsaSign");
    generator.initialize(2048);
    rsa = generator.generateKeyPair();
    remoteRsa = RemoteKeys.imported(hsm, rsa);
  }

  private static List<String> algorithms(String type) {
    return new KeyhavenProvider().getServices().stream().filter(service -> service.getType().equals(type))
        .map(Provider.Service::getAlgorithm).sorted().toList();
  }

  @Test
  void everyKindOfServiceHasATest() {
    // Signature is ServicesIT's, KeyStore VaultKeyStoreIT's; the others are here.
    List<String> types = new KeyhavenProvider().getServices().stream().map(Provider.Service::getType).distinct().toList();
    assertThat(types).containsExactlyInAnyOrder("Cipher", "KeyGenerator", "KeyPairGenerator", "KeyStore", "Mac",
        "SecureRandom", "Signature");
    List<Object> signatures = ServicesIT.signatures().stream().map(row -> row.get()[0]).distinct().toList();
    assertThat(signatures).containsExactlyInAnyOrderElementsOf(algorithms("Signature"));
    assertThat(algorithms("KeyStore")).containsExactly(KeyhavenProvider.NAME);
  }

  static List<Arguments> ciphers() {
    List<Arguments> rows = new ArrayList<>();
    for (String name : algorithms("Cipher")) {
      for (int bits : name.startsWith("RSA") ? new int[] {2048} : new int[] {128, 192, 256}) {
        rows.add(Arguments.of(name, bits));
      }
    }
    return rows;
  }

  @ParameterizedTest
  @MethodSource("ciphers")
  void eachCipherAgreesWithOthersBothWays(String name, int bits) throws Exception {
    if (name.startsWith("RSA")) {
      AlgorithmParameterSpec parameters = name.contains("SHA-256") ? oaep("SHA-256") : null;
      for (Provider other : List.of(Security.getProvider("SunJCE"), new BouncyCastleProvider())) {
        opens(name, hsm, remoteRsa, name, other, rsa.getPublic(), parameters);
        opens(name, hsm, remoteRsa, name, hsm, rsa.getPublic(), parameters);
      }
      return;
    }
    SecretKey key = new SecretKeySpec(random(bits / 8), "AES");
    VaultSecretKey remote = RemoteKeys.imported(hsm, key);
    assertThat(remote.bits()).hasValue(bits);
    // Azure does not say the length before api-version 2026-04-01.
    VaultSecretKey unsized = hsm.session(hsm.settings()).secretKey(remote.id(), "AES", null);
    for (Provider other : List.of(Security.getProvider("SunJCE"), new BouncyCastleProvider())) {
      String otherName = nameIn(other, name);
      opens(name, hsm, remote, otherName, other, key, null);
      opens(otherName, other, key, name, hsm, unsized, null);
    }
  }

  /** What is sealed by one is opened by the other: data, and keys. */
  private static void opens(String opening, Provider opener, Key openingKey, String sealing, Provider sealer, Key sealingKey,
      AlgorithmParameterSpec parameters) throws GeneralSecurityException {
    byte[] data = opening.contains("KW") || opening.contains("AESWrap") || opening.contains("CBC/NoPadding")
        ? Arrays.copyOf(MESSAGE, 32) : MESSAGE;
    // Bouncy Castle's key wrapping wraps keys alone.
    if (!opening.startsWith("AESWrap") && !sealing.startsWith("AESWrap")) {
      Cipher seal = Cipher.getInstance(sealing, sealer);
      seal.init(Cipher.ENCRYPT_MODE, sealingKey, parameters);
      byte[] sealed = seal.doFinal(data);
      assertThat(sealed).isNotEqualTo(data);
      Cipher open = Cipher.getInstance(opening, opener);
      open.init(Cipher.DECRYPT_MODE, openingKey, seal.getParameters());
      assertThat(open.doFinal(sealed)).isEqualTo(data);
    }
    SecretKey inner = new SecretKeySpec(random(32), "HmacSHA256");
    Cipher wrap = Cipher.getInstance(sealing, sealer);
    wrap.init(Cipher.WRAP_MODE, sealingKey, parameters);
    byte[] wrapped = wrap.wrap(inner);
    Cipher unwrap = Cipher.getInstance(opening, opener);
    unwrap.init(Cipher.UNWRAP_MODE, openingKey, wrap.getParameters());
    assertThat(unwrap.unwrap(wrapped, "HmacSHA256", Cipher.SECRET_KEY)).isEqualTo(inner);
  }

  private static String nameIn(Provider provider, String name) {
    if (!provider.getName().equals("BC")) {
      return name;
    }
    return switch (name) {
      case "AES/KW/NoPadding" -> "AESWrap";
      case "AES/KWP/NoPadding" -> "AESWrapPad";
      default -> name;
    };
  }

  static List<String> macs() {
    return algorithms("Mac");
  }

  @ParameterizedTest
  @MethodSource("macs")
  void eachMacIsWhatOthersMake(String name) throws Exception {
    SecretKey key = new SecretKeySpec(random(64), name);
    VaultSecretKey remote = RemoteKeys.imported(hsm, key, KeyOperation.SIGN, KeyOperation.VERIFY);
    Mac mac = Mac.getInstance(name, hsm);
    mac.init(remote);
    byte[] tag = mac.doFinal(MESSAGE);
    for (Provider other : List.of(Security.getProvider("SunJCE"), new BouncyCastleProvider())) {
      Mac independent = Mac.getInstance(name, other);
      independent.init(key);
      assertThat(tag).as(other.getName()).isEqualTo(independent.doFinal(MESSAGE)).hasSize(mac.getMacLength());
    }
  }

  static List<String> keyGenerators() {
    return algorithms("KeyGenerator");
  }

  @ParameterizedTest
  @MethodSource("keyGenerators")
  void eachKeyGeneratorMakesAKeyInTheHsm(String name) throws Exception {
    KeyGenerator generator = KeyGenerator.getInstance(name, hsm);
    generator.init(VaultKeyGenParameterSpec.named(RemoteKeys.name("generated")).keySize(256).build());
    SecretKey key = generator.generateKey();
    assertThat(key).isInstanceOf(VaultSecretKey.class);
    assertThat(key.getAlgorithm()).isEqualTo(name);
    assertThat(key.getEncoded()).isNull();
    if (name.equals("AES")) {
      Cipher seal = Cipher.getInstance("AES/GCM/NoPadding", hsm);
      seal.init(Cipher.ENCRYPT_MODE, key);
      byte[] sealed = seal.doFinal(MESSAGE);
      Cipher open = Cipher.getInstance("AES/GCM/NoPadding", hsm);
      open.init(Cipher.DECRYPT_MODE, key, seal.getParameters());
      assertThat(open.doFinal(sealed)).isEqualTo(MESSAGE);
    } else {
      // No vault makes longer keys, and SoftHSM takes none that is shorter than the hash.
      Mac mac = Mac.getInstance("HmacSHA256", hsm);
      mac.init(key);
      assertThat(mac.doFinal(MESSAGE)).isEqualTo(mac.doFinal(MESSAGE)).hasSize(32);
    }
  }

  static List<String> keyPairGenerators() {
    return algorithms("KeyPairGenerator");
  }

  @ParameterizedTest
  @MethodSource("keyPairGenerators")
  void eachKeyPairGeneratorMakesAKeyInTheHsm(String name) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(name, hsm);
    generator.initialize(VaultKeyGenParameterSpec.named(RemoteKeys.name("pair")).build());
    KeyPair pair = generator.generateKeyPair();
    assertThat(pair.getPrivate()).isInstanceOf(VaultPrivateKey.class);
    assertThat(pair.getPrivate().getAlgorithm()).isEqualTo(pair.getPublic().getAlgorithm()).isEqualTo(name);
    String algorithm = name.equals("EC") ? "SHA256withECDSA" : name.equals("RSA") ? "SHA256withRSA" : name;
    verifies(algorithm, pair.getPrivate(), pair.getPublic());
  }

  private static void verifies(String algorithm, PrivateKey key, PublicKey publicKey) throws GeneralSecurityException {
    Signature signature = Signature.getInstance(algorithm, hsm);
    Signature verifier = Signature.getInstance(algorithm, algorithm.endsWith("ECDSA") ? "SunEC" : "SunRsaSign");
    if (algorithm.equals(VaultRsaPrivateKey.PSS)) {
      signature.setParameter(PssParameters.of(Hash.SHA_256));
      verifier.setParameter(PssParameters.of(Hash.SHA_256));
    }
    signature.initSign(key);
    signature.update(MESSAGE);
    verifier.initVerify(publicKey);
    verifier.update(MESSAGE);
    assertThat(verifier.verify(signature.sign())).isTrue();
  }

  @Test
  void randomBytesComeFromTheHsmInCallsOf128() throws Exception {
    assertThat(algorithms("SecureRandom")).containsExactly(KeyhavenProvider.NAME);
    SecureRandom random = SecureRandom.getInstance(KeyhavenProvider.NAME, hsm);
    try (RemoteKeys.Requests requests = RemoteKeys.requests()) {
      byte[] many = new byte[300];
      random.nextBytes(many);
      for (int i = 0; i < 10; i++) {
        random.nextLong();
      }
      assertThat(Arrays.copyOf(many, 128)).isNotEqualTo(Arrays.copyOfRange(many, 128, 256)).isNotEqualTo(new byte[128]);
      assertThat(requests.naming("/rng")).as("380 bytes").hasSize(3);
    }
  }

  private static byte[] random(int count) {
    byte[] bytes = new byte[count];
    RANDOM.nextBytes(bytes);
    return bytes;
  }

  private static OAEPParameterSpec oaep(String digest) {
    return new OAEPParameterSpec(digest, "MGF1", new MGF1ParameterSpec(digest), PSource.PSpecified.DEFAULT);
  }
}
