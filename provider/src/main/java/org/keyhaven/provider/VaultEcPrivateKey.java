package org.keyhaven.provider;

import java.io.NotSerializableException;
import java.io.ObjectStreamException;
import java.security.interfaces.ECKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECParameterSpec;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.ObjectId;

/** An EC key in a vault. Not an {@code ECPrivateKey}: SunEC would claim that. */
final class VaultEcPrivateKey implements VaultPrivateKey, ECKey {
  private final transient ObjectId id;
  private final transient KeyCurve curve;
  private final transient ECPublicKey publicKey;
  private final transient RemoteSigner signer;

  VaultEcPrivateKey(ObjectId id, KeyCurve curve, ECPublicKey publicKey, RemoteSigner signer) {
    this.id = id;
    this.curve = curve;
    this.publicKey = publicKey;
    this.signer = signer;
  }

  @Override
  public ObjectId id() {
    return id;
  }

  KeyCurve curve() {
    return curve;
  }

  @Override
  public ECPublicKey publicKey() {
    return publicKey;
  }

  RemoteSigner signer() {
    return signer;
  }

  @Override
  public ECParameterSpec getParams() {
    return publicKey.getParams();
  }

  @Override
  public String getAlgorithm() {
    return "EC";
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
    return other instanceof VaultEcPrivateKey that && id.equals(that.id) && publicKey.getW().equals(that.publicKey.getW());
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return "Keyhaven EC private key, " + curve + ": " + id;
  }

  private Object writeReplace() throws ObjectStreamException {
    throw new NotSerializableException("a key in a vault is not serializable; keep its identifier " + id);
  }
}
