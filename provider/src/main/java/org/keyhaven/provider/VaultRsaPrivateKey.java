package org.keyhaven.provider;

import java.io.NotSerializableException;
import java.io.ObjectStreamException;
import java.math.BigInteger;
import java.security.InvalidKeyException;
import java.security.interfaces.RSAKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import org.keyhaven.client.wire.ObjectId;

/** An RSA key in a vault. Not an {@code RSAPrivateKey}: SunRsaSign would claim that. */
final class VaultRsaPrivateKey implements VaultPrivateKey, RSAKey {
  /** Of a key that is for PSS alone (RFC 4055, section 1.2). */
  static final String PSS = "RSASSA-PSS";

  private final transient ObjectId id;
  private final transient RSAPublicKey publicKey;
  private final transient RemoteSigner signer;
  private final transient RemoteCipher cipher;

  VaultRsaPrivateKey(ObjectId id, RSAPublicKey publicKey, RemoteSigner signer, RemoteCipher cipher) {
    this.id = id;
    this.publicKey = publicKey;
    this.signer = signer;
    this.cipher = cipher;
  }

  @Override
  public ObjectId id() {
    return id;
  }

  @Override
  public RSAPublicKey publicKey() {
    return publicKey;
  }

  RemoteSigner signer() {
    return signer;
  }

  RemoteCipher cipher() {
    return cipher;
  }

  @Override
  public BigInteger getModulus() {
    return publicKey.getModulus();
  }

  /** Those of the public half: null, unless it is for RSASSA-PSS with parameters. */
  @Override
  public AlgorithmParameterSpec getParams() {
    return publicKey.getParams();
  }

  /**
   * This key, for a scheme other than PSS.
   *
   * @throws InvalidKeyException when its public half, that of its certificate for instance, is for RSASSA-PSS alone
   */
  VaultRsaPrivateKey forAnyScheme(String algorithm) throws InvalidKeyException {
    if (getAlgorithm().equals(PSS)) {
      throw new InvalidKeyException(algorithm + " does not go with a key for " + PSS + " alone: " + this);
    }
    return this;
  }

  /** Length in bytes of the modulus, and of a signature. */
  int modulusBytes() {
    return (getModulus().bitLength() + 7) / 8;
  }

  /** {@code RSA}, or {@code RSASSA-PSS} where the public half says so. */
  @Override
  public String getAlgorithm() {
    return publicKey.getAlgorithm();
  }

  @Override
  public String getFormat() {
    return null;
  }

  @Override
  public byte[] getEncoded() {
    return null;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VaultRsaPrivateKey that && id.equals(that.id) && getModulus().equals(that.getModulus());
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return "Keyhaven " + getAlgorithm() + " private key, " + getModulus().bitLength() + " bits: " + id;
  }

  private Object writeReplace() throws ObjectStreamException {
    throw new NotSerializableException("a key in a vault is not serializable; keep its identifier " + id);
  }
}
