package org.keyhaven.server.hsm;

import iaik.pkcs.pkcs11.wrapper.PKCS11Exception;
import java.util.Set;
import org.keyhaven.server.ApiError;
import org.xipki.pkcs11.wrapper.PKCS11Constants;

/** What the return values of PKCS#11 mean here: the only translation of CKR codes (PKCS#11 v3.0, section 5.1). */
final class Ckr {
  private Ckr() { }

  /**
   * The session, the login, or the handles that depend on them are gone: signing in again makes them anew. A key handle dies
   * with the session or the login that made it, so that modules report the loss by any of these.
   */
  private static final Set<Long> CONNECTION_LOST = Set.of(
      PKCS11Constants.CKR_SESSION_HANDLE_INVALID, PKCS11Constants.CKR_SESSION_CLOSED, PKCS11Constants.CKR_USER_NOT_LOGGED_IN,
      PKCS11Constants.CKR_KEY_HANDLE_INVALID, PKCS11Constants.CKR_OBJECT_HANDLE_INVALID,
      PKCS11Constants.CKR_WRAPPING_KEY_HANDLE_INVALID, PKCS11Constants.CKR_UNWRAPPING_KEY_HANDLE_INVALID,
      PKCS11Constants.CKR_DEVICE_REMOVED, PKCS11Constants.CKR_DEVICE_ERROR, PKCS11Constants.CKR_TOKEN_NOT_PRESENT,
      PKCS11Constants.CKR_TOKEN_NOT_RECOGNIZED, PKCS11Constants.CKR_SLOT_ID_INVALID,
      PKCS11Constants.CKR_CRYPTOKI_NOT_INITIALIZED);

  private static final Set<Long> PIN_REFUSED = Set.of(
      PKCS11Constants.CKR_PIN_INCORRECT, PKCS11Constants.CKR_PIN_INVALID, PKCS11Constants.CKR_PIN_LEN_RANGE,
      PKCS11Constants.CKR_PIN_EXPIRED, PKCS11Constants.CKR_PIN_LOCKED, PKCS11Constants.CKR_USER_PIN_NOT_INITIALIZED);

  private static final Set<Long> BUSY = Set.of(
      PKCS11Constants.CKR_SESSION_COUNT, PKCS11Constants.CKR_DEVICE_MEMORY, PKCS11Constants.CKR_HOST_MEMORY,
      PKCS11Constants.CKR_TOKEN_RESOURCE_EXCEEDED);

  private static final Set<Long> TEMPLATE_REFUSED = Set.of(
      PKCS11Constants.CKR_ATTRIBUTE_TYPE_INVALID, PKCS11Constants.CKR_ATTRIBUTE_VALUE_INVALID,
      PKCS11Constants.CKR_ATTRIBUTE_READ_ONLY, PKCS11Constants.CKR_TEMPLATE_INCONSISTENT);

  private static final Set<Long> BAD_REQUEST = Set.of(
      PKCS11Constants.CKR_DATA_INVALID, PKCS11Constants.CKR_DATA_LEN_RANGE, PKCS11Constants.CKR_KEY_SIZE_RANGE,
      PKCS11Constants.CKR_CURVE_NOT_SUPPORTED, PKCS11Constants.CKR_MECHANISM_INVALID,
      PKCS11Constants.CKR_MECHANISM_PARAM_INVALID, PKCS11Constants.CKR_DOMAIN_PARAMS_INVALID);

  /** How modules say that a ciphertext, a wrapped key or a tag is wrong. */
  private static final Set<Long> DATA_REFUSED = Set.of(
      PKCS11Constants.CKR_ENCRYPTED_DATA_INVALID, PKCS11Constants.CKR_ENCRYPTED_DATA_LEN_RANGE,
      PKCS11Constants.CKR_WRAPPED_KEY_INVALID, PKCS11Constants.CKR_WRAPPED_KEY_LEN_RANGE,
      PKCS11Constants.CKR_AEAD_DECRYPT_FAILED, PKCS11Constants.CKR_DATA_INVALID, PKCS11Constants.CKR_DATA_LEN_RANGE,
      PKCS11Constants.CKR_KEY_SIZE_RANGE, PKCS11Constants.CKR_ATTRIBUTE_VALUE_INVALID,
      PKCS11Constants.CKR_TEMPLATE_INCOMPLETE, PKCS11Constants.CKR_TEMPLATE_INCONSISTENT, PKCS11Constants.CKR_ARGUMENTS_BAD,
      PKCS11Constants.CKR_GENERAL_ERROR, PKCS11Constants.CKR_FUNCTION_FAILED);

  /** The answer to a decryption or an unwrapping means that the data are wrong, not the HSM. */
  static boolean dataRefused(PKCS11Exception e) {
    return DATA_REFUSED.contains(e.getErrorCode());
  }

  /** The module does not take an attribute of the template. */
  static boolean templateRefused(PKCS11Exception e) {
    return TEMPLATE_REFUSED.contains(e.getErrorCode());
  }

  static boolean connectionLost(PKCS11Exception e) {
    return CONNECTION_LOST.contains(e.getErrorCode());
  }

  /** Whether the same call may well succeed later, or on a new connection. */
  static boolean temporary(PKCS11Exception e) {
    return connectionLost(e) || BUSY.contains(e.getErrorCode());
  }

  static boolean pinRefused(PKCS11Exception e) {
    return PIN_REFUSED.contains(e.getErrorCode());
  }

  static String name(PKCS11Exception e) {
    return PKCS11Constants.ckrCodeToName(e.getErrorCode());
  }

  /** @param doing what failed, as in "the HSM could not ..." */
  static ApiError toApiError(String doing, PKCS11Exception e) {
    String message = "the HSM could not " + doing + ": " + name(e);
    long code = e.getErrorCode();
    if (temporary(e)) {
      return unavailable(message, e);
    }
    if (pinRefused(e)) {
      return unavailable(message + "; correct the PIN file and restart the server", e);
    }
    if (BAD_REQUEST.contains(code)) {
      return new ApiError(400, "BadParameter", null, message, e);
    }
    return internal(message, e);
  }

  static ApiError unavailable(String message, Throwable cause) {
    return new ApiError(503, "ServiceUnavailable", null, message, cause);
  }

  static ApiError internal(String message, Throwable cause) {
    return new ApiError(500, "InternalServerError", null, message, cause);
  }
}
