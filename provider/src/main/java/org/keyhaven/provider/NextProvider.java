package org.keyhaven.provider;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import java.security.Signature;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.NoSuchPaddingException;

/**
 * Work with keys that are in no vault, public ones above all. JCA comes here with such a key when the caller named this
 * provider, or asked for something before the key was there while this provider stood first; the next provider that can do
 * it does it.
 */
final class NextProvider {
  private NextProvider() { }

  /** Gives the key to a new engine. */
  @FunctionalInterface
  interface Initialization<T> {
    void apply(T engine) throws InvalidKeyException, InvalidAlgorithmParameterException;
  }

  /** One provider's engine, initialized. */
  @FunctionalInterface
  private interface Attempt<T> {
    T with(Provider provider) throws GeneralSecurityException;
  }

  /**
   * A signature of the first other provider that takes parameters and key.
   *
   * @param parameters null for none
   * @throws InvalidKeyException when no installed provider takes them, with what each said
   */
  static Signature signature(SignatureService service, AlgorithmParameterSpec parameters,
      Initialization<Signature> initialization) throws InvalidKeyException {
    return first(service.name(), provider -> {
      Signature signature = Signature.getInstance(service.localName(), provider);
      if (parameters != null) {
        signature.setParameter(parameters);
      }
      initialization.apply(signature);
      return signature;
    });
  }

  /**
   * A cipher of the first other provider that takes parameters and key.
   *
   * @throws InvalidKeyException when no installed provider takes them, with what each said
   * @throws InvalidAlgorithmParameterException where it was the parameters
   */
  static Cipher cipher(CipherService service, Initialization<Cipher> initialization)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    return withParameters(service.name(), provider -> {
      Cipher cipher = Cipher.getInstance(service.name(), provider);
      initialization.apply(cipher);
      return cipher;
    });
  }

  /** A MAC, likewise. */
  static Mac mac(MacService service, Initialization<Mac> initialization)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    return withParameters(service.name(), provider -> {
      Mac mac = Mac.getInstance(service.name(), provider);
      initialization.apply(mac);
      return mac;
    });
  }

  private static <T> T withParameters(String name, Attempt<T> attempt)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    try {
      return first(name, attempt);
    } catch (InvalidKeyException e) {
      if (e.getCause() instanceof InvalidAlgorithmParameterException parameters) {
        throw parameters;
      }
      throw e;
    }
  }

  private static <T> T first(String name, Attempt<T> attempt) throws InvalidKeyException {
    InvalidKeyException failure =
        new InvalidKeyException("the key is in no vault, and no other installed provider can use it for " + name);
    for (Provider provider : Security.getProviders()) {
      if (!KeyhavenProvider.isOurs(provider)) {
        try {
          return attempt.with(provider);
        } catch (NoSuchAlgorithmException | NoSuchPaddingException e) {
          // Not one of this provider's algorithms.
          continue;
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
}
