package org.keyhaven.provider;

import java.security.AlgorithmParameters;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.PSSParameterSpec;
import org.keyhaven.client.wire.SignatureAlgorithm.Scheme;

/**
 * Every {@code Signature} of the provider. Parameters are kept until there is a key: JCA settles on a provider when
 * parameters come first, before it knows whose key will follow.
 */
final class VaultSignature extends SignatureSpi {
  private final SignatureService service;
  private AlgorithmParameterSpec parameters;
  // The first two are set while signing with a key in a vault, the third with any other key.
  private VaultPrivateKey key;
  private RemoteSigning remote;
  private Signature local;

  VaultSignature(SignatureService service) {
    this.service = service;
  }

  @Override
  protected void engineInitSign(PrivateKey privateKey) throws InvalidKeyException {
    engineInitSign(privateKey, null);
  }

  @Override
  protected void engineInitSign(PrivateKey privateKey, SecureRandom random) throws InvalidKeyException {
    forget();
    if (privateKey == null) {
      throw new InvalidKeyException("no key was given");
    }
    if (privateKey instanceof VaultPrivateKey vaultKey) {
      remote = RemoteSigning.start(service, vaultKey, parameters);
      key = vaultKey;
    } else {
      local = NextProvider.signature(service, localParameters(), signature -> {
        if (random == null) {
          signature.initSign(privateKey);
        } else {
          signature.initSign(privateKey, random);
        }
      });
    }
  }

  @Override
  protected void engineInitVerify(PublicKey publicKey) throws InvalidKeyException {
    forget();
    if (publicKey == null) {
      throw new InvalidKeyException("no key was given");
    }
    local = Secp256k1Verification.isFor(publicKey) ? Secp256k1Verification.with(service, publicKey, parameters)
        : NextProvider.signature(service, localParameters(), signature -> signature.initVerify(publicKey));
  }

  @Override
  protected void engineUpdate(byte octet) throws SignatureException {
    engineUpdate(new byte[] {octet}, 0, 1);
  }

  @Override
  protected void engineUpdate(byte[] bytes, int offset, int length) throws SignatureException {
    if (local != null) {
      local.update(bytes, offset, length);
    } else {
      started().update(bytes, offset, length);
    }
  }

  @Override
  protected byte[] engineSign() throws SignatureException {
    return local != null ? local.sign() : started().sign();
  }

  @Override
  protected boolean engineVerify(byte[] signature) throws SignatureException {
    if (local == null) {
      throw new SignatureException("not initialized for verifying");
    }
    return local.verify(signature);
  }

  @Override
  protected void engineSetParameter(AlgorithmParameterSpec given) throws InvalidAlgorithmParameterException {
    switch (service.scheme()) {
      case RSA_PKCS1 -> {
        if (given != null) {
          throw new InvalidAlgorithmParameterException(service.name() + " takes no parameters");
        }
      }
      case RSA_PSS -> {
        if (!(given instanceof PSSParameterSpec pss)) {
          throw new InvalidAlgorithmParameterException(service.name() + " takes a PSSParameterSpec, not " + given);
        }
        if (service.hash() != null && !PssParameters.isName(pss.getDigestAlgorithm(), service.hash())) {
          // They may come with a message: whoever names a hash verifies with no other.
          throw new InvalidAlgorithmParameterException(service.name() + " does not go with parameters of "
              + pss.getDigestAlgorithm());
        }
      }
      case ECDSA -> {
        // The JDK takes the key's own curve here and nothing else.
        if (given != null && !(given instanceof ECParameterSpec)) {
          throw new InvalidAlgorithmParameterException(service.name() + " takes no parameters but a curve, not " + given);
        }
      }
      case HMAC -> throw new AssertionError(service);
    }
    if (local != null && given != null) {
      local.setParameter(given);
    } else if (key != null) {
      restart(given);
    }
    parameters = given;
  }

  @Override
  protected AlgorithmParameters engineGetParameters() {
    if (local != null) {
      return local.getParameters();
    }
    if (localParameters() instanceof PSSParameterSpec pss) {
      return PssParameters.encode(pss);
    }
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

  private void restart(AlgorithmParameterSpec given) throws InvalidAlgorithmParameterException {
    if (remote.underWay()) {
      throw new InvalidAlgorithmParameterException("parameters cannot change between update and sign");
    }
    try {
      remote = RemoteSigning.start(service, key, given);
    } catch (InvalidKeyException e) {
      throw new InvalidAlgorithmParameterException(e.getMessage(), e);
    }
  }

  /** What the JDK needs to hear: PSS with a hash in its name has parameters even where none were set. */
  private AlgorithmParameterSpec localParameters() {
    return parameters == null && service.scheme() == Scheme.RSA_PSS && service.hash() != null
        ? PssParameters.of(service.hash()) : parameters;
  }

  private RemoteSigning started() throws SignatureException {
    if (remote == null) {
      throw new SignatureException("not initialized for signing");
    }
    return remote;
  }

  private void forget() {
    key = null;
    remote = null;
    local = null;
  }
}
