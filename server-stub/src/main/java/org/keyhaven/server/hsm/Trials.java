package org.keyhaven.server.hsm;

import iaik.pkcs.pkcs11.wrapper.PKCS11;
import iaik.pkcs.pkcs11.wrapper.PKCS11Exception;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xipki.pkcs11.wrapper.PKCS11Constants;

/**
 * What only trying tells of a module. CKM_AES_KEY_WRAP_PAD is RFC 5649 with some (SoftHSM), RFC 3394 around the padding of
 * PKCS#7 with others (NSS, which has CKM_AES_KEY_WRAP_KWP for the former); some ask for a shorter buffer than they fill.
 *
 * @param mechanisms the codes that the token lists
 */
record Trials(TokenConnection connection, Set<Long> mechanisms) {
  private static final Logger LOG = LoggerFactory.getLogger(Trials.class);
  /** Not in the constants of the library: PKCS#11 Current Mechanisms v3.0, section 2.10. */
  private static final long AES_KEY_WRAP_KWP = 0x210B;
  private static final int BYTES = 32;

  /** Whether the token encrypts with GCM and decrypts that again. */
  boolean gcm() throws PKCS11Exception {
    return works(PKCS11Constants.CKM_AES_GCM, (api, session) -> {
      byte[] iv = new byte[CipherRules.GCM_IV];
      long key = aes(api, session, new byte[BYTES], PKCS11Constants.CKA_ENCRYPT, PKCS11Constants.CKA_DECRYPT);
      api.C_EncryptInit(session, Mechanisms.gcm(iv, iv), key, true);
      byte[] encrypted = api.C_Encrypt(session, new byte[1]);
      api.C_DecryptInit(session, Mechanisms.gcm(iv, iv), key, true);
      boolean good = Arrays.equals(api.C_Decrypt(session, encrypted), new byte[1]);
      api.C_DestroyObject(session, key);
      return good;
    });
  }

  /** Wraps a key in the token and opens it here. */
  Optional<Long> keyWrap() throws PKCS11Exception {
    return first((mechanism, octets) -> (api, session) -> {
      long key = aes(api, session, octets, PKCS11Constants.CKA_WRAP);
      long passing = api.C_GenerateKey(session, Mechanisms.plain(PKCS11Constants.CKM_AES_KEY_GEN),
          KeyUse.passing(new KeySpec.Oct(8 * BYTES), true).with(PKCS11Constants.CKA_VALUE_LEN, (long) BYTES).attributes(), true);
      byte[] wrapped = api.C_WrapKey(session, Mechanisms.plain(mechanism), key, passing, true);
      api.C_DestroyObject(session, passing);
      api.C_DestroyObject(session, key);
      return softly(() -> SoftwareCipher.unwrap(new SecretKeySpec(octets, "AES"), wrapped).isPresent());
    });
  }

  /** Wraps a key here and opens it in the token, which checks the padding. */
  Optional<Long> keyUnwrap() throws PKCS11Exception {
    return first((mechanism, octets) -> (api, session) -> {
      byte[] wrapped = softly(() -> SoftwareCipher.wrap(new SecretKeySpec(octets, "AES"), new byte[BYTES]));
      long key = aes(api, session, octets, PKCS11Constants.CKA_UNWRAP);
      long unwrapped = api.C_UnwrapKey(session, Mechanisms.plain(mechanism), key, wrapped,
          KeyUse.passing(new KeySpec.Oct(8 * BYTES), false).attributes(), true);
      api.C_DestroyObject(session, unwrapped);
      api.C_DestroyObject(session, key);
      return true;
    });
  }

  /** Whether a wrapping key that opens keys into the token alone is obeyed: some modules take the word and ignore it. */
  boolean unwrapTemplate() throws PKCS11Exception {
    KeySpec.Oct spec = new KeySpec.Oct(8 * BYTES);
    return connection.inSession((api, session) -> {
      long master = api.C_GenerateKey(session, Mechanisms.plain(PKCS11Constants.CKM_AES_KEY_GEN),
          KeyUse.hidden(PKCS11Constants.CKO_SECRET_KEY, PKCS11Constants.CKK_AES)
              .with(PKCS11Constants.CKA_VALUE_LEN, (long) BYTES)
              .with(PKCS11Constants.CKA_WRAP, true)
              .with(PKCS11Constants.CKA_UNWRAP, true)
              .with(PKCS11Constants.CKA_UNWRAP_TEMPLATE, MasterKeys.staying()).attributes(), true);
      long passing = TokenKeys.generate(api, session, spec);
      byte[] wrapped = api.C_WrapKey(session, Mechanisms.plain(PKCS11Constants.CKM_AES_KEY_WRAP_PAD), master, passing, true);
      api.C_DestroyObject(session, passing);
      boolean obeyed = refuses(api, session, master, wrapped, KeyUse.passing(spec, false));
      api.C_DestroyObject(session, master);
      return obeyed;
    });
  }

  private static boolean refuses(PKCS11 api, long session, long master, byte[] wrapped, Template template)
      throws PKCS11Exception {
    try {
      long unwrapped = api.C_UnwrapKey(session, Mechanisms.plain(PKCS11Constants.CKM_AES_KEY_WRAP_PAD), master, wrapped,
          template.attributes(), true);
      api.C_DestroyObject(session, unwrapped);
      return false;
    } catch (PKCS11Exception e) {
      if (Ckr.templateRefused(e)) {
        return true;
      }
      throw e;
    }
  }

  @FunctionalInterface
  private interface WrapTrial {
    SessionCall<Boolean> with(long mechanism, byte[] octets);
  }

  @FunctionalInterface
  private interface LocalCall<T> {
    T run() throws GeneralSecurityException;
  }

  private Optional<Long> first(WrapTrial trial) throws PKCS11Exception {
    for (long mechanism : List.of(AES_KEY_WRAP_KWP, PKCS11Constants.CKM_AES_KEY_WRAP_PAD)) {
      if (works(mechanism, trial.with(mechanism, new byte[BYTES]))) {
        return Optional.of(mechanism);
      }
    }
    return Optional.empty();
  }

  /** In a session of its own: a failed trial closes it, with whatever it has made. */
  private boolean works(long mechanism, SessionCall<Boolean> trial) throws PKCS11Exception {
    if (!mechanisms.contains(mechanism)) {
      return false;
    }
    try {
      return connection.inSession(trial);
    } catch (PKCS11Exception e) {
      if (Ckr.connectionLost(e)) {
        throw e;
      }
      LOG.info("the HSM lists {} but does not do it as the standard has it: {}",
          PKCS11Constants.ckmCodeToName(mechanism), Ckr.name(e));
      return false;
    }
  }

  private static long aes(PKCS11 api, long session, byte[] octets, long... rights) throws PKCS11Exception {
    Template template = KeyUse.hidden(PKCS11Constants.CKO_SECRET_KEY, PKCS11Constants.CKK_AES)
        .with(PKCS11Constants.CKA_VALUE, octets);
    for (long right : rights) {
      template.with(right, true);
    }
    return api.C_CreateObject(session, template.attributes(), true);
  }

  private static <T> T softly(LocalCall<T> call) {
    try {
      return call.run();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK of at least 17 has AES/KWP", e);
    }
  }
}
