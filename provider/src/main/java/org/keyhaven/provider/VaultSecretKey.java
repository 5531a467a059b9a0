package org.keyhaven.provider;

import java.io.NotSerializableException;
import java.io.ObjectStreamException;
import java.util.OptionalInt;
import javax.crypto.SecretKey;
import org.keyhaven.client.wire.ObjectId;

/**
 * A symmetric key that stays in its Managed HSM: an identifier. {@link #getFormat()} and {@link #getEncoded()} are null and
 * there is no secret in it, so it may be kept and shared freely; it refuses serialization, since a copy could not reach the
 * vault.
 *
 * <p>Thread-safe. There is nothing in it to destroy: {@link #destroy()} throws
 * {@link javax.security.auth.DestroyFailedException}, as by default. The key itself is deleted in the vault, by whoever may.
 */
public final class VaultSecretKey implements SecretKey {
  private static final long serialVersionUID = 1L;

  private final transient ObjectId id;
  private final transient String algorithm;
  private final transient RemoteSigner signer;
  private final transient RemoteCipher cipher;
  /** Zero until it is known: vaults before api-version 2026-04-01 do not say it. */
  private transient volatile int bits;

  VaultSecretKey(ObjectId id, String algorithm, Integer bits, RemoteSigner signer, RemoteCipher cipher) {
    this.id = id;
    this.algorithm = algorithm;
    this.bits = bits == null ? 0 : bits;
    this.signer = signer;
    this.cipher = cipher;
  }

  /** The key's identifier with its version: a later version of the same name is another key. */
  public ObjectId id() {
    return id;
  }

  /** For HMAC. */
  RemoteSigner signer() {
    return signer;
  }

  RemoteCipher cipher() {
    return cipher;
  }

  /** Its length, as far as the vault has said it or its use has shown it. */
  OptionalInt bits() {
    int known = bits;
    return known == 0 ? OptionalInt.empty() : OptionalInt.of(known);
  }

  /** Keeps the length that its use has shown. */
  void learn(int shown) {
    bits = shown;
  }

  /** {@code AES}, or for a key that may do nothing but sign and verify the name of an HMAC. */
  @Override
  public String getAlgorithm() {
    return algorithm;
  }

  /** Null. */
  @Override
  public String getFormat() {
    return null;
  }

  /** Null. */
  @Override
  public byte[] getEncoded() {
    return null;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VaultSecretKey that && id.equals(that.id);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return "Keyhaven " + algorithm + " secret key: " + id;
  }

  private Object writeReplace() throws ObjectStreamException {
    throw new NotSerializableException("a key in a vault is not serializable; keep its identifier " + id);
  }
}
