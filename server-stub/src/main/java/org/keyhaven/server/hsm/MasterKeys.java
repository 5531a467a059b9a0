package org.keyhaven.server.hsm;

import iaik.pkcs.pkcs11.wrapper.CK_ATTRIBUTE;
import iaik.pkcs.pkcs11.wrapper.PKCS11;
import iaik.pkcs.pkcs11.wrapper.PKCS11Exception;
import java.util.Set;
import org.keyhaven.server.ApiError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xipki.pkcs11.wrapper.PKCS11Constants;

/**
 * The AES-256 keys of a vault in its token, none of which ever leaves it. Those that wrap keys and the one that opens data are
 * apart, because a key that both wraps and decrypts would reveal what it wrapped. A third wraps the exportable keys
 * ({@link #exporting}): what the first one wraps, the token itself never lets out again.
 *
 * @param wrapping wraps and unwraps keys (CKM_AES_KEY_WRAP_PAD)
 * @param sealing encrypts and decrypts data (CKM_AES_GCM)
 */
record MasterKeys(long wrapping, long sealing) {
  private static final Logger LOG = LoggerFactory.getLogger(MasterKeys.class);
  private static final long BYTES = 32;
  private static final String SEALING_SUFFIX = "/seal";
  private static final String EXPORTING_SUFFIX = "/export";
  private static final long[] RIGHTS = {PKCS11Constants.CKA_WRAP, PKCS11Constants.CKA_UNWRAP, PKCS11Constants.CKA_ENCRYPT,
      PKCS11Constants.CKA_DECRYPT, PKCS11Constants.CKA_SIGN, PKCS11Constants.CKA_VERIFY, PKCS11Constants.CKA_DERIVE};

  /** Whether those are there without which nothing opens. */
  static boolean exist(TokenConnection connection, String label) throws PKCS11Exception {
    return connection.inSession((api, session) ->
        find(api, session, label).length == 1 && find(api, session, label + SEALING_SUFFIX).length == 1);
  }

  /** Makes what is absent. */
  static void create(TokenConnection connection, String label) throws PKCS11Exception {
    connection.inWritableSession((api, session) -> {
      if (find(api, session, label).length == 0) {
        generateWrapping(connection, api, session, label);
      }
      if (find(api, session, label + SEALING_SUFFIX).length == 0) {
        generate(api, session,
            template(label + SEALING_SUFFIX, PKCS11Constants.CKA_ENCRYPT, PKCS11Constants.CKA_DECRYPT));
      }
      if (find(api, session, label + EXPORTING_SUFFIX).length == 0) {
        generate(api, session, template(label + EXPORTING_SUFFIX, PKCS11Constants.CKA_WRAP, PKCS11Constants.CKA_UNWRAP));
      }
      return null;
    });
  }

  /** Wraps and unwraps exportable keys. Looked for when needed: vaults of the first release made it later. */
  static long exporting(TokenConnection connection, String label) throws PKCS11Exception {
    return connection.inSession((api, session) -> only(api, session, label + EXPORTING_SUFFIX));
  }

  /** The handles, which are valid as long as the connection. */
  static MasterKeys find(TokenConnection connection, String label) throws PKCS11Exception {
    return connection.inSession((api, session) ->
        new MasterKeys(only(api, session, label), only(api, session, label + SEALING_SUFFIX)));
  }

  private static long only(PKCS11 api, long session, String label) throws PKCS11Exception {
    long[] found = find(api, session, label);
    if (found.length != 1) {
      throw problem(label, found.length);
    }
    return found[0];
  }

  private static ApiError problem(String label, int count) {
    return Ckr.internal(count == 0 ? "the token has lost the vault's master key '" + label + "'"
        : "the token has " + count + " keys labelled '" + label + "', and which one is the vault's cannot be told", null);
  }

  private static long[] find(PKCS11 api, long session, String label) throws PKCS11Exception {
    Template template = new Template()
        .with(PKCS11Constants.CKA_CLASS, PKCS11Constants.CKO_SECRET_KEY)
        .with(PKCS11Constants.CKA_TOKEN, true)
        .with(PKCS11Constants.CKA_LABEL, label.toCharArray());
    api.C_FindObjectsInit(session, template.attributes(), true);
    try {
      return api.C_FindObjects(session, 2);
    } finally {
      api.C_FindObjectsFinal(session);
    }
  }

  /** What a key that is opened with the wrapping key must be: neither readable nor to be wrapped again. */
  static CK_ATTRIBUTE[] staying() {
    return new Template()
        .with(PKCS11Constants.CKA_SENSITIVE, true)
        .with(PKCS11Constants.CKA_EXTRACTABLE, false).attributes();
  }

  /**
   * CKA_UNWRAP_TEMPLATE makes the token itself refuse to unwrap a key into anything that could be read or wrapped again, so
   * that not even one who has the database and the PIN gets a key out. Not every module knows it, or obeys it.
   */
  private static void generateWrapping(TokenConnection connection, PKCS11 api, long session, String label)
      throws PKCS11Exception {
    Template template = template(label, PKCS11Constants.CKA_WRAP, PKCS11Constants.CKA_UNWRAP);
    boolean obeyed;
    try {
      obeyed = new Trials(connection, Set.of()).unwrapTemplate();
    } catch (PKCS11Exception e) {
      if (!Ckr.templateRefused(e)) {
        throw e;
      }
      obeyed = false;
    }
    if (obeyed) {
      template.with(PKCS11Constants.CKA_UNWRAP_TEMPLATE, staying());
    } else {
      LOG.warn("the HSM does not know CKA_UNWRAP_TEMPLATE, or does not obey it: whoever has its PIN and the database could"
          + " unwrap keys into readable ones");
    }
    generate(api, session, template);
  }

  private static void generate(PKCS11 api, long session, Template template) throws PKCS11Exception {
    api.C_GenerateKey(session, Mechanisms.plain(PKCS11Constants.CKM_AES_KEY_GEN), template.attributes(), true);
  }

  private static Template template(String label, long use, long inverseUse) {
    Template template = new Template()
        .with(PKCS11Constants.CKA_CLASS, PKCS11Constants.CKO_SECRET_KEY)
        .with(PKCS11Constants.CKA_KEY_TYPE, PKCS11Constants.CKK_AES)
        .with(PKCS11Constants.CKA_VALUE_LEN, BYTES)
        .with(PKCS11Constants.CKA_LABEL, label.toCharArray())
        .with(PKCS11Constants.CKA_TOKEN, true)
        .with(PKCS11Constants.CKA_PRIVATE, true)
        .with(PKCS11Constants.CKA_SENSITIVE, true)
        .with(PKCS11Constants.CKA_EXTRACTABLE, false)
        .with(PKCS11Constants.CKA_MODIFIABLE, false);
    for (long right : RIGHTS) {
      template.with(right, right == use || right == inverseUse);
    }
    return template;
  }
}
