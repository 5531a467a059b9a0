package org.keyhaven.server.hsm;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.SignatureAlgorithm;

/** Verifies signatures by every implementation at hand that is not the engine: the JDK's and Bouncy Castle's. */
final class Verifier {
  private static final Provider BOUNCY_CASTLE = new BouncyCastleProvider();

  private Verifier() { }

  /** Whether all agree that the signature of the message (for RSNULL, of the bytes themselves) is good; they must agree. */
  static boolean verifies(JsonWebKey key, SignatureAlgorithm algorithm, byte[] message, byte[] signature)
      throws GeneralSecurityException {
    List<Boolean> answers = new ArrayList<>();
    for (Provider provider : List.of(Security.getProvider("SunRsaSign"), Security.getProvider("SunEC"), BOUNCY_CASTLE)) {
      boolean rsa = key.n() != null;
      boolean fits = provider == BOUNCY_CASTLE
          || provider.getName().equals(rsa ? "SunRsaSign" : "SunEC") && key.crv() != KeyCurve.P_256K;
      if (fits) {
        answers.add(rsa ? rsa(provider, key, algorithm, message, signature)
            : ec(provider, key, algorithm, message, signature));
      }
    }
    if (answers.stream().distinct().count() != 1) {
      throw new AssertionError("the verifiers disagree: " + answers);
    }
    return answers.get(0);
  }

  private static boolean rsa(Provider provider, JsonWebKey key, SignatureAlgorithm algorithm, byte[] message,
      byte[] signature) throws GeneralSecurityException {
    PublicKey publicKey = KeyFactory.getInstance("RSA", provider)
        .generatePublic(new RSAPublicKeySpec(new BigInteger(1, key.n()), new BigInteger(1, key.e())));
    if (algorithm == SignatureAlgorithm.RSNULL) {
      // No JDK provider verifies without DigestInfo; the padding is checked by undoing it.
      Cipher cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding", BOUNCY_CASTLE);
      cipher.init(Cipher.DECRYPT_MODE, publicKey);
      return Arrays.equals(cipher.doFinal(signature), message);
    }
    String hash = algorithm.hash().digestName();
    Signature verifier;
    if (algorithm.scheme() == SignatureAlgorithm.Scheme.RSA_PSS) {
      verifier = Signature.getInstance("RSASSA-PSS", provider);
      verifier.setParameter(new PSSParameterSpec(hash, "MGF1", new MGF1ParameterSpec(hash), algorithm.hash().bytes(), 1));
    } else {
      verifier = Signature.getInstance(algorithm.hash().signaturePrefix() + "withRSA", provider);
    }
    return verify(verifier, publicKey, message, signature);
  }

  private static boolean ec(Provider provider, JsonWebKey key, SignatureAlgorithm algorithm, byte[] message,
      byte[] signature) throws GeneralSecurityException {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC", provider);
    parameters.init(new ECGenParameterSpec(key.crv().standardName()));
    PublicKey publicKey = KeyFactory.getInstance("EC", provider).generatePublic(new ECPublicKeySpec(
        new ECPoint(new BigInteger(1, key.x()), new BigInteger(1, key.y())),
        parameters.getParameterSpec(ECParameterSpec.class)));
    String name = algorithm.hash().signaturePrefix()
        + (provider == BOUNCY_CASTLE ? "withPLAIN-ECDSA" : "withECDSAinP1363Format");
    return verify(Signature.getInstance(name, provider), publicKey, message, signature);
  }

  private static boolean verify(Signature verifier, PublicKey key, byte[] message, byte[] signature)
      throws GeneralSecurityException {
    verifier.initVerify(key);
    verifier.update(message);
    return verifier.verify(signature);
  }
}
