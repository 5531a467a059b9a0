package org.keyhaven.server.hsm;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Signature;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.NoSuchPaddingException;

/**
 * Where the software engine gets its algorithms: from a preferred provider where it has them, else from the JDK.
 * Thread-safe.
 *
 * @param preferred asked first, and not installed
 * @param lacking what the preferred one was found not to have, so that it is not asked again
 */
record Jca(Optional<Provider> preferred, Map<String, Boolean> lacking) {

  /** How to ask a provider, or null for the JVM's own choice. */
  @FunctionalInterface
  private interface Lookup<T> {
    T in(Provider provider) throws GeneralSecurityException;
  }

  Jca(Optional<Provider> preferred) {
    this(preferred, new ConcurrentHashMap<>());
  }

  Cipher cipher(String transformation) throws GeneralSecurityException {
    return find("Cipher " + transformation, provider -> provider == null ? Cipher.getInstance(transformation)
        : Cipher.getInstance(transformation, provider));
  }

  Mac mac(String algorithm) throws GeneralSecurityException {
    return find("Mac " + algorithm, provider -> provider == null ? Mac.getInstance(algorithm)
        : Mac.getInstance(algorithm, provider));
  }

  Signature signature(String algorithm) throws GeneralSecurityException {
    return find("Signature " + algorithm, provider -> provider == null ? Signature.getInstance(algorithm)
        : Signature.getInstance(algorithm, provider));
  }

  KeyFactory keyFactory(String algorithm) throws GeneralSecurityException {
    return find("KeyFactory " + algorithm, provider -> provider == null ? KeyFactory.getInstance(algorithm)
        : KeyFactory.getInstance(algorithm, provider));
  }

  KeyPairGenerator keyPairGenerator(String algorithm) throws GeneralSecurityException {
    return find("KeyPairGenerator " + algorithm, provider -> provider == null ? KeyPairGenerator.getInstance(algorithm)
        : KeyPairGenerator.getInstance(algorithm, provider));
  }

  private <T> T find(String name, Lookup<T> lookup) throws GeneralSecurityException {
    if (preferred.isPresent() && !lacking.containsKey(name)) {
      try {
        return lookup.in(preferred.get());
      } catch (NoSuchAlgorithmException | NoSuchPaddingException e) {
        // Not an error: the JDK has it.
        lacking.put(name, true);
      }
    }
    return lookup.in(null);
  }
}
