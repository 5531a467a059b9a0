package org.keyhaven.server.hsm;

import iaik.pkcs.pkcs11.wrapper.CK_ATTRIBUTE;
import iaik.pkcs.pkcs11.wrapper.PKCS11;
import iaik.pkcs.pkcs11.wrapper.PKCS11Exception;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Set;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.server.ApiError;
import org.xipki.pkcs11.wrapper.PKCS11Constants;

/**
 * Makes keys in the token that are there to be wrapped: new, from numbers, or from a wrapped key of elsewhere. What a failed
 * call leaves behind dies with its session.
 */
final class TokenKeys {
  private static final Set<Integer> AES_BITS = Set.of(128, 192, 256);
  /** CKA_NSS_DB of NSS's pkcs11n.h. */
  private static final long CKA_NSS_DB = 0xD5A0DB00L;

  private TokenKeys() { }

  /** What an unwrapped key turned out to be. */
  record Found(KeySpec spec, JsonWebKey publicKey) { }

  static long generate(PKCS11 api, long session, KeySpec.Oct spec) throws PKCS11Exception {
    boolean aes = AES_BITS.contains(spec.bits());
    return api.C_GenerateKey(session,
        Mechanisms.plain(aes ? PKCS11Constants.CKM_AES_KEY_GEN : PKCS11Constants.CKM_GENERIC_SECRET_KEY_GEN),
        KeyUse.passing(spec, aes).with(PKCS11Constants.CKA_VALUE_LEN, (long) spec.bits() / 8).attributes(), true);
  }

  /** @param key checked */
  static long create(PKCS11 api, long session, ClearKey key) throws PKCS11Exception {
    return api.C_CreateObject(session, template(key).attributes(), true);
  }

  /** An AES key of our own that wraps another. */
  static long createWrapping(PKCS11 api, long session, byte[] octets) throws PKCS11Exception {
    return api.C_CreateObject(session, KeyUse.hidden(PKCS11Constants.CKO_SECRET_KEY, PKCS11Constants.CKK_AES)
        .with(PKCS11Constants.CKA_EXTRACTABLE, false)
        .with(PKCS11Constants.CKA_WRAP, true)
        .with(PKCS11Constants.CKA_VALUE, octets).attributes(), true);
  }

  /**
   * Opens a transferred key within the token. When its first part does not open, the second is tried with a random key, so
   * that neither answer nor time tell which was at fault.
   *
   * @param mechanism RFC 5649 by the module's name
   * @throws ApiError 400, always the same
   */
  static long transfer(PKCS11 api, long session, long kek, TransferBlob parts, long mechanism, KeyType.Family family)
      throws PKCS11Exception {
    long ephemeral = ephemeral(api, session, kek, parts.encryptedKey());
    try {
      long key = unwrap(api, session, mechanism, ephemeral, parts.wrapped(), transferred(family));
      api.C_DestroyObject(session, ephemeral);
      return key;
    } catch (PKCS11Exception e) {
      throw refusal(e);
    }
  }

  static byte[] wrap(PKCS11 api, long session, long master, long key) throws PKCS11Exception {
    return api.C_WrapKey(session, Mechanisms.plain(PKCS11Constants.CKM_AES_KEY_WRAP_PAD), master, key, true);
  }

  /**
   * Wraps a key that came from elsewhere. Some modules open any numbers, and find only now that they make no key.
   *
   * @throws ApiError 400, always the same
   */
  static byte[] wrapTransferred(PKCS11 api, long session, long master, long key) throws PKCS11Exception {
    try {
      return wrap(api, session, master, key);
    } catch (PKCS11Exception e) {
      if (e.getErrorCode() == PKCS11Constants.CKR_KEY_NOT_WRAPPABLE) {
        throw CipherRules.untransferable();
      }
      throw refusal(e);
    }
  }

