package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Security;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.PSSParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.keyhaven.client.AccessToken;
import org.keyhaven.client.wire.Hash;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.ObjectId;

/** Every service does its job with keys in a real HSM, and independent implementations agree. */
class ServicesIT {
  private static final byte[] MESSAGE = "a message".getBytes(StandardCharsets.UTF_8);
  private static final Map<KeyCurve, KeyPair> EC = new EnumMap<>(KeyCurve.class);
  private static KeyhavenProvider provider;
  private static KeyPair rsa;

  @BeforeAll
  static void generate() throws Exception {
    provider = RemoteKeys.provider();
    rsa = RemoteKeys.bareRsa(provider);
    for (KeyCurve curve : KeyCurve.values()) {
      EC.put(curve, RemoteKeys.bareEc(provider, curve));
    }
  }

  static List<Arguments> signatures() {
    List<Arguments> all = new ArrayList<>();
    for (Provider.Service service : new KeyhavenProvider().getServices()) {
      if (service.getType().equals("Signature")) {
        if (!service.getAlgorithm().contains("ECDSA")) {
          all.add(Arguments.of(service.getAlgorithm(), null));
        } else {
          for (KeyCurve curve : KeyCurve.values()) {
            all.add(Arguments.of(service.getAlgorithm(), curve));
          }
        }
      }
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("signatures")
  void eachSignatureVerifiesElsewhere(String algorithm, KeyCurve curve) throws Exception {
    KeyPair pair = curve == null ? rsa : EC.get(curve);
    byte[] message = algorithm.startsWith("NONE") ? MessageDigest.getInstance("SHA-256").digest(MESSAGE) : MESSAGE;
    if (algorithm.equals("NONEwithRSA")) {
      message = LocalKeys.digestInfo(Hash.SHA_256, message);
    }
    Signature signer = Signature.getInstance(algorithm, provider);
    PSSParameterSpec pss = algorithm.equals("RSASSA-PSS") ? PssParameters.of(Hash.SHA_384) : null;
    if (pss != null) {
      signer.setParameter(pss);
    }
    signer.initSign(pair.getPrivate());
    signer.update(message);
    byte[] signature = signer.sign();
    for (Provider independent : independent(algorithm, curve)) {
      Signature verifier = Signature.getInstance(nameIn(independent, algorithm), independent);
      if (verifier.getAlgorithm().equals("RSASSA-PSS")) {
        verifier.setParameter(pss != null ? pss : PssParameters.of(hash(algorithm)));
      }
      verifier.initVerify(pair.getPublic());
      verifier.update(message);
      assertThat(verifier.verify(signature)).as(independent.getName()).isTrue();
    }
  }

  @Test
  void rsnullSignsWhatIsNoDigestInfo() throws Exception {
    byte[] md5AndSha1 = new byte[36];
    Signature signer = Signature.getInstance("NONEwithRSA", provider);
    signer.initSign(rsa.getPrivate());
    signer.update(md5AndSha1);
    byte[] signature = signer.sign();
    Signature verifier = Signature.getInstance("NONEwithRSA", "SunJCE");
    verifier.initVerify(rsa.getPublic());
    verifier.update(md5AndSha1);
    assertThat(verifier.verify(signature)).isTrue();
  }

  @Test
  void theKeyPicksTheProvider() throws Exception {
    Security.addProvider(provider);
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(rsa.getPrivate());
      assertThat(signature.getProvider()).isSameAs(provider);
      signature.update(MESSAGE);
      byte[] signed = signature.sign();
      signature.initVerify(rsa.getPublic());
      signature.update(MESSAGE);
      assertThat(signature.verify(signed)).isTrue();
    } finally {
      Security.removeProvider(KeyhavenProvider.NAME);
    }
  }

  @Test
  void everyKindOfKeyIsCertifiedOnRequest() throws Exception {
    KeyStore store = RemoteKeys.store(provider);
    for (int bits : new int[] {256, 384, 521}) {
      String name = RemoteKeys.certified(provider, "EC", bits);
      PrivateKey key = (PrivateKey) store.getKey(name, null);
      assertThat(key.toString()).contains("P-" + bits);
      store.getCertificate(name).verify(store.getCertificate(name).getPublicKey());
    }
  }

  @Test
  void aVaultThatIsDownFailsInTimeWithASignatureException() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    URI nobody = URI.create("https://localhost:" + port);
    VaultSession session = new VaultSession(new Settings.Connection(nobody, null, null,
        new Credentials.Custom(request -> AccessToken.of("token", Instant.now().plusSeconds(3600))), Duration.ofSeconds(2),
        Duration.ofSeconds(60), AliasFilter.NONE, true));
    ObjectId id = new ObjectId(nobody, "keys", "test", LocalKeys.ID.version());
    Signature signature = Signature.getInstance("SHA256withRSA", provider);
    signature.initSign(session.privateKey(id, rsa.getPublic()));
    signature.update(MESSAGE);
    long start = System.nanoTime();
    assertThatThrownBy(signature::sign).isInstanceOf(SignatureException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void aVersionThatIsNoLongerThereIsASignatureException() throws Exception {
    VaultRsaPrivateKey here = (VaultRsaPrivateKey) rsa.getPrivate();
    VaultPrivateKey gone =
        provider.session(provider.settings()).privateKey(here.id().withVersion("0123456789abcdef0123456789abcdef"),
            rsa.getPublic());
    Signature signature = Signature.getInstance("SHA256withRSA", provider);
    signature.initSign(gone);
    signature.update(MESSAGE);
    assertThatThrownBy(signature::sign).isInstanceOf(SignatureException.class).hasMessageContaining("404");
  }

  @Test
  void aKeyOfTheOtherKindIsAnInvalidKey() throws Exception {
    Signature signature = Signature.getInstance("SHA256withECDSA", provider);
    assertThatThrownBy(() -> signature.initSign(rsa.getPrivate())).isInstanceOf(InvalidKeyException.class);
  }

  private static List<Provider> independent(String algorithm, KeyCurve curve) {
    List<Provider> providers = new ArrayList<>();
    if (curve != KeyCurve.P_256K) {
      providers.add(Security.getProvider(
          curve != null ? "SunEC" : algorithm.equals("NONEwithRSA") ? "SunJCE" : "SunRsaSign"));
    }
    if (!algorithm.contains("P1363") && !algorithm.startsWith("NONE")) {
      providers.add(new BouncyCastleProvider());
    }
    return providers;
  }

  private static String nameIn(Provider provider, String algorithm) {
    return algorithm.endsWith("andMGF1") && provider.getService("Signature", algorithm) == null ? "RSASSA-PSS" : algorithm;
  }

  private static Hash hash(String algorithm) {
    for (Hash hash : Hash.values()) {
      if (algorithm.startsWith(hash.signaturePrefix())) {
        return hash;
      }
    }
    throw new AssertionError(algorithm);
  }
}
