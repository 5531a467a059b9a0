package org.keyhaven.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.keyhaven.client.Sdk.NewKey;
import org.keyhaven.client.Sdk.Sealed;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.EncryptionAlgorithm.Scheme;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.SignatureAlgorithm;

/**
 * Every algorithm, through this client and through Microsoft's, with keys in a vault and in a Managed HSM: each undoes
 * what the other did, and where nothing is chance, both do the same.
 */
class CryptographyConformanceIT {
  private static final byte[] MESSAGE = "thirty-two bytes: two AES blocks".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] AAD = "more".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] IV = "sixteen bytes iv".getBytes(StandardCharsets.US_ASCII);
  /** One key of each kind. */
  private static final Map<String, String> KEYS = new ConcurrentHashMap<>();

  private static BothSdks vault;
  private static BothSdks hsm;

  @BeforeAll
  static void connect() {
    vault = BothSdks.of(false);
    hsm = BothSdks.of(true);
  }

  @AfterAll
  static void disconnect() {
    vault.close();
    hsm.close();
  }

  private static BothSdks on(boolean managedHsm) {
    return managedHsm ? hsm : vault;
  }

  private static String key(boolean managedHsm, NewKey kind) {
    String name = "conform-crypto-" + kind.kty() + kind.size() + kind.curve();
    return KEYS.computeIfAbsent(name + managedHsm, any -> on(managedHsm).ours.create(name, kind).id());
  }

  private static String keyFor(SignatureAlgorithm algorithm, boolean managedHsm) {
    return switch (algorithm.scheme()) {
      case ECDSA -> key(managedHsm, NewKey.ec(managedHsm ? "EC-HSM" : "EC", algorithm.curve().wireName()));
      case HMAC -> KEYS.computeIfAbsent("mac", any -> hsm.ours.importSecret("conform-crypto-mac",
          new SecretKeySpec(new byte[64], "HmacSHA512"), List.of("sign", "verify")).id());
      default -> key(managedHsm, NewKey.rsa(managedHsm ? "RSA-HSM" : "RSA", 2048));
    };
  }

  private static String keyFor(EncryptionAlgorithm algorithm, boolean managedHsm) {
    return algorithm.keyFamily() == KeyType.Family.RSA ? key(managedHsm, NewKey.rsa(managedHsm ? "RSA-HSM" : "RSA", 2048))
        : key(true, NewKey.oct(algorithm.keyBits() == 0 ? 256 : algorithm.keyBits()));
  }

  static Stream<Arguments> signatures() {
    return Stream.of(SignatureAlgorithm.values()).flatMap(algorithm ->
        (algorithm.scheme() == SignatureAlgorithm.Scheme.HMAC ? Stream.of(true) : Stream.of(false, true))
            .map(managedHsm -> Arguments.of(algorithm, managedHsm)));
  }

  private static byte[] digest(SignatureAlgorithm algorithm) {
    try {
      return algorithm.hash() == null ? MESSAGE : MessageDigest.getInstance(algorithm.hash().digestName()).digest(MESSAGE);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("signatures")
  void whatOneSignsTheOtherVerifies(SignatureAlgorithm algorithm, boolean managedHsm) {
    String id = keyFor(algorithm, managedHsm);
    String name = algorithm.wireName();
    byte[] digest = digest(algorithm);
    boolean chance = algorithm.scheme() == SignatureAlgorithm.Scheme.ECDSA
        || algorithm.scheme() == SignatureAlgorithm.Scheme.RSA_PSS;
    on(managedHsm).tellTheSame((sdk, other) -> {
      byte[] signature = sdk.sign(id, name, digest);
      for (Sdk verifier : List.of(sdk, other)) {
        assertThat(verifier.verify(id, name, digest, signature)).isTrue();
        byte[] damaged = signature.clone();
        damaged[signature.length / 2] ^= 1;
        assertThat(verifier.verify(id, name, digest, damaged)).isFalse();
        byte[] changed = digest.clone();
        changed[0] ^= 1;
        assertThat(verifier.verify(id, name, changed, signature)).isFalse();
      }
      return List.of(signature.length, chance ? "" : HexFormat.of().formatHex(signature));
    });
  }

  /** Microsoft's client hashes for no others. */
  static Stream<Arguments> hashing() {
    return Stream.of(SignatureAlgorithm.values())
        .filter(algorithm -> algorithm.hash() != null && algorithm.scheme() != SignatureAlgorithm.Scheme.HMAC)
        .flatMap(algorithm -> Stream.of(Arguments.of(algorithm, false), Arguments.of(algorithm, true)));
  }

  @ParameterizedTest
  @MethodSource("hashing")
  void dataIsHashedAlike(SignatureAlgorithm algorithm, boolean managedHsm) {
    String id = keyFor(algorithm, managedHsm);
    on(managedHsm).tellTheSame((sdk, other) -> {
      byte[] signature = sdk.signData(id, algorithm.wireName(), MESSAGE);
      return List.of(sdk.verifyData(id, algorithm.wireName(), MESSAGE, signature),
          other.verifyData(id, algorithm.wireName(), MESSAGE, signature),
          other.verify(id, algorithm.wireName(), digest(algorithm), signature));
    });
  }

  static Stream<Arguments> encryptions() {
    return Stream.of(EncryptionAlgorithm.values()).filter(EncryptionAlgorithm::encrypts)
        .flatMap(CryptographyConformanceIT::both);
  }

  static Stream<Arguments> wrappings() {
    return Stream.of(EncryptionAlgorithm.values()).filter(EncryptionAlgorithm::wraps)
        .flatMap(CryptographyConformanceIT::both);
  }

  private static Stream<Arguments> both(EncryptionAlgorithm algorithm) {
    return algorithm.keyFamily() == KeyType.Family.OCT ? Stream.of(Arguments.of(algorithm, true))
        : Stream.of(Arguments.of(algorithm, false), Arguments.of(algorithm, true));
  }

  @ParameterizedTest
  @MethodSource("encryptions")
  void whatOneEncryptsTheOtherDecrypts(EncryptionAlgorithm algorithm, boolean managedHsm) {
    String id = keyFor(algorithm, managedHsm);
    boolean cbc = algorithm.scheme() == Scheme.AES_CBC || algorithm.scheme() == Scheme.AES_CBC_PAD;
    boolean gcm = algorithm.scheme() == Scheme.AES_GCM;
    on(managedHsm).tellTheSame((sdk, other) -> {
      Sealed sealed = sdk.encrypt(id, algorithm.wireName(), MESSAGE, cbc ? IV : null, gcm ? AAD : null);
      assertThat(sdk.decrypt(id, sealed)).isEqualTo(MESSAGE);
      assertThat(other.decrypt(id, sealed)).isEqualTo(MESSAGE);
      List<Object> told = new ArrayList<>();
      if (!cbc) {
        Sealed damaged = new Sealed(id, sealed.algorithm(), changed(sealed.value()), sealed.iv(), sealed.tag(),
            sealed.aad());
        told.add(String.valueOf(sdk.refusal(() -> sdk.decrypt(id, damaged))));
      }
      told.addAll(List.of(sealed.id(), sealed.algorithm(), cbc ? sealed.value() : sealed.value().length(),
          cbc ? sealed.iv() : length(sealed.iv()), length(sealed.tag()), length(sealed.aad())));
      return told;
    });
  }

  @ParameterizedTest
  @MethodSource("wrappings")
  void whatOneWrapsTheOtherUnwraps(EncryptionAlgorithm algorithm, boolean managedHsm) {
    String id = keyFor(algorithm, managedHsm);
    boolean chance = algorithm.keyFamily() == KeyType.Family.RSA;
    on(managedHsm).tellTheSame((sdk, other) -> {
      Sealed wrapped = sdk.wrap(id, algorithm.wireName(), MESSAGE);
      assertThat(sdk.unwrap(id, wrapped)).isEqualTo(MESSAGE);
      assertThat(other.unwrap(id, wrapped)).isEqualTo(MESSAGE);
      Sealed damaged = new Sealed(id, wrapped.algorithm(), changed(wrapped.value()), null, null, null);
      return List.of(wrapped.id(), wrapped.algorithm(), chance ? wrapped.value().length() : wrapped.value(),
          String.valueOf(sdk.refusal(() -> sdk.unwrap(id, damaged))));
    });
  }

  private static String changed(String hex) {
    return (hex.charAt(0) == '0' ? '1' : '0') + hex.substring(1);
  }

  private static Object length(String hex) {
    return hex == null ? "none" : hex.length();
  }
}
