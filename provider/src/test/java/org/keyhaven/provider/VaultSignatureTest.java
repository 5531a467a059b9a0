package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.keyhaven.client.wire.Hash;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.SignatureAlgorithm;

class VaultSignatureTest {
  private static final byte[] MESSAGE = "a message".getBytes(StandardCharsets.UTF_8);
  private static final KeyhavenProvider KEYHAVEN = new KeyhavenProvider();

  static List<Arguments> everyDigestOnEveryCurve() {
    List<Arguments> all = new ArrayList<>();
    for (KeyCurve curve : List.of(KeyCurve.P_256, KeyCurve.P_384, KeyCurve.P_521)) {
      for (Hash hash : Hash.values()) {
        all.add(Arguments.of(curve, hash, ""));
        all.add(Arguments.of(curve, hash, "inP1363Format"));
      }
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("everyDigestOnEveryCurve")
  void ecdsaOfAnyDigestOnAnyCurveVerifiesInTheJdk(KeyCurve curve, Hash hash, String format) throws Exception {
    VaultEcPrivateKey key = LocalKeys.ec(curve);
    String name = hash.signaturePrefix() + "withECDSA" + format;
    assertThat(verified(name, "SunEC", key, sign(name, key, MESSAGE), MESSAGE)).isTrue();
  }

  @ParameterizedTest
  @MethodSource("everyDigestOnEveryCurve")
  void ecdsaTakesAReadyDigest(KeyCurve curve, Hash hash, String format) throws Exception {
    VaultEcPrivateKey key = LocalKeys.ec(curve);
    byte[] digest = MessageDigest.getInstance(hash.digestName()).digest(MESSAGE);
    byte[] signature = sign("NONEwithECDSA" + format, key, digest);
    assertThat(verified(hash.signaturePrefix() + "withECDSA" + format, "SunEC", key, signature, MESSAGE)).isTrue();
  }

  @ParameterizedTest
  @EnumSource(Hash.class)
  void pkcs1VerifiesInTheJdk(Hash hash) throws Exception {
    VaultRsaPrivateKey key = LocalKeys.rsa();
    String name = hash.signaturePrefix() + "withRSA";
    assertThat(verified(name, "SunRsaSign", key, sign(name, key, MESSAGE), MESSAGE)).isTrue();
  }

  @ParameterizedTest
  @EnumSource(Hash.class)
  void aDigestInfoOfAKnownHashIsSignedAsItsOwnAlgorithm(Hash hash) throws Exception {
    List<SignatureAlgorithm> asked = new ArrayList<>();
    VaultRsaPrivateKey local = LocalKeys.rsa();
    VaultRsaPrivateKey key = new VaultRsaPrivateKey(LocalKeys.ID, local.publicKey(), (algorithm, value) -> {
      asked.add(algorithm);
      return local.signer().sign(algorithm, value);
    }, null);
    byte[] digest = MessageDigest.getInstance(hash.digestName()).digest(MESSAGE);
    byte[] signature = sign("NONEwithRSA", key, LocalKeys.digestInfo(hash, digest));
    assertThat(verified(hash.signaturePrefix() + "withRSA", "SunRsaSign", key, signature, MESSAGE)).isTrue();
    assertThat(asked).hasSize(1).allMatch(algorithm -> algorithm.hash() == hash);
  }

  @Test
  void anyOtherBytesArePaddedAsTheyAre() throws Exception {
    VaultRsaPrivateKey key = LocalKeys.rsa();
    byte[] md5AndSha1 = new byte[36];
    byte[] signature = sign("NONEwithRSA", key, md5AndSha1);
    assertThat(verified("NONEwithRSA", "SunJCE", key, signature, md5AndSha1)).isTrue();
  }

  @Test
  void tooManyBytesForTheKeyAreRefusedAndForgotten() throws Exception {
    Signature signature = Signature.getInstance("NONEwithRSA", KEYHAVEN);
    signature.initSign(LocalKeys.rsa());
    signature.update(new byte[246]);
    assertThatThrownBy(signature::sign).isInstanceOf(SignatureException.class).hasMessageContaining("at most 245 bytes");
    signature.update(new byte[36]);
    assertThat(signature.sign()).hasSize(256);
  }

  @Test
  void aSignatureObjectIsUsableAgainAfterEachSignature() throws Exception {
    VaultEcPrivateKey key = LocalKeys.ec(KeyCurve.P_256);
    Signature signature = Signature.getInstance("SHA256withECDSA", KEYHAVEN);
    signature.initSign(key);
    for (int i = 0; i < 3; i++) {
      byte[] message = {(byte) i};
      signature.update(message);
      assertThat(verified("SHA256withECDSA", "SunEC", key, signature.sign(), message)).isTrue();
    }
  }

  @Test
  void theVaultsRefusalIsASignatureExceptionAndStartsAnew() throws Exception {
    List<byte[]> digests = new ArrayList<>();
    VaultRsaPrivateKey key = LocalKeys.rsa((algorithm, value) -> {
      digests.add(value);
      throw new SignatureException("403 Forbidden: needs keys/sign");
    });
    Signature signature = Signature.getInstance("SHA256withRSA", KEYHAVEN);
    signature.initSign(key);
    for (int i = 0; i < 2; i++) {
      signature.update(MESSAGE);
      assertThatThrownBy(signature::sign).isInstanceOf(SignatureException.class).hasMessageContaining("keys/sign");
    }
    assertThat(digests.get(0)).isEqualTo(digests.get(1));
  }

  @Test
  void anAnswerOfTheWrongLengthIsNoSignature() throws Exception {
    Signature signature = Signature.getInstance("SHA256withRSA", KEYHAVEN);
    signature.initSign(LocalKeys.rsa((algorithm, value) -> new byte[0]));
    signature.update(MESSAGE);
    assertThatThrownBy(signature::sign).isInstanceOf(SignatureException.class).hasMessageContaining("0 bytes");
  }

  @Test
  void aKeyOfTheWrongTypeIsRefusedWithBothNamed() throws Exception {
    Signature rsa = Signature.getInstance("SHA256withRSA", KEYHAVEN);
    assertThatThrownBy(() -> rsa.initSign(LocalKeys.ec(KeyCurve.P_256))).isInstanceOf(InvalidKeyException.class)
        .hasMessageContaining("SHA256withRSA needs an RSA key").hasMessageContaining("P-256");
    Signature ec = Signature.getInstance("SHA256withECDSA", KEYHAVEN);
    assertThatThrownBy(() -> ec.initSign(LocalKeys.rsa())).isInstanceOf(InvalidKeyException.class)
        .hasMessageContaining("needs an EC key");
  }

  @Test
  void pssParametersWorkWithoutAKey() throws Exception {
    Signature signature = Signature.getInstance("RSASSA-PSS", KEYHAVEN);
    assertThat(signature.getParameters()).isNull();
    signature.setParameter(pss("SHA-256", "SHA-256", 32));
    AlgorithmParameters parameters = signature.getParameters();
    assertThat(parameters.getParameterSpec(PSSParameterSpec.class).getSaltLength()).isEqualTo(32);
  }

  @Test
  void pssAsksForTheRowOfItsHash() throws Exception {
    List<SignatureAlgorithm> asked = new ArrayList<>();
    VaultRsaPrivateKey key = LocalKeys.rsa((algorithm, value) -> {
      asked.add(algorithm);
      return new byte[256];
    });
    Signature signature = Signature.getInstance("RSASSA-PSS", KEYHAVEN);
    signature.setParameter(pss("SHA-384", "SHA-384", 48));
    signature.initSign(key);
    signature.update(MESSAGE);
    signature.sign();
    signature.setParameter(pss("SHA-512", "SHA-512", 64));
    signature.update(MESSAGE);
    signature.sign();
    Signature named = Signature.getInstance("SHA256withRSAandMGF1", KEYHAVEN);
    named.initSign(key);
    named.update(MESSAGE);
    named.sign();
    assertThat(asked).containsExactly(SignatureAlgorithm.PS384, SignatureAlgorithm.PS512, SignatureAlgorithm.PS256);
  }

  static List<PSSParameterSpec> parametersThatNoVaultCanDo() {
    return List.of(pss("SHA-256", "SHA-256", 20), pss("SHA-256", "SHA-1", 32), pss("SHA-1", "SHA-1", 20),
        new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 2));
  }

  @ParameterizedTest
  @MethodSource("parametersThatNoVaultCanDo")
  void pssOfAnotherShapeIsRefusedBeforeAndAfterTheKey(PSSParameterSpec parameters) throws Exception {
    VaultRsaPrivateKey key = LocalKeys.rsa();
    Signature before = Signature.getInstance("RSASSA-PSS", KEYHAVEN);
    before.setParameter(parameters);
    assertThatThrownBy(() -> before.initSign(key)).isInstanceOf(InvalidKeyException.class)
        .hasMessageContaining("a vault signs PSS with");
    Signature after = Signature.getInstance("RSASSA-PSS", KEYHAVEN);
    after.initSign(key);
    assertThatThrownBy(() -> after.setParameter(parameters)).isInstanceOf(InvalidAlgorithmParameterException.class)
        .hasMessageContaining("a vault signs PSS with");
  }

  /** They may come with a message whose sender chose a weaker hash. */
  @Test
  void aNameWithAHashTakesNoParametersOfAnother() throws Exception {
    Signature named = Signature.getInstance("SHA256withRSAandMGF1", KEYHAVEN);
    assertThatThrownBy(() -> named.setParameter(pss("SHA-1", "SHA-1", 20)))
        .isInstanceOf(InvalidAlgorithmParameterException.class).hasMessageContaining("does not go with");
    named.initVerify(LocalKeys.rsa().publicKey());
    assertThatThrownBy(() -> named.setParameter(pss("SHA-384", "SHA-384", 48)))
        .isInstanceOf(InvalidAlgorithmParameterException.class);
    named.setParameter(pss("SHA-256", "SHA-256", 20));
  }

  @Test
  void aKeyThatIsForOneKindOfPssSignsNoOther() throws Exception {
    RSAPublicKey any = LocalKeys.rsa().publicKey();
    PSSParameterSpec own = pss("SHA-384", "SHA-384", 48);
    RSAPublicKey restricted = (RSAPublicKey) KeyFactory.getInstance("RSASSA-PSS", "SunRsaSign")
        .generatePublic(new RSAPublicKeySpec(any.getModulus(), any.getPublicExponent(), own));
    VaultRsaPrivateKey key = new VaultRsaPrivateKey(LocalKeys.ID, restricted, (algorithm, value) -> new byte[256], null);
    Signature other = Signature.getInstance("RSASSA-PSS", KEYHAVEN);
    other.setParameter(pss("SHA-256", "SHA-256", 32));
    assertThatThrownBy(() -> other.initSign(key)).isInstanceOf(InvalidKeyException.class)
        .hasMessageContaining("other parameters");
    Signature same = Signature.getInstance("RSASSA-PSS", KEYHAVEN);
    same.setParameter(own);
    same.initSign(key);
    same.update(MESSAGE);
    assertThat(same.sign()).hasSize(256);
  }

  @Test
  void pssWithoutParametersFailsWhenSigning() throws Exception {
    Signature signature = Signature.getInstance("RSASSA-PSS", KEYHAVEN);
    signature.initSign(LocalKeys.rsa());
    signature.update(MESSAGE);
    assertThatThrownBy(signature::sign).isInstanceOf(SignatureException.class).hasMessageContaining("needs parameters");
  }

  @Test
  void aLocalKeyIsPassedOnToTheJdkEvenWithParametersThatNoVaultCanDo() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA", "SunRsaSign");
    generator.initialize(2048);
    KeyPair pair = generator.generateKeyPair();
    Signature signer = Signature.getInstance("RSASSA-PSS", KEYHAVEN);
    signer.setParameter(pss("SHA-256", "SHA-256", 20));
    signer.initSign(pair.getPrivate());
    signer.update(MESSAGE);
    byte[] signature = signer.sign();
    Signature verifier = Signature.getInstance("RSASSA-PSS", KEYHAVEN);
    verifier.setParameter(pss("SHA-256", "SHA-256", 20));
    verifier.initVerify(pair.getPublic());
    verifier.update(MESSAGE);
    assertThat(verifier.verify(signature)).isTrue();
  }