  /**
   * What the token says of a key that it unwrapped; that the public half fits is seen by a signature.
   *
   * @param wrappedBytes how long the key is when wrapped; tells the length of a secret key where the module does not
   * @throws ApiError 400 when it is no key that the vault has
   */
  static Found describe(PKCS11 api, long session, long key, KeyType.Family family, int wrappedBytes) throws PKCS11Exception {
    try {
      return switch (family) {
        case RSA -> rsa(api, session, key);
        case EC -> ec(api, session, key);
        case OCT -> oct(api, session, key, wrappedBytes);
      };
    } catch (PKCS11Exception e) {
      throw refusal(e);
    } catch (IllegalArgumentException | ApiError e) {
      throw CipherRules.untransferable();
    }
  }

  /**
   * C_UnwrapKey, and again for a module that wants more than the standard asks for: NSS takes no EC key without an attribute of
   * its own that holds the public point, of which it uses nothing.
   */
  static long unwrap(PKCS11 api, long session, long mechanism, long unwrapping, byte[] wrapped, Template template)
      throws PKCS11Exception {
    try {
      return api.C_UnwrapKey(session, Mechanisms.plain(mechanism), unwrapping, wrapped, template.attributes(), true);
    } catch (PKCS11Exception e) {
      if (e.getErrorCode() != PKCS11Constants.CKR_TEMPLATE_INCOMPLETE) {
        throw e;
      }
      return api.C_UnwrapKey(session, Mechanisms.plain(mechanism), unwrapping, wrapped,
          template.with(CKA_NSS_DB, new byte[1]).attributes(), true);
    }
  }

  private static long ephemeral(PKCS11 api, long session, long kek, byte[] encrypted) throws PKCS11Exception {
    Template template = KeyUse.hidden(PKCS11Constants.CKO_SECRET_KEY, PKCS11Constants.CKK_AES)
        .with(PKCS11Constants.CKA_EXTRACTABLE, false)
        .with(PKCS11Constants.CKA_UNWRAP, true);
    try {
      return api.C_UnwrapKey(session, Mechanisms.oaep("SHA-1"), kek, encrypted, template.attributes(), true);
    } catch (PKCS11Exception e) {
      if (!Ckr.dataRefused(e)) {
        throw e;
      }
      return api.C_GenerateKey(session, Mechanisms.plain(PKCS11Constants.CKM_AES_KEY_GEN),
          template.with(PKCS11Constants.CKA_VALUE_LEN, (long) TransferBlob.EPHEMERAL_BYTES).attributes(), true);
    }
  }

  private static Template transferred(KeyType.Family family) {
    return switch (family) {
      case RSA -> KeyUse.hidden(PKCS11Constants.CKO_PRIVATE_KEY, PKCS11Constants.CKK_RSA)
          .with(PKCS11Constants.CKA_EXTRACTABLE, true).with(PKCS11Constants.CKA_SIGN, true);
      case EC -> KeyUse.hidden(PKCS11Constants.CKO_PRIVATE_KEY, PKCS11Constants.CKK_EC)
          .with(PKCS11Constants.CKA_EXTRACTABLE, true).with(PKCS11Constants.CKA_SIGN, true);
      case OCT -> KeyUse.hidden(PKCS11Constants.CKO_SECRET_KEY, PKCS11Constants.CKK_GENERIC_SECRET)
          .with(PKCS11Constants.CKA_EXTRACTABLE, true);
    };
  }

  private static Found rsa(PKCS11 api, long session, long key) throws PKCS11Exception {
    BigInteger modulus = new BigInteger(1, octets(api, session, key, PKCS11Constants.CKA_MODULUS));
    BigInteger exponent = new BigInteger(1, octets(api, session, key, PKCS11Constants.CKA_PUBLIC_EXPONENT));
    KeySpec spec = ClearKeyCheck.rsa(modulus, exponent);
    // Refuses moduli with small factors, which no use of the public half would take either.
    new RSAKeyParameters(false, modulus, exponent);
    byte[] content = new byte[32];
    Arrays.fill(content, (byte) 7);
    api.C_SignInit(session, Mechanisms.plain(PKCS11Constants.CKM_RSA_PKCS), key, true);
    byte[] padded = new BigInteger(1, api.C_Sign(session, content)).modPow(exponent, modulus).toByteArray();
    if (padded.length < content.length
        || !Arrays.equals(padded, padded.length - content.length, padded.length, content, 0, content.length)) {
      throw new IllegalArgumentException("the parts of the RSA key do not belong together");
    }
    return new Found(spec, JsonWebKey.rsa(KeyType.RSA, EcEncoding.unsigned(modulus), EcEncoding.unsigned(exponent)));
  }

