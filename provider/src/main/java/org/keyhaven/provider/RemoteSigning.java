package org.keyhaven.provider;

import java.io.ByteArrayOutputStream;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SignatureException;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Optional;
import org.keyhaven.client.wire.Hash;
import org.keyhaven.client.wire.SignatureAlgorithm;
import org.keyhaven.client.wire.SignatureAlgorithm.Scheme;

/** Signing with one key in a vault: what was given so far, and the remote operation at the end. Not thread-safe. */
final class RemoteSigning {
  /** What NONEwithECDSA takes, as in the JDK: the longest digest there is. */
  static final int LONGEST_DIGEST = 64;
  /** PKCS#1 v1.5 padding at the least (RFC 8017, section 9.2). */
  private static final int PKCS1_OVERHEAD = 11;

  /** Turns the digest, or the raw bytes, into the finished signature. */
  @FunctionalInterface
  private interface Finish {
    byte[] apply(byte[] value) throws SignatureException;
  }

  private final Input input;
  private final Finish finish;

  private RemoteSigning(Input input, Finish finish) {
    this.input = input;
    this.finish = finish;
  }

  /**
   * Begins with a key.
   *
   * @param parameters null for none; PSS without a fixed hash fails later without them, as in the JDK
   * @throws InvalidKeyException when the key's type does not fit, or the vault cannot sign with these parameters
   */
  static RemoteSigning start(SignatureService service, VaultPrivateKey key, AlgorithmParameterSpec parameters)
      throws InvalidKeyException {
    return switch (service.scheme()) {
      case RSA_PKCS1 -> pkcs1(service, rsa(service, key).forAnyScheme(service.name()));
      case RSA_PSS -> pss(service, rsa(service, key), (PSSParameterSpec) parameters);
      case ECDSA -> ecdsa(service, ec(service, key), (ECParameterSpec) parameters);
      case HMAC -> throw new InvalidKeyException(service.name() + " is no signature with a private key");
    };
  }

  void update(byte[] bytes, int offset, int length) {
    input.update(bytes, offset, length);
  }

  /** Whether there is input since the start or the last signature. */
  boolean underWay() {
    return input.started;
  }

  /** Signs and begins anew, whether it worked or not. */
  byte[] sign() throws SignatureException {
    return finish.apply(input.finish());
  }

  private static RemoteSigning pkcs1(SignatureService service, VaultRsaPrivateKey key) {
    if (service.hash() != null) {
      SignatureAlgorithm row = SignatureService.rsaRow(Scheme.RSA_PKCS1, service.hash());
      return new RemoteSigning(Input.digesting(service.digestName()),
          digest -> checked(key, key.signer().sign(row, digest)));
    }
    if (SignatureService.SHA_1.equals(service.digestName())) {
      return new RemoteSigning(Input.digesting(service.digestName()), digest -> signRaw(key, DigestInfo.ofSha1(digest)));
    }
    return new RemoteSigning(Input.raw(service.name(), key.modulusBytes() - PKCS1_OVERHEAD), bytes -> signRaw(key, bytes));
  }

  /**
   * Signs what already is a DigestInfo, or anything else that PKCS#1 v1.5 shall pad.
   *
   * @throws SignatureException with the vault's reason; what is no DigestInfo of its hashes needs RSNULL, which not every
   *     vault has
   */
  static byte[] signRaw(VaultRsaPrivateKey key, byte[] bytes) throws SignatureException {
    Optional<DigestInfo> info = DigestInfo.parse(bytes);
    return checked(key, info.isPresent()
        ? key.signer().sign(SignatureService.rsaRow(Scheme.RSA_PKCS1, info.get().hash()), info.get().digest())
        : key.signer().sign(SignatureAlgorithm.RSNULL, bytes));
  }

  private static RemoteSigning pss(SignatureService service, VaultRsaPrivateKey key, PSSParameterSpec parameters)
      throws InvalidKeyException {
    Hash hash = service.hash();
    if (parameters != null) {
      try {
        hash = PssParameters.hashOf(parameters);
      } catch (InvalidAlgorithmParameterException e) {
        throw new InvalidKeyException(e.getMessage(), e);
      }
      if (service.hash() != null && service.hash() != hash) {
        throw new InvalidKeyException(service.name() + " does not go with parameters of " + hash.digestName());
      }
    }
    if (hash == null) {
      return new RemoteSigning(Input.discarding(), bytes -> {
        throw new SignatureException("RSASSA-PSS needs parameters: call setParameter with a PSSParameterSpec");
      });
    }
    if (key.getParams() instanceof PSSParameterSpec ofKey && !PssParameters.allow(ofKey, hash)) {
      throw new InvalidKeyException("the certificate of this key is for other parameters of PSS, " + ofKey + ", not for "
          + hash.digestName() + ": " + key);
    }
    SignatureAlgorithm row = SignatureService.rsaRow(Scheme.RSA_PSS, hash);
    return new RemoteSigning(Input.digesting(hash.digestName()), digest -> checked(key, key.signer().sign(row, digest)));
  }

