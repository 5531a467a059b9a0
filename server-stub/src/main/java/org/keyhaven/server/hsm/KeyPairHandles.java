package org.keyhaven.server.hsm;

import iaik.pkcs.pkcs11.wrapper.CK_ATTRIBUTE;
import iaik.pkcs.pkcs11.wrapper.PKCS11;
import iaik.pkcs.pkcs11.wrapper.PKCS11Exception;
import java.math.BigInteger;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyType;
import org.xipki.pkcs11.wrapper.PKCS11Constants;

/** A key pair that was just made, as two session objects. */
record KeyPairHandles(long publicKey, long privateKey) {

  /** The private key is sensitive, and extractable only in order to be wrapped. */
  static KeyPairHandles generate(PKCS11 api, long session, KeySpec spec) throws PKCS11Exception {
    Template publicKey = new Template()
        .with(PKCS11Constants.CKA_TOKEN, false)
        .with(PKCS11Constants.CKA_VERIFY, true);
    Template privateKey = new Template()
        .with(PKCS11Constants.CKA_TOKEN, false)
        .with(PKCS11Constants.CKA_PRIVATE, true)
        .with(PKCS11Constants.CKA_SENSITIVE, true)
        .with(PKCS11Constants.CKA_EXTRACTABLE, true)
        .with(PKCS11Constants.CKA_SIGN, true);
    long mechanism;
    if (spec instanceof KeySpec.Rsa rsa) {
      mechanism = PKCS11Constants.CKM_RSA_PKCS_KEY_PAIR_GEN;
      publicKey.with(PKCS11Constants.CKA_MODULUS_BITS, (long) rsa.bits())
          .with(PKCS11Constants.CKA_PUBLIC_EXPONENT, EcEncoding.unsigned(BigInteger.valueOf(rsa.publicExponent())));
    } else if (spec instanceof KeySpec.Ec ec) {
      mechanism = PKCS11Constants.CKM_EC_KEY_PAIR_GEN;
      publicKey.with(PKCS11Constants.CKA_EC_PARAMS, EcEncoding.parameters(ec.curve()));
    } else {
      throw new IllegalStateException("no key pair: " + spec);
    }
    long[] handles = api.C_GenerateKeyPair(session, Mechanisms.plain(mechanism), publicKey.attributes(),
        privateKey.attributes(), true);
    return new KeyPairHandles(handles[0], handles[1]);
  }

  JsonWebKey publicHalf(PKCS11 api, long session, KeySpec spec) throws PKCS11Exception {
    if (spec instanceof KeySpec.Ec ec) {
      return EcEncoding.publicKey(ec.curve(), attributes(api, session, PKCS11Constants.CKA_EC_POINT)[0]);
    }
    byte[][] rsa = attributes(api, session, PKCS11Constants.CKA_MODULUS, PKCS11Constants.CKA_PUBLIC_EXPONENT);
    return JsonWebKey.rsa(KeyType.RSA, EcEncoding.unsigned(new BigInteger(1, rsa[0])),
        EcEncoding.unsigned(new BigInteger(1, rsa[1])));
  }

  void destroy(PKCS11 api, long session) throws PKCS11Exception {
    try {
      api.C_DestroyObject(session, privateKey);
    } finally {
      api.C_DestroyObject(session, publicKey);
    }
  }

  private byte[][] attributes(PKCS11 api, long session, long... types) throws PKCS11Exception {
    byte[][] values = new byte[types.length][];
    for (int i = 0; i < types.length; i++) {
      CK_ATTRIBUTE[] asked = new Template().with(types[i], null).attributes();
      api.C_GetAttributeValue(session, publicKey, asked, true);
      values[i] = (byte[]) asked[0].pValue;
    }
    return values;
  }
}