  private static Found ec(PKCS11 api, long session, long key) throws PKCS11Exception {
    KeyCurve curve = EcEncoding.curve(octets(api, session, key, PKCS11Constants.CKA_EC_PARAMS));
    JsonWebKey publicKey = EcPoint.<PKCS11Exception>recover(curve, digest -> {
      api.C_SignInit(session, Mechanisms.plain(PKCS11Constants.CKM_ECDSA), key, true);
      return api.C_Sign(session, digest);
    });
    return new Found(new KeySpec.Ec(curve), publicKey);
  }

  private static Found oct(PKCS11 api, long session, long key, int wrappedBytes) throws PKCS11Exception {
    long told = (Long) attribute(api, session, key, PKCS11Constants.CKA_VALUE_LEN);
    // SoftHSM tells 0; what it wraps it fills to whole semiblocks, and one more is the check.
    return new Found(ClearKeyCheck.oct(told > 0 ? (int) told : wrappedBytes - CipherRules.SEMIBLOCK),
        ClearKeyCheck.symmetric());
  }

  private static Template template(ClearKey key) {
    if (key instanceof ClearKey.Rsa rsa) {
      return KeyUse.hidden(PKCS11Constants.CKO_PRIVATE_KEY, PKCS11Constants.CKK_RSA)
          .with(PKCS11Constants.CKA_EXTRACTABLE, true)
          .with(PKCS11Constants.CKA_MODULUS, unsigned(rsa.n()))
          .with(PKCS11Constants.CKA_PUBLIC_EXPONENT, unsigned(rsa.e()))
          .with(PKCS11Constants.CKA_PRIVATE_EXPONENT, unsigned(rsa.d()))
          .with(PKCS11Constants.CKA_PRIME_1, unsigned(rsa.p()))
          .with(PKCS11Constants.CKA_PRIME_2, unsigned(rsa.q()))
          .with(PKCS11Constants.CKA_EXPONENT_1, unsigned(rsa.dp()))
          .with(PKCS11Constants.CKA_EXPONENT_2, unsigned(rsa.dq()))
          .with(PKCS11Constants.CKA_COEFFICIENT, unsigned(rsa.qi()));
    }
    if (key instanceof ClearKey.Ec ec) {
      return KeyUse.hidden(PKCS11Constants.CKO_PRIVATE_KEY, PKCS11Constants.CKK_EC)
          .with(PKCS11Constants.CKA_EXTRACTABLE, true)
          .with(PKCS11Constants.CKA_EC_PARAMS, EcEncoding.parameters(ec.crv()))
          .with(PKCS11Constants.CKA_VALUE,
              EcEncoding.fixedLength(ClearKeyCheck.number(ec.d()), ec.crv().coordinateBytes()));
    }
    return KeyUse.hidden(PKCS11Constants.CKO_SECRET_KEY, PKCS11Constants.CKK_GENERIC_SECRET)
        .with(PKCS11Constants.CKA_EXTRACTABLE, true)
        .with(PKCS11Constants.CKA_VALUE, ((ClearKey.Oct) key).k());
  }

  private static byte[] unsigned(byte[] bigEndian) {
    return EcEncoding.unsigned(ClearKeyCheck.number(bigEndian));
  }

  private static byte[] octets(PKCS11 api, long session, long key, long type) throws PKCS11Exception {
    return (byte[]) attribute(api, session, key, type);
  }

  private static Object attribute(PKCS11 api, long session, long key, long type) throws PKCS11Exception {
    CK_ATTRIBUTE[] asked = new Template().with(type, null).attributes();
    api.C_GetAttributeValue(session, key, asked, true);
    return asked[0].pValue;
  }

  private static ApiError refusal(PKCS11Exception e) throws PKCS11Exception {
    if (Ckr.dataRefused(e)) {
      return CipherRules.untransferable();
    }
    throw e;
  }
}
