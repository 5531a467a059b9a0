package org.keyhaven.provider;

import java.io.NotSerializableException;
import java.io.ObjectStreamException;
import java.math.BigInteger;
import java.security.interfaces.RSAKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import org.keyhaven.client.wire.ObjectId;

/** An RSA key in a vault. Not an {@code RSAPrivateKey}: SunRsaSign would claim that. */
final class VaultRsaPrivateKey implements VaultPrivateKey, RSAKey {
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

  /** Null: the key is for any RSA scheme. Stated here, since from Java 22 on two of the interfaces have a default for it. */
  @Override
  public AlgorithmParameterSpec getParams() {
    return null;
  }

  /** Length in bytes of the modulus, and of a signature. */
  int modulusBytes() {
    return (getModulus().bitLength() + 7) / 8;
  }

  @Override
  public String getAlgorithm() {
    return "RSA";
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
    return "Keyhaven RSA private key, " + getModulus().bitLength() + " bits: " + id;
  }

  private Object writeReplace() throws ObjectStreamException {
    throw new NotSerializableException("a key in a vault is not serializable; keep its identifier " + id);
  }
}
