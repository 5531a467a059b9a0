package org.keyhaven.server.hsm;

/** Seals under a key that this process holds, derived from a vault's data key: AES-256-GCM. */
public final class DataSealer implements Sealer {
  private final AesGcm cipher;

  /** @param key 32 bytes, used for nothing else; copied */
  public DataSealer(byte[] key) {
    this.cipher = new AesGcm(key);
  }

  @Override
  public byte[] seal(byte[] secret, byte[] context) {
    return cipher.encrypt(secret, context);
  }

  @Override
  public byte[] unseal(byte[] blob, byte[] context) {
    return cipher.decrypt(blob, context);
  }
}
