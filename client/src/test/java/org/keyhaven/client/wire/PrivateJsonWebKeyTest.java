package org.keyhaven.client.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.util.Set;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PrivateJsonWebKeyTest {
  private static KeyPair rsa;

  @BeforeAll
  static void generate() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    rsa = generator.generateKeyPair();
  }

  private static KeyPair ec(String curve) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    return generator.generateKeyPair();
  }

  @Test
  void anRsaPairGivesAllItsNumbers() throws GeneralSecurityException {
    RSAPrivateCrtKey key = (RSAPrivateCrtKey) rsa.getPrivate();
    PrivateJsonWebKey jwk = PrivateJsonWebKey.of(rsa);
    assertThat(jwk.kty()).isEqualTo(KeyType.RSA);
    assertThat(jwk.n()).hasSize((key.getModulus().bitLength() + 7) / 8);
    assertThat(new BigInteger(1, jwk.n())).isEqualTo(key.getModulus());
    assertThat(jwk.e()).containsExactly(1, 0, 1);
    assertThat(new BigInteger(1, jwk.d())).isEqualTo(key.getPrivateExponent());
    assertThat(new BigInteger(1, jwk.p())).isEqualTo(key.getPrimeP());
    assertThat(new BigInteger(1, jwk.q())).isEqualTo(key.getPrimeQ());
    assertThat(new BigInteger(1, jwk.dp())).isEqualTo(key.getPrimeExponentP());
    assertThat(new BigInteger(1, jwk.dq())).isEqualTo(key.getPrimeExponentQ());
    assertThat(new BigInteger(1, jwk.qi())).isEqualTo(key.getCrtCoefficient());
  }

  @ParameterizedTest
  @EnumSource(names = "P_256K", mode = EnumSource.Mode.EXCLUDE)
  void anEcPairGivesNumbersOfFullLength(KeyCurve curve) throws GeneralSecurityException {
    for (int i = 0; i < 20; i++) {
      KeyPair pair = ec(curve.standardName());
      PrivateJsonWebKey jwk = PrivateJsonWebKey.of(pair);
      assertThat(jwk.kty()).isEqualTo(KeyType.EC);
      assertThat(jwk.crv()).isEqualTo(curve);
      assertThat(jwk.x()).hasSize(curve.coordinateBytes());
      assertThat(jwk.y()).hasSize(curve.coordinateBytes());
      assertThat(jwk.d()).hasSize(curve.coordinateBytes());
      assertThat(new BigInteger(1, jwk.x())).isEqualTo(((ECPublicKey) pair.getPublic()).getW().getAffineX());
      assertThat(new BigInteger(1, jwk.y())).isEqualTo(((ECPublicKey) pair.getPublic()).getW().getAffineY());
      assertThat(new BigInteger(1, jwk.d())).isEqualTo(((ECPrivateKey) pair.getPrivate()).getS());
    }
  }

  @ParameterizedTest
  @EnumSource
  void theJdkNamesEachCurveByTheSameNumbers(KeyCurve curve) throws GeneralSecurityException {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec(curve.oid()));
    assertThat(KeyCurve.of(parameters.getParameterSpec(ECParameterSpec.class))).contains(curve);
  }

  @Test
  void aSymmetricKeyGivesItsOctets() throws GeneralSecurityException {
    PrivateJsonWebKey jwk = PrivateJsonWebKey.of(new SecretKeySpec(new byte[] {1, 2, 3}, "AES"));
    assertThat(jwk.kty()).isEqualTo(KeyType.OCT_HSM);
    assertThat(jwk.k()).containsExactly(1, 2, 3);
  }

  @Test
  void whatNoVaultTakesIsRefused() throws GeneralSecurityException {
    KeyPair p256 = ec("secp256r1");
    KeyPair p384 = ec("secp384r1");
    KeyPair dsa = KeyPairGenerator.getInstance("DSA").generateKeyPair();
    assertThatThrownBy(() -> PrivateJsonWebKey.of(dsa)).isInstanceOf(InvalidKeyException.class).hasMessageContaining("DSA");
    assertThatThrownBy(() -> PrivateJsonWebKey.of(new KeyPair(p384.getPublic(), p256.getPrivate())))
        .isInstanceOf(InvalidKeyException.class).hasMessageContaining("same curve");
    SecretKey opaque = new SecretKey() {
      private static final long serialVersionUID = 1L;

      @Override
      public String getAlgorithm() {
        return "AES";
      }

      @Override
      public String getFormat() {
        return null;
      }

      @Override
      public byte[] getEncoded() {
        return null;
      }
    };
    assertThatThrownBy(() -> PrivateJsonWebKey.of(opaque)).isInstanceOf(InvalidKeyException.class);
  }

  @Test
  void wipingLeavesNothingSecret() throws GeneralSecurityException {
    PrivateJsonWebKey key = PrivateJsonWebKey.of(rsa);
    key.wipe();
    for (byte[] secret : Set.of(key.d(), key.p(), key.q(), key.dp(), key.dq(), key.qi())) {
      assertThat(secret).containsOnly(0);
    }
    assertThat(key.n()).isNotEqualTo(new byte[key.n().length]);
    PrivateJsonWebKey oct = PrivateJsonWebKey.of(new SecretKeySpec(new byte[] {1, 2, 3}, "AES"));
    oct.wipe();
    assertThat(oct.k()).containsOnly(0);
  }

  @Test
  void aSecretNeverPrintsItself() throws GeneralSecurityException {
    PrivateJsonWebKey jwk = PrivateJsonWebKey.of(ec("secp256r1"));
    assertThat(Keys.KeyImportParameters.of(jwk).toString()).contains("a private key of type EC").doesNotContain("[B@");
  }
}
