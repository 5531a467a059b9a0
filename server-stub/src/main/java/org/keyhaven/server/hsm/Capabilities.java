package org.keyhaven.server.hsm;

import iaik.pkcs.pkcs11.wrapper.CK_MECHANISM_INFO;
import iaik.pkcs.pkcs11.wrapper.PKCS11;
import iaik.pkcs.pkcs11.wrapper.PKCS11Exception;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.Hash;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.SignatureAlgorithm;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xipki.pkcs11.wrapper.PKCS11Constants;

/**
 * What a token can do. Modules tell their mechanisms and key sizes, but not their curves, and not what they do otherwise than
 * the standard: those are tried, with keys that are destroyed at once.
 *
 * @param mechanisms the codes that the token lists
 * @param minRsaBits the smallest modulus
 * @param maxRsaBits the largest modulus; 0 when there is no RSA
 * @param curves those on which the token makes keys
 * @param hmacLeastBytes the shortest key for each hash that HMAC has
 * @param gcm whether CKM_AES_GCM works; otherwise it is composed of CKM_AES_ECB
 * @param keyWrap the mechanism that wraps keys as RFC 5649 has it, when there is one
 * @param keyUnwrap the mechanism that unwraps keys as RFC 5649 has it, when there is one
 */
record Capabilities(Set<Long> mechanisms, long minRsaBits, long maxRsaBits, Set<KeyCurve> curves,
    Map<Hash, Long> hmacLeastBytes, boolean gcm, Optional<Long> keyWrap, Optional<Long> keyUnwrap) {
  private static final Logger LOG = LoggerFactory.getLogger(Capabilities.class);

  private static final Map<Long, String> REQUIRED = Map.of(
      PKCS11Constants.CKM_AES_KEY_GEN, "CKM_AES_KEY_GEN",
      PKCS11Constants.CKM_AES_KEY_WRAP_PAD, "CKM_AES_KEY_WRAP_PAD",
      PKCS11Constants.CKM_AES_GCM, "CKM_AES_GCM");
  private static final Set<Integer> AES_BITS = Set.of(128, 192, 256);
  /** SoftHSM fills what it wraps to whole semiblocks, and so does not keep other lengths. */
  private static final int OCT_UNIT_BITS = 64;

  static Capabilities discover(TokenConnection connection) throws PKCS11Exception {
    return connection.inSession((api, session) -> {
      Set<Long> mechanisms = mechanisms(api, connection.slot());
      boolean rsa = mechanisms.contains(PKCS11Constants.CKM_RSA_PKCS_KEY_PAIR_GEN)
          && mechanisms.contains(PKCS11Constants.CKM_RSA_PKCS) && mechanisms.contains(PKCS11Constants.CKM_RSA_PKCS_PSS);
      boolean ec = mechanisms.contains(PKCS11Constants.CKM_EC_KEY_PAIR_GEN)
          && mechanisms.contains(PKCS11Constants.CKM_ECDSA);
      CK_MECHANISM_INFO sizes = rsa
          ? api.C_GetMechanismInfo(connection.slot(), PKCS11Constants.CKM_RSA_PKCS_KEY_PAIR_GEN) : new CK_MECHANISM_INFO();
      Trials trials = new Trials(connection, mechanisms);
      return new Capabilities(mechanisms, sizes.ulMinKeySize, sizes.ulMaxKeySize,
          ec ? curves(api, session) : Set.of(), hmac(api, connection.slot(), mechanisms), trials.gcm(), trials.keyWrap(),
          trials.keyUnwrap());
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
    if (spec instanceof KeySpec.Oct oct) {
      return AES_BITS.contains(oct.bits())
          || mechanisms.contains(PKCS11Constants.CKM_GENERIC_SECRET_KEY_GEN) && oct.bits() % OCT_UNIT_BITS == 0;
    }
    return spec instanceof KeySpec.Ec ec && curves.contains(ec.curve());
  }

  boolean support(KeySpec spec, SignatureAlgorithm algorithm) {
    if (spec instanceof KeySpec.Oct oct) {
      Long least = hmacLeastBytes.get(algorithm.hash());
      return least != null && oct.bits() / 8 >= least;
    }
    return support(spec);
  }

  boolean support(EncryptionAlgorithm algorithm) {
    return switch (algorithm.scheme()) {
      case RSA_PKCS1 -> rawRsa() || mechanisms.contains(PKCS11Constants.CKM_RSA_PKCS);
      case RSA_OAEP -> rawRsa()
          || mechanisms.contains(PKCS11Constants.CKM_RSA_PKCS_OAEP) && algorithm == EncryptionAlgorithm.RSA_OAEP;
      case AES_GCM -> gcm || mechanisms.contains(PKCS11Constants.CKM_AES_ECB);
      case AES_CBC -> mechanisms.contains(PKCS11Constants.CKM_AES_CBC);
      case AES_CBC_PAD -> mechanisms.contains(PKCS11Constants.CKM_AES_CBC_PAD);
      case AES_KW, AES_KWP -> mechanisms.contains(PKCS11Constants.CKM_AES_ECB);
    };
  }

  /** Whether ciphertexts come back with their padding, which is then taken off here. */
  boolean rawRsa() {
    return mechanisms.contains(PKCS11Constants.CKM_RSA_X_509);
  }

  private static Map<Hash, Long> hmac(PKCS11 api, long slot, Set<Long> mechanisms) throws PKCS11Exception {
    Map<Hash, Long> least = new EnumMap<>(Hash.class);
    for (Hash hash : Hash.values()) {
      long mechanism = Mechanisms.hmac(hash);
      if (mechanisms.contains(mechanism)) {
        least.put(hash, api.C_GetMechanismInfo(slot, mechanism).ulMinKeySize);
      }
    }
    return least;
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
