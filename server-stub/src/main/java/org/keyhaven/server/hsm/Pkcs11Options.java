package org.keyhaven.server.hsm;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Where the HSM is and how to sign in to it.
 *
 * @param module the vendor's PKCS#11 shared library
 * @param tokenLabel CKA_LABEL of the token, without the padding
 * @param pinFile holds the user PIN on its first line; nobody but its owner may read it
 */
public record Pkcs11Options(Path module, String tokenLabel, Path pinFile) {
  public Pkcs11Options {
    Objects.requireNonNull(module, "module");
    Objects.requireNonNull(tokenLabel, "tokenLabel");
    Objects.requireNonNull(pinFile, "pinFile");
  }
}
