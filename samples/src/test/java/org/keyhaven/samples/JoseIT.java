package org.keyhaven.samples;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.security.SignatureAlgorithm;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Security;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.provider.KeyhavenProvider;

/** Nimbus JOSE and jjwt sign with keys in a vault; the JDK verifies with public keys. */
class JoseIT {
  private static VaultOfTests vault;

  @BeforeAll
  static void open() throws Exception {
    vault = new VaultOfTests();
  }

  @AfterAll
  static void close() {
    vault.close();
  }

  @ParameterizedTest
  @CsvSource({"RS256, false", "RS512, true", "PS256, true", "PS384, true", "ES256, false", "ES256, true"})
  void nimbusSigns(String algorithm, boolean byName) throws Exception {
    PrivateKey key = vault.key(alias(algorithm));
    JWSSigner signer = algorithm.startsWith("E") ? new ECDSASigner(key, Curve.P_256) : new RSASSASigner(key);
    if (byName) {
      signer.getJCAContext().setProvider(provider());
    }
    JWSObject object = new JWSObject(new JWSHeader(JWSAlgorithm.parse(algorithm)), new Payload("a payload"));
    object.sign(signer);
    assertThat(verified(algorithm, object.serialize())).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"RS256", "RS384", "PS256", "ES256"})
  void jjwtSignsWithTheProviderItIsGiven(String algorithm) throws Exception {
    String token = Jwts.builder().subject("somebody").provider(provider())
        .signWith(vault.key(alias(algorithm)), (SignatureAlgorithm) Jwts.SIG.get().forKey(algorithm)).compact();
    assertThat(verified(algorithm, token)).isTrue();
    assertThat(verified(algorithm, token.replaceFirst("\\.", ".e30"))).isFalse();
  }

  /** PSS parameters are set before the key, and the JDK's provider takes them unless ours stands before it. */
  @ParameterizedTest
  @ValueSource(strings = {"RS256", "PS256", "ES256"})
  void whereKeyhavenIsTheFirstProviderItNeedsNotBeNamed(String algorithm) throws Exception {
    Provider keyhaven = provider();
    Security.removeProvider(KeyhavenProvider.NAME);
    Security.insertProviderAt(keyhaven, 1);
    try {
      PrivateKey key = vault.key(alias(algorithm));
      JWSObject object = new JWSObject(new JWSHeader(JWSAlgorithm.parse(algorithm)), new Payload("a payload"));
      object.sign(algorithm.startsWith("E") ? new ECDSASigner(key, Curve.P_256) : new RSASSASigner(key));
      assertThat(verified(algorithm, object.serialize())).isTrue();
      assertThat(verified(algorithm, Jwts.builder().subject("somebody")
          .signWith(key, (SignatureAlgorithm) Jwts.SIG.get().forKey(algorithm)).compact())).isTrue();
    } finally {
      Security.removeProvider(KeyhavenProvider.NAME);
      Security.addProvider(keyhaven);
    }
  }

  private static Provider provider() {
    return Security.getProvider(KeyhavenProvider.NAME);
  }

  private static String alias(String algorithm) {
    return algorithm.startsWith("E") ? VaultOfTests.EC : VaultOfTests.RSA;
  }

  /** RFC 7515, section 5.2, with the JDK alone. */
  private static boolean verified(String algorithm, String compact) throws Exception {
    int end = compact.lastIndexOf('.');
    int bits = Integer.parseInt(algorithm.substring(2));
    Signature signature = switch (algorithm.charAt(0)) {
      case 'R' -> Signature.getInstance("SHA" + bits + "withRSA", "SunRsaSign");
      case 'E' -> Signature.getInstance("SHA" + bits + "withECDSAinP1363Format", "SunEC");
      default -> pss(bits);
    };
    signature.initVerify(vault.certificate(alias(algorithm)).getPublicKey());
    signature.update(compact.substring(0, end).getBytes(StandardCharsets.US_ASCII));
    return signature.verify(Base64.getUrlDecoder().decode(compact.substring(end + 1)));
  }

  private static Signature pss(int bits) throws Exception {
    Signature signature = Signature.getInstance("RSASSA-PSS", "SunRsaSign");
    signature.setParameter(
        new PSSParameterSpec("SHA-" + bits, "MGF1", new MGF1ParameterSpec("SHA-" + bits), bits / 8, 1));
    return signature;
  }
}
