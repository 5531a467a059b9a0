package org.keyhaven.server.keys.release;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.util.Base64;
import com.nimbusds.jose.util.Base64URL;
import java.security.GeneralSecurityException;
import java.security.KeyStore.PrivateKeyEntry;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;

/**
 * Signs what is released: a compact JWS (RFC 7515) whose header carries the certificates. RS256, because there are clients
 * that verify the answer and know nothing else (OpenHCL). Thread-safe.
 */
public final class ReleaseSigner {
  private final Supplier<PrivateKeyEntry> identity;
  private Signing signing;

  /** @param identity an RSA key with its certificates; asked for once, when something is first released */
  public ReleaseSigner(Supplier<PrivateKeyEntry> identity) {
    this.identity = identity;
  }

  private record Signing(JWSHeader header, RSASSASigner signer) {
    static Signing with(PrivateKeyEntry identity) {
      try {
        List<Base64> chain = new ArrayList<>();
        for (Certificate certificate : identity.getCertificateChain()) {
          chain.add(Base64.encode(certificate.getEncoded()));
        }
        byte[] leaf = identity.getCertificate().getEncoded();
        byte[] thumbprint = MessageDigest.getInstance("SHA-1").digest(leaf);
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256).type(JOSEObjectType.JWT)
            .keyID(HexFormat.of().withUpperCase().formatHex(thumbprint))
            .x509CertSHA256Thumbprint(Base64URL.encode(MessageDigest.getInstance("SHA-256").digest(leaf)))
            .x509CertChain(chain).build();
        return new Signing(header, new RSASSASigner(identity.getPrivateKey()));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("a certificate can be encoded, and SHA is in every JVM", e);
      }
    }
  }

  public String sign(byte[] json) {
    Signing with = signing();
    JWSObject jws = new JWSObject(with.header(), new Payload(json));
    try {
      jws.sign(with.signer());
    } catch (JOSEException e) {
      throw new IllegalStateException("RS256 is in every JVM", e);
    }
    return jws.serialize();
  }

  private synchronized Signing signing() {
    if (signing == null) {
      signing = Signing.with(identity.get());
    }
    return signing;
  }
}
