package org.keyhaven.server.hsm;

import org.xipki.pkcs11.wrapper.PKCS11Constants;

/** What an unwrapped key in the token may do: one object a use, with no more rights than that. */
enum KeyUse {
  SIGN(PKCS11Constants.CKA_SIGN),
  DECRYPT(PKCS11Constants.CKA_DECRYPT),
  /** A key exchange key, which opens other keys into the token. */
  UNWRAP(PKCS11Constants.CKA_UNWRAP),
  /** A symmetric key as an AES key. */
  CIPHER(PKCS11Constants.CKA_ENCRYPT, PKCS11Constants.CKA_DECRYPT),
  /** A symmetric key as a generic one, which HMAC wants. */
  MAC(PKCS11Constants.CKA_SIGN);

  private final long[] rights;

  KeyUse(long... rights) {
    this.rights = rights;
  }

  /** Of a session object that is never read. */
  Template template(KeySpec spec) {
    Template template = hidden(spec, this == CIPHER).with(PKCS11Constants.CKA_EXTRACTABLE, false);
    for (long right : rights) {
      template.with(right, true);
    }
    return template;
  }

  /** Of a session object that is there to be wrapped. */
  static Template passing(KeySpec spec, boolean aes) {
    return hidden(spec, aes).with(PKCS11Constants.CKA_EXTRACTABLE, true);
  }

  private static Template hidden(KeySpec spec, boolean aes) {
    boolean secret = spec instanceof KeySpec.Oct;
    return hidden(secret ? PKCS11Constants.CKO_SECRET_KEY : PKCS11Constants.CKO_PRIVATE_KEY,
        spec instanceof KeySpec.Rsa ? PKCS11Constants.CKK_RSA : spec instanceof KeySpec.Ec ? PKCS11Constants.CKK_EC
            : aes ? PKCS11Constants.CKK_AES : PKCS11Constants.CKK_GENERIC_SECRET);
  }

  static Template hidden(long objectClass, long keyType) {
    return new Template()
        .with(PKCS11Constants.CKA_CLASS, objectClass)
        .with(PKCS11Constants.CKA_KEY_TYPE, keyType)
        .with(PKCS11Constants.CKA_TOKEN, false)
        .with(PKCS11Constants.CKA_PRIVATE, true)
        .with(PKCS11Constants.CKA_SENSITIVE, true);
  }
}
