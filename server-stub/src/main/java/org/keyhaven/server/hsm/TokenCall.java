package org.keyhaven.server.hsm;

import iaik.pkcs.pkcs11.wrapper.PKCS11Exception;

/** Work on a signed-in token. It is done again from the start when the token dropped the session under way. */
@FunctionalInterface
interface TokenCall<T> {
  T on(TokenConnection connection) throws PKCS11Exception;
}
