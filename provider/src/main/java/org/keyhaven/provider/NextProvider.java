package org.keyhaven.provider;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Provider;
import java.security.Security;
import java.security.Signature;
import java.security.spec.AlgorithmParameterSpec;

/**
 * Work with keys that are in no vault, public ones above all. JCA comes here with such a key when the caller named this
 * provider, or set parameters before the key while this provider stood first; the next provider that can do it does it.
 */
final class NextProvider {
  private NextProvider() { }

  /** Gives the key to a signature. */
  @FunctionalInterface
  interface Initialization {
    void apply(Signature signature) throws InvalidKeyException;
  }

  /**
   * A signature of the first other provider that takes parameters and key.
   *
   * @param parameters null for none
   * @throws InvalidKeyException when no installed provider takes them, with what each said
   */
  static Signature signature(SignatureService service, AlgorithmParameterSpec parameters, Initialization initialization)
      throws InvalidKeyException {
    InvalidKeyException failure =
        new InvalidKeyException("the key is in no vault, and no other installed provider can use it for " + service.name());
    for (Provider provider : Security.getProviders()) {
      if (offers(provider, service.localName())) {
        try {
          Signature signature = Signature.getInstance(service.localName(), provider);
          if (parameters != null) {
            signature.setParameter(parameters);
          }
          initialization.apply(signature);
          return signature;
        } catch (GeneralSecurityException | UnsupportedOperationException e) {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure.getSuppressed().length > 0) {
      failure.initCause(failure.getSuppressed()[0]);
    }
    throw failure;
  }

  private static boolean offers(Provider provider, String algorithm) {
    if (KeyhavenProvider.isOurs(provider)) {
      return false;
    }
    // JCA itself makes NONEwithRSA out of a PKCS#1 cipher; SunJCE has no Signature of that name.
    return provider.getService("Signature", algorithm) != null
        || algorithm.equals("NONEwithRSA") && provider.getService("Cipher", "RSA") != null;
  }
}
