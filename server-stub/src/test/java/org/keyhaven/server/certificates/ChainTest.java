package org.keyhaven.server.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.BigIntegers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.StandardBase64;
import org.keyhaven.server.ApiError;

class ChainTest {
  private static final Provider BC = new BouncyCastleProvider();

  private static KeyPair keys(KeyCurve curve) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", BC);
    generator.initialize(new ECGenParameterSpec(curve.standardName()));
    return generator.generateKeyPair();
  }

  private static X509Certificate issue(String issuer, KeyPair signer, String subject, KeyPair subjectKeys) throws Exception {
    Instant now = Instant.now();
    byte[] der = new X509v3CertificateBuilder(new X500Name(issuer), BigInteger.TEN, Date.from(now),
        Date.from(now.plus(Duration.ofDays(1))), new X500Name(subject),
        SubjectPublicKeyInfo.getInstance(subjectKeys.getPublic().getEncoded()))
        .build(new JcaContentSignerBuilder("SHA256withECDSA").setProvider(BC).build(signer.getPrivate())).getEncoded();
    return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }

  private static JsonWebKey jwk(KeyPair keys, KeyCurve curve) {
    ECPublicKey key = (ECPublicKey) keys.getPublic();
    return JsonWebKey.ec(KeyType.EC, curve, coordinate(key.getW().getAffineX(), curve), coordinate(key.getW().getAffineY(), curve));
  }

  private static byte[] coordinate(BigInteger value, KeyCurve curve) {
    byte[] bytes = value.toByteArray();
    byte[] result = new byte[curve.coordinateBytes()];
    int length = Math.min(bytes.length, result.length);
    System.arraycopy(bytes, bytes.length - length, result, result.length - length, length);
    return result;
  }

  private static List<StandardBase64> x5c(X509Certificate... certificates) {
    return Stream.of(certificates).map(certificate -> {
      try {
        return new StandardBase64(certificate.getEncoded());
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }).toList();
  }

  @ParameterizedTest
  @EnumSource(KeyCurve.class)
  void anAuthorityMayHaveAKeyOnAnyCurve(KeyCurve curve) throws Exception {
    KeyPair root = keys(curve);
    KeyPair leafKeys = keys(curve);
    X509Certificate rootCertificate = issue("CN=root", root, "CN=root", root);
    X509Certificate leaf = issue("CN=root", root, "CN=leaf", leafKeys);

    Chain chain = Chain.merged(x5c(rootCertificate, leaf), jwk(leafKeys, curve));

    assertThat(chain.certificates()).containsExactly(leaf, rootCertificate);
    assertThat(Chain.stored(chain.encoded())).isEqualTo(chain);
  }

  /** What keytool makes with -keyalg RSASSA-PSS (RFC 4055, section 1.2): in the vault the key is an RSA key like any other. */
  @Test
  void aCertificateForPssAloneBelongsToTheRsaKeyInIt() throws Exception {
    KeyPair root = keys(KeyCurve.P_256);
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSASSA-PSS");
    generator.initialize(2048);
    KeyPair pss = generator.generateKeyPair();
    KeyPair other = generator.generateKeyPair();
    X509Certificate leaf = issue("CN=root", root, "CN=leaf", pss);

    assertThat(Chain.merged(x5c(leaf), rsa(pss)).certificates()).containsExactly(leaf);
    assertThatExceptionOfType(ApiError.class).isThrownBy(() -> Chain.merged(x5c(leaf), rsa(other)))
        .withMessageContaining("No certificate of x5c");
  }

  private static JsonWebKey rsa(KeyPair keys) {
    RSAPublicKey key = (RSAPublicKey) keys.getPublic();
    return JsonWebKey.rsa(KeyType.RSA, BigIntegers.asUnsignedByteArray(key.getModulus()),
        BigIntegers.asUnsignedByteArray(key.getPublicExponent()));
  }

  @Test
  void anAuthorityOfTheSameNameWithAnotherKeyIsNotTheIssuer() throws Exception {
    KeyPair root = keys(KeyCurve.P_256);
    KeyPair impostor = keys(KeyCurve.P_256);
    KeyPair leafKeys = keys(KeyCurve.P_256);
    X509Certificate leaf = issue("CN=root", root, "CN=leaf", leafKeys);

    assertThatExceptionOfType(ApiError.class).isThrownBy(() -> Chain.merged(
        x5c(leaf, issue("CN=root", impostor, "CN=root", impostor)), jwk(leafKeys, KeyCurve.P_256)))
        .withMessageContaining("did not issue");
  }

  @Test
  void aSelfSignedLeafEndsTheChainAndATrailingByteIsRefused() throws Exception {
    KeyPair leafKeys = keys(KeyCurve.P_256);
    X509Certificate leaf = issue("CN=leaf", leafKeys, "CN=leaf", leafKeys);
    JsonWebKey key = jwk(leafKeys, KeyCurve.P_256);

    assertThat(Chain.merged(x5c(leaf), key).leaf()).isEqualTo(leaf);
    byte[] longer = Arrays.copyOf(leaf.getEncoded(), leaf.getEncoded().length + 1);
    assertThatExceptionOfType(ApiError.class).isThrownBy(() -> Chain.merged(List.of(new StandardBase64(longer)), key))
        .withMessageContaining("no X.509 certificate");
  }

  private static SubjectPublicKeyInfo rsa(int bits, int exponentBits) throws Exception {
    return new SubjectPublicKeyInfo(new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
        new org.bouncycastle.asn1.pkcs.RSAPublicKey(BigInteger.ONE.shiftLeft(bits - 1).setBit(0),
            BigInteger.ONE.shiftLeft(exponentBits - 1).setBit(0)));
  }

  private static byte[] authority(KeyPair signer, SubjectPublicKeyInfo key, int padding) throws Exception {
    Instant now = Instant.now();
    return new X509v3CertificateBuilder(new X500Name("CN=root"), BigInteger.TEN, Date.from(now),
        Date.from(now.plus(Duration.ofDays(1))), new X500Name("CN=root"), key)
        .addExtension(new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1"), false, new DEROctetString(new byte[padding]))
        .build(new JcaContentSignerBuilder("SHA256withECDSA").setProvider(BC).build(signer.getPrivate())).getEncoded();
  }

  @ParameterizedTest
  @CsvSource({"8193, 17, 0, neither RSA", "2048, 65, 0, neither RSA", "2048, 17, 16384, more than 16384 bytes",
      "2048, 17, 0, cannot be used"})
  void anIssuerWhoseKeyIsMadeToBeSlowOrIsNoneIsTheSendersMistake(int bits, int exponentBits, int padding, String message)
      throws Exception {
    KeyPair root = keys(KeyCurve.P_256);
    KeyPair leafKeys = keys(KeyCurve.P_256);
    X509Certificate leaf = issue("CN=root", root, "CN=leaf", leafKeys);
    StandardBase64 issuer = new StandardBase64(authority(root, rsa(bits, exponentBits), padding));

    assertThatExceptionOfType(ApiError.class).isThrownBy(() -> Chain.merged(
        List.of(new StandardBase64(leaf.getEncoded()), issuer), jwk(leafKeys, KeyCurve.P_256)))
        .withMessageContaining(message).satisfies(error -> assertThat(error.status()).isEqualTo(400));
  }

  @Test
  void aKeyOnACurveOfItsOwnOrOffItsCurveOrOfAnUnknownTypeIsTheSendersMistake() throws Exception {
    KeyPair root = keys(KeyCurve.P_256);
    KeyPair leafKeys = keys(KeyCurve.P_256);
    X509Certificate leaf = issue("CN=root", root, "CN=leaf", leafKeys);
    AlgorithmIdentifier explicit = new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey,
        ECNamedCurveTable.getByName("secp256r1").toASN1Primitive());
    AlgorithmIdentifier named = SubjectPublicKeyInfo.getInstance(root.getPublic().getEncoded()).getAlgorithm();
    byte[] offTheCurve = new byte[65];
    offTheCurve[0] = 4;
    for (SubjectPublicKeyInfo key : List.of(new SubjectPublicKeyInfo(explicit, offTheCurve),
        new SubjectPublicKeyInfo(named, offTheCurve),
        new SubjectPublicKeyInfo(new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.3.101.112")), new byte[32]))) {
      StandardBase64 issuer = new StandardBase64(authority(root, key, 0));
      assertThatExceptionOfType(ApiError.class).isThrownBy(() -> Chain.merged(
          List.of(new StandardBase64(leaf.getEncoded()), issuer), jwk(leafKeys, KeyCurve.P_256)))
          .satisfies(error -> assertThat(error.status()).isEqualTo(400));
    }
  }

  @Test
  void aChainOfMoreThanTenIsRefused() throws Exception {
    KeyPair leafKeys = keys(KeyCurve.P_256);
    StandardBase64 leaf = new StandardBase64(issue("CN=leaf", leafKeys, "CN=leaf", leafKeys).getEncoded());
    assertThatExceptionOfType(ApiError.class)
        .isThrownBy(() -> Chain.merged(Collections.nCopies(11, leaf), jwk(leafKeys, KeyCurve.P_256)))
        .withMessageContaining("1 to 10");
  }
}
