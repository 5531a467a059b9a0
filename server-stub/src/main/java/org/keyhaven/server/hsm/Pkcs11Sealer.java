package org.keyhaven.server.hsm;

import java.util.Arrays;

/** Seals with a key in the token: AES-GCM, with the context as associated data. */
final class Pkcs11Sealer implements Sealer {
  private static final int IV_BYTES = 12;

  private final Pkcs11Token token;
  private final String label;
  private final TokenCipher cipher;

  Pkcs11Sealer(Pkcs11Token token, String label, TokenCipher cipher) {
    this.token = token;
    this.label = label;
    this.cipher = cipher;
  }

  @Override
  public byte[] seal(byte[] secret, byte[] context) {
    byte[] iv = AesGcm.randomIv();
    return token.run("seal a secret", connection -> {
      long key = MasterKeys.find(connection, label).sealing();
      return connection.inSession((api, session) ->
          TransferBlob.join(iv, cipher.gcmEncrypt(api, session, key, iv, context, secret)));
    });
  }

  @Override
  public byte[] unseal(byte[] blob, byte[] context) {
    if (blob.length < IV_BYTES + Mechanisms.GCM_TAG_BITS / 8) {
      throw AesGcm.changed(null);
    }
    byte[] iv = Arrays.copyOf(blob, IV_BYTES);
    byte[] encrypted = Arrays.copyOfRange(blob, IV_BYTES, blob.length);
    return token.run("open a sealed secret", connection -> {
      long key = MasterKeys.find(connection, label).sealing();
      return connection.inSession((api, session) -> cipher.gcmDecrypt(api, session, key, iv, context, encrypted)
          .orElseThrow(() -> AesGcm.changed(null)));
    });
  }
}