  private static RemoteSigning ecdsa(SignatureService service, VaultEcPrivateKey key, ECParameterSpec curve)
      throws InvalidKeyException {
    if (curve != null && !PublicKeys.sameCurve(curve, key.getParams())) {
      throw new InvalidKeyException("the parameters given are not the curve of the " + key);
    }
    SignatureAlgorithm row = SignatureService.ecdsaRow(key.curve());
    Input input = service.hash() == null ? Input.raw(service.name(), LONGEST_DIGEST) : Input.digesting(service.digestName());
    return new RemoteSigning(input, new Ecdsa(key, row, service.p1363()));
  }

  private record Ecdsa(VaultEcPrivateKey key, SignatureAlgorithm row, boolean p1363) implements Finish {
    @Override
    public byte[] apply(byte[] digest) throws SignatureException {
      byte[] signature = key.signer().sign(row, fitted(digest, row.hash().bytes()));
      int coordinateBytes = key.curve().coordinateBytes();
      if (p1363) {
        EcdsaSignatures.check(signature, coordinateBytes);
        return signature;
      }
      return EcdsaSignatures.toDer(signature, coordinateBytes);
    }
  }

  /**
   * A digest as the length that the service ties to the curve. ECDSA uses the leftmost bits of a longer digest (FIPS 186-5,
   * section 6.4.1), and zeros at the left of a shorter one do not change the integer, so the signature is that of the
   * digest given.
   */
  static byte[] fitted(byte[] digest, int length) {
    byte[] result = new byte[length];
    int copied = Math.min(digest.length, length);
    System.arraycopy(digest, 0, result, length - copied, copied);
    return result;
  }

  private static byte[] checked(VaultRsaPrivateKey key, byte[] signature) throws SignatureException {
    if (signature.length != key.modulusBytes()) {
      throw new SignatureException("the vault answered an RSA signature of " + signature.length + " bytes, not "
          + key.modulusBytes());
    }
    return signature;
  }

  private static VaultRsaPrivateKey rsa(SignatureService service, VaultPrivateKey key) throws InvalidKeyException {
    if (key instanceof VaultRsaPrivateKey rsa) {
      return rsa;
    }
    throw new InvalidKeyException(service.name() + " needs an RSA key, and this is a " + key);
  }

  private static VaultEcPrivateKey ec(SignatureService service, VaultPrivateKey key) throws InvalidKeyException {
    if (key instanceof VaultEcPrivateKey ec) {
      return ec;
    }
    throw new InvalidKeyException(service.name() + " needs an EC key, and this is a " + key);
  }

  /** The bytes to sign, digested on the way or kept as they are. */
  private abstract static class Input {
    private boolean started;

    abstract void add(byte[] bytes, int offset, int length);

    abstract byte[] take() throws SignatureException;

    void update(byte[] bytes, int offset, int length) {
      started = true;
      add(bytes, offset, length);
    }

    byte[] finish() throws SignatureException {
      started = false;
      return take();
    }

    static Input digesting(String digestName) {
      MessageDigest digest;
      try {
        digest = MessageDigest.getInstance(digestName);
      } catch (NoSuchAlgorithmException e) {
        throw new AssertionError("every Java runtime has " + digestName, e);
      }
      return new Input() {
        @Override
        void add(byte[] bytes, int offset, int length) {
          digest.update(bytes, offset, length);
        }

        @Override
        byte[] take() {
          return digest.digest();
        }
      };
    }

    /** Keeps up to {@code longest} bytes; more are counted and refused at the end, as the JDK does. */
    static Input raw(String name, int longest) {
      return new Input() {
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private boolean tooLong;

        @Override
        void add(byte[] bytes, int offset, int length) {
          if (tooLong || length > longest - kept.size()) {
            tooLong = true;
          } else {
            kept.write(bytes, offset, length);
          }
        }

        @Override
        byte[] take() throws SignatureException {
          byte[] bytes = kept.toByteArray();
          boolean refused = tooLong;
          kept.reset();
          tooLong = false;
          if (refused) {
            throw new SignatureException(name + " takes at most " + longest + " bytes with this key");
          }
          return bytes;
        }
      };
    }

    static Input discarding() {
      return new Input() {
        @Override
        void add(byte[] bytes, int offset, int length) { }

        @Override
        byte[] take() {
          return new byte[0];
        }
      };
    }
  }
}
