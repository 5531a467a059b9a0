package org.keyhaven.server.hsm;

import iaik.pkcs.pkcs11.wrapper.CK_GCM_PARAMS;
import iaik.pkcs.pkcs11.wrapper.CK_MECHANISM;
import iaik.pkcs.pkcs11.wrapper.CK_RSA_PKCS_OAEP_PARAMS;
import iaik.pkcs.pkcs11.wrapper.CK_RSA_PKCS_PSS_PARAMS;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.Hash;
import org.keyhaven.client.wire.SignatureAlgorithm;
import org.xipki.pkcs11.wrapper.PKCS11Constants;

/** The mechanism of PKCS#11 for each scheme, with its parameters (PKCS#11 Current Mechanisms v3.0). */
final class Mechanisms {
  static final int GCM_TAG_BITS = 128;

  private Mechanisms() { }

  static CK_MECHANISM plain(long code) {
    return with(code, null);
  }

  /** The mechanism that signs what {@link #input} makes of the digest. */
  static CK_MECHANISM signature(SignatureAlgorithm algorithm) {
    return switch (algorithm.scheme()) {
      case RSA_PKCS1 -> plain(PKCS11Constants.CKM_RSA_PKCS);
      case RSA_PSS -> with(PKCS11Constants.CKM_RSA_PKCS_PSS, pss(algorithm.hash()));
      case ECDSA -> plain(PKCS11Constants.CKM_ECDSA);
      case HMAC -> plain(hmac(algorithm.hash()));
    };
  }

  /** What goes into the mechanism: CKM_RSA_PKCS adds the padding, not the DigestInfo. */
  static byte[] input(SignatureAlgorithm algorithm, KeySpec spec, byte[] digest) {
    return switch (algorithm.scheme()) {
      case RSA_PKCS1 -> DigestInfo.of(algorithm.hash(), spec, digest);
      case RSA_PSS, ECDSA, HMAC -> digest;
    };
  }

  static CK_MECHANISM gcm(byte[] iv, byte[] context) {
    CK_GCM_PARAMS params = new CK_GCM_PARAMS();
    params.pIv = iv;
    params.pAAD = context;
    params.ulTagBits = GCM_TAG_BITS;
    return with(PKCS11Constants.CKM_AES_GCM, params);
  }

  /** The module's own unpadding; see {@link RsaPadding} for what is preferred. */
  static CK_MECHANISM rsaDecryption(EncryptionAlgorithm algorithm) {
    return algorithm.scheme() == EncryptionAlgorithm.Scheme.RSA_PKCS1 ? plain(PKCS11Constants.CKM_RSA_PKCS)
        : oaep(algorithm.oaepDigest());
  }

  static CK_MECHANISM oaep(String digestName) {
    CK_RSA_PKCS_OAEP_PARAMS params = new CK_RSA_PKCS_OAEP_PARAMS();
    boolean sha1 = digestName.equals("SHA-1");
    params.hashAlg = sha1 ? PKCS11Constants.CKM_SHA_1 : PKCS11Constants.CKM_SHA256;
    params.mgf = sha1 ? PKCS11Constants.CKG_MGF1_SHA1 : PKCS11Constants.CKG_MGF1_SHA256;
    params.source = PKCS11Constants.CKZ_DATA_SPECIFIED;
    return with(PKCS11Constants.CKM_RSA_PKCS_OAEP, params);
  }

  static CK_MECHANISM cbc(EncryptionAlgorithm algorithm, byte[] iv) {
    return with(algorithm.scheme() == EncryptionAlgorithm.Scheme.AES_CBC ? PKCS11Constants.CKM_AES_CBC
        : PKCS11Constants.CKM_AES_CBC_PAD, iv);
  }

  static long hmac(Hash hash) {
    return switch (hash) {
      case SHA_256 -> PKCS11Constants.CKM_SHA256_HMAC;
      case SHA_384 -> PKCS11Constants.CKM_SHA384_HMAC;
      case SHA_512 -> PKCS11Constants.CKM_SHA512_HMAC;
    };
  }

  private static CK_RSA_PKCS_PSS_PARAMS pss(Hash hash) {
    CK_RSA_PKCS_PSS_PARAMS params = new CK_RSA_PKCS_PSS_PARAMS();
    params.hashAlg = switch (hash) {
      case SHA_256 -> PKCS11Constants.CKM_SHA256;
      case SHA_384 -> PKCS11Constants.CKM_SHA384;
      case SHA_512 -> PKCS11Constants.CKM_SHA512;
    };
    params.mgf = switch (hash) {
      case SHA_256 -> PKCS11Constants.CKG_MGF1_SHA256;
      case SHA_384 -> PKCS11Constants.CKG_MGF1_SHA384;
      case SHA_512 -> PKCS11Constants.CKG_MGF1_SHA512;
    };
    params.sLen = hash.bytes();
    return params;
  }

  private static CK_MECHANISM with(long code, Object parameter) {
    CK_MECHANISM mechanism = new CK_MECHANISM();
    mechanism.mechanism = code;
    mechanism.pParameter = parameter;
    return mechanism;
  }
}
