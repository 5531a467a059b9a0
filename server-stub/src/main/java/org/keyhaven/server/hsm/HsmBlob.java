package org.keyhaven.server.hsm;

import java.util.Arrays;

/**
 * A key as the token has wrapped it (CKM_AES_KEY_WRAP_PAD), behind an octet that says by which master key. A changed octet
 * gains nothing: the other master key does not open it.
 */
record HsmBlob(byte[] wrapped, boolean exportable) {
  private static final byte STAYS = 1;
  private static final byte EXPORTABLE = 2;

  /** @throws org.keyhaven.server.ApiError 500 when it is none */
  static HsmBlob of(SealedKey key) {
    byte[] blob = key.blob();
    if (blob.length < 2 || blob[0] != STAYS && blob[0] != EXPORTABLE) {
      throw Ckr.internal("the stored key " + key.id() + " was not sealed by an HSM, or was changed", null);
    }
    return new HsmBlob(Arrays.copyOfRange(blob, 1, blob.length), blob[0] == EXPORTABLE);
  }

  byte[] encoded() {
    return TransferBlob.join(new byte[] {exportable ? EXPORTABLE : STAYS}, wrapped);
  }
}