  static List<String> services() {
    return SignatureService.all().stream().map(SignatureService::name).toList();
  }

  @ParameterizedTest
  @MethodSource("services")
  void everyServiceSignsAndVerifiesWithLocalKeysWhenAskedByName(String name) throws Exception {
    boolean rsa = name.contains("RSA");
    KeyPairGenerator generator = KeyPairGenerator.getInstance(rsa ? "RSA" : "EC", rsa ? "SunRsaSign" : "SunEC");
    generator.initialize(rsa ? 2048 : 256);
    KeyPair pair = generator.generateKeyPair();
    Signature signature = Signature.getInstance(name, KEYHAVEN);
    if (name.equals("RSASSA-PSS")) {
      signature.setParameter(pss("SHA-256", "SHA-256", 32));
    }
    byte[] message = MessageDigest.getInstance("SHA-256").digest(MESSAGE);
    signature.initSign(pair.getPrivate());
    signature.update(message);
    byte[] signed = signature.sign();
    signature.initVerify(pair.getPublic());
    signature.update(message);
    assertThat(signature.verify(signed)).isTrue();
    signature.update(MESSAGE);
    assertThat(signature.verify(signed)).isFalse();
  }

  @Test
  void aKeyThatNobodyKnowsIsAnInvalidKey() throws Exception {
    Signature signature = Signature.getInstance("SHA256withRSA", KEYHAVEN);
    assertThatThrownBy(() -> signature.initVerify(LocalKeys.ec(KeyCurve.P_256).publicKey()))
        .isInstanceOf(InvalidKeyException.class).hasMessageContaining("no other installed provider");
  }

  private static PSSParameterSpec pss(String digest, String mgf, int salt) {
    return new PSSParameterSpec(digest, "MGF1", new MGF1ParameterSpec(mgf), salt, 1);
  }

  private static byte[] sign(String name, VaultPrivateKey key, byte[] message) throws GeneralSecurityException {
    Signature signature = Signature.getInstance(name, KEYHAVEN);
    signature.initSign(key);
    signature.update(message);
    return signature.sign();
  }

  private static boolean verified(String name, String provider, VaultPrivateKey key, byte[] signature, byte[] message)
      throws GeneralSecurityException {
    Signature verifier = Signature.getInstance(name, provider);
    verifier.initVerify(key.publicKey());
    verifier.update(message);
    return verifier.verify(signature);
  }
}
