package org.keyhaven.provider;

import java.io.ByteArrayOutputStream;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.ECPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.util.Optional;
import org.keyhaven.client.local.LocalKey;
import org.keyhaven.client.local.Secp256k1;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.SignatureAlgorithm;

/**
 * Verifies on secp256k1. SunEC takes such keys and fails at the end, so that no next provider can be found by trying.
 */
final class Secp256k1Verification extends Signature {
  private static final int COORDINATE_BYTES = KeyCurve.P_256K.coordinateBytes();

  private final SignatureService service;
  private final ByteArrayOutputStream given = new ByteArrayOutputStream();
  // Null where the caller gives the digest.
  private final MessageDigest digest;
  private LocalKey key;

  private Secp256k1Verification(SignatureService service, MessageDigest digest) {
    super(service.name());
    this.service = service;
    this.digest = digest;
  }

  /** Whether the key is on this curve, whoever made it. */
  static boolean isFor(PublicKey key) {
    return key instanceof ECPublicKey ec && ec.getParams() != null
        && PublicKeys.sameCurve(ec.getParams(), Secp256k1.PARAMETERS);
  }

  /**
   * @param parameters null for none
   * @throws InvalidKeyException when it is no point of the curve, or the service is not ECDSA
   */
  static Signature with(SignatureService service, PublicKey key, AlgorithmParameterSpec parameters)
      throws InvalidKeyException {
    if (service.scheme() != SignatureAlgorithm.Scheme.ECDSA) {
      throw new InvalidKeyException(service.name() + " needs an RSA key, and this is an EC key");
    }
    try {
      Signature signature = new Secp256k1Verification(service,
          service.digestName() == null ? null : MessageDigest.getInstance(service.digestName()));
      if (parameters != null) {
        signature.setParameter(parameters);
      }
      signature.initVerify(key);
      return signature;
    } catch (InvalidKeyException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      throw new InvalidKeyException(e.getMessage(), e);
    }
  }

  @Override
  protected void engineInitVerify(PublicKey publicKey) throws InvalidKeyException {
    ECPoint point = ((ECPublicKey) publicKey).getW();
    if (!Secp256k1.contains(point)) {
      throw new InvalidKeyException("the point is not on secp256k1");
    }
    try {
      key = LocalKey.of(JsonWebKey.ec(KeyType.EC, KeyCurve.P_256K, UnsignedBytes.of(point.getAffineX(), COORDINATE_BYTES),
          UnsignedBytes.of(point.getAffineY(), COORDINATE_BYTES)));
    } catch (InvalidKeyException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      throw new InvalidKeyException(e.getMessage(), e);
    }
  }

  @Override
  protected void engineInitSign(PrivateKey privateKey) throws InvalidKeyException {
    throw new InvalidKeyException("only verifies");
  }

  @Override
  protected void engineUpdate(byte octet) {
    engineUpdate(new byte[] {octet}, 0, 1);
  }

  @Override
  protected void engineUpdate(byte[] bytes, int offset, int length) {
    if (digest != null) {
      digest.update(bytes, offset, length);
    } else if (given.size() <= RemoteSigning.LONGEST_DIGEST) {
      given.write(bytes, offset, Math.min(length, RemoteSigning.LONGEST_DIGEST + 1));
    }
  }

  @Override
  protected byte[] engineSign() throws SignatureException {
    throw new SignatureException("only verifies");
  }

  @Override
  protected boolean engineVerify(byte[] signature) throws SignatureException {
    byte[] value = digest != null ? digest.digest() : given.toByteArray();
    given.reset();
    if (value.length > RemoteSigning.LONGEST_DIGEST) {
      throw new SignatureException(service.name() + " takes at most " + RemoteSigning.LONGEST_DIGEST + " bytes");
    }
    Optional<byte[]> p1363 = service.p1363() ? Optional.of(signature) : EcdsaSignatures.fromDer(signature, COORDINATE_BYTES);
    try {
      return p1363.isPresent() && key.verify(SignatureAlgorithm.ES256K,
          RemoteSigning.fitted(value, SignatureAlgorithm.ES256K.hash().bytes()), p1363.get());
    } catch (GeneralSecurityException e) {
      throw new SignatureException(e);
    }
  }

  /** As in the JDK: the key's own curve and nothing else. */
  @Override
  protected void engineSetParameter(AlgorithmParameterSpec given) throws InvalidAlgorithmParameterException {
    if (given != null && !(given instanceof ECParameterSpec curve && PublicKeys.sameCurve(curve, Secp256k1.PARAMETERS))) {
      throw new InvalidAlgorithmParameterException("the parameters given are not the curve of the key, secp256k1");
    }
  }

  @Override
  protected AlgorithmParameters engineGetParameters() {
    return null;
  }

  @Deprecated
  @Override
  protected void engineSetParameter(String name, Object value) {
    throw new UnsupportedOperationException("use setParameter(AlgorithmParameterSpec)");
  }

  @Deprecated
  @Override
  protected Object engineGetParameter(String name) {
    throw new UnsupportedOperationException("use getParameters()");
  }
}
