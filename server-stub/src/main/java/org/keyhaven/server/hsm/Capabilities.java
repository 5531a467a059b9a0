package org.keyhaven.server.hsm;

import iaik.pkcs.pkcs11.wrapper.CK_MECHANISM_INFO;
import iaik.pkcs.pkcs11.wrapper.PKCS11;
import iaik.pkcs.pkcs11.wrapper.PKCS11Exception;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.keyhaven.client.wire.KeyCurve;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xipki.pkcs11.wrapper.PKCS11Constants;

/**
 * What a token can do. Modules tell their mechanisms and key sizes, but not their curves: those are tried, each with a key
 * pair that is destroyed at once.
 *
 * @param minRsaBits the smallest modulus
 * @param maxRsaBits the largest modulus; 0 when there is no RSA
 * @param curves those on which the token makes keys
 */
record Capabilities(long minRsaBits, long maxRsaBits, Set<KeyCurve> curves) {
  private static final Logger LOG = LoggerFactory.getLogger(Capabilities.class);

  private static final Map<Long, String> REQUIRED = Map.of(
      PKCS11Constants.CKM_AES_KEY_GEN, "CKM_AES_KEY_GEN",
      PKCS11Constants.CKM_AES_KEY_WRAP_PAD, "CKM_AES_KEY_WRAP_PAD",
      PKCS11Constants.CKM_AES_GCM, "CKM_AES_GCM");

  static Capabilities discover(TokenConnection connection) throws PKCS11Exception {
    return connection.inSession((api, session) -> {
      Set<Long> mechanisms = mechanisms(api, connection.slot());
      boolean rsa = mechanisms.contains(PKCS11Constants.CKM_RSA_PKCS_KEY_PAIR_GEN)
          && mechanisms.contains(PKCS11Constants.CKM_RSA_PKCS) && mechanisms.contains(PKCS11Constants.CKM_RSA_PKCS_PSS);
      boolean ec = mechanisms.contains(PKCS11Constants.CKM_EC_KEY_PAIR_GEN)
          && mechanisms.contains(PKCS11Constants.CKM_ECDSA);
      CK_MECHANISM_INFO sizes = rsa
          ? api.C_GetMechanismInfo(connection.slot(), PKCS11Constants.CKM_RSA_PKCS_KEY_PAIR_GEN) : new CK_MECHANISM_INFO();
      return new Capabilities(sizes.ulMinKeySize, sizes.ulMaxKeySize, ec ? curves(api, session) : Set.of());
    });
  }

  /** The mechanisms without which no key can be kept; empty when all are there. */
  static List<String> missing(TokenConnection connection) throws PKCS11Exception {
    return connection.inSession((api, session) -> {
      Set<Long> mechanisms = mechanisms(api, connection.slot());
      List<String> missing = new ArrayList<>();
      REQUIRED.forEach((code, name) -> {
        if (!mechanisms.contains(code)) {
          missing.add(name);
        }
      });
      return missing;
    });
  }

  boolean support(KeySpec spec) {
    if (spec instanceof KeySpec.Rsa rsa) {
      return rsa.bits() >= minRsaBits && rsa.bits() <= maxRsaBits;
    }
    return spec instanceof KeySpec.Ec ec && curves.contains(ec.curve());
  }

  private static Set<Long> mechanisms(PKCS11 api, long slot) throws PKCS11Exception {
    return LongStream.of(api.C_GetMechanismList(slot)).boxed().collect(Collectors.toSet());
  }

  private static Set<KeyCurve> curves(PKCS11 api, long session) throws PKCS11Exception {
    Set<KeyCurve> curves = EnumSet.noneOf(KeyCurve.class);
    for (KeyCurve curve : KeyCurve.values()) {
      try {
        KeyPairHandles pair = KeyPairHandles.generate(api, session, new KeySpec.Ec(curve));
        pair.destroy(api, session);
        curves.add(curve);
      } catch (PKCS11Exception e) {
        if (Ckr.connectionLost(e)) {
          throw e;
        }
        LOG.info("the HSM has no keys on the curve {}: {}", curve, Ckr.name(e));
      }
    }
    return curves;
  }
}
