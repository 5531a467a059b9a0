package org.keyhaven.server.hsm;

import iaik.pkcs.pkcs11.wrapper.PKCS11;
import iaik.pkcs.pkcs11.wrapper.PKCS11Exception;

/** Calls of PKCS#11 in one session, which nobody else uses meanwhile. */
@FunctionalInterface
interface SessionCall<T> {
  T in(PKCS11 api, long session) throws PKCS11Exception;
}
