package org.keyhaven.server.keys.release;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.util.Base64;
import com.nimbusds.jose.util.Base64URL;
import java.security.GeneralSecurityException;
import java.security.KeyStore.PrivateKeyEntry;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Signs what is released, with the key of the server's TLS certificate as the service does: a compact JWS (RFC 7515) whose
 * header carries the certificates. Thread-safe.
 */
public final class ReleaseSigner {
  private final JWSHeader header;
  private final ECDSASigner signer;

  /** @param server an EC key on P-256, with its certificates */
  public ReleaseSigner(PrivateKeyEntry server) {
    try {
      List<Base64> chain = new ArrayList<>();
      for (Certificate certificate : server.getCertificateChain()) {
        chain.add(Base64.encode(certificate.getEncoded()));
      }
      byte[] leaf = server.getCertificate().getEncoded();
      byte[] thumbprint = MessageDigest.getInstance("SHA-1").digest(leaf);
      this.header = new JWSHeader.Builder(JWSAlgorithm.ES256).type(JOSEObjectType.JWT)
          .keyID(HexFormat.of().withUpperCase().formatHex(thumbprint))
          .x509CertSHA256Thumbprint(Base64URL.encode(MessageDigest.getInstance("SHA-256").digest(leaf)))
          .x509CertChain(chain).build();
      this.signer = new ECDSASigner(server.getPrivateKey(), Curve.P_256);
    } catch (GeneralSecurityException | JOSEException e) {
      throw new IllegalStateException("the server's certificate is on P-256", e);
    }
  }

  public String sign(byte[] json) {
    JWSObject jws = new JWSObject(header, new Payload(json));
    try {
      jws.sign(signer);
    } catch (JOSEException e) {
      throw new IllegalStateException("ES256 is in every JVM", e);
    }
    return jws.serialize();
  }
}
