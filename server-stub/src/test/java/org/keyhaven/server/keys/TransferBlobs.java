package org.keyhaven.server.keys;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.bouncycastle.crypto.engines.AESWrapPadEngine;
import org.bouncycastle.crypto.params.KeyParameter;

/** What an owner of a key brings along to move it into the HSM ("Bring your own key specification"). */
final class TransferBlobs {
  private static final SecureRandom RANDOM = new SecureRandom();

  private TransferBlobs() { }

  /** The key under CKM_RSA_AES_KEY_WRAP. @param key PKCS#8, or the octets of a symmetric key */
  static byte[] wrapped(RSAPublicKey kek, byte[] key) throws GeneralSecurityException {
    byte[] aes = new byte[32];
    RANDOM.nextBytes(aes);
    Cipher oaep = Cipher.getInstance("RSA/ECB/OAEPPadding");
    oaep.init(Cipher.ENCRYPT_MODE, kek,
        new OAEPParameterSpec("SHA-1", "MGF1", MGF1ParameterSpec.SHA1, PSource.PSpecified.DEFAULT));
    byte[] first = oaep.doFinal(aes);
    AESWrapPadEngine engine = new AESWrapPadEngine();
    engine.init(true, new KeyParameter(aes));
    byte[] second = engine.wrap(key, 0, key.length);
    byte[] both = new byte[first.length + second.length];
    System.arraycopy(first, 0, both, 0, first.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  static String blob(String kid, byte[] ciphertext) {
    return "{\"schema_version\":\"1.0.0\",\"header\":{\"kid\":\"" + kid
        + "\",\"alg\":\"dir\",\"enc\":\"CKM_RSA_AES_KEY_WRAP\"},\"ciphertext\":\"" + KeysApi.base64(ciphertext)
        + "\",\"generator\":\"a test of the specification\"}";
  }
}
