package org.keyhaven.server.hsm;

import org.keyhaven.client.wire.SignatureAlgorithm;
import org.keyhaven.server.StartupException;

/** Keys that an HSM keeps, each wrapped by the vault's master key, which never leaves the token. */
public final class Pkcs11Engine implements KeyEngine {
  /** How many unwrapped keys the token holds at a time, unless told otherwise. */
  public static final int DEFAULT_CACHED_KEYS = 1000;

  private Pkcs11Engine() { }

  /**
   * The engine of a vault that is being made: makes the master keys where they are absent. Safe to repeat after a crash.
   *
   * @param label names the master key in the token, for instance {@code keyhaven/<vault id>}
   * @throws org.keyhaven.server.StartupException when the token cannot do what the engine needs
   */
  public static Pkcs11Engine forNewVault(Pkcs11Token token, String label, int cachedKeys) {
    throw new StartupException("not there yet: " + token + label + cachedKeys);
  }

  /**
   * The engine of a vault that has keys already: its master keys must be there.
   *
   * @throws org.keyhaven.server.StartupException when they are not (another token, or a token that was made anew): without them no key opens
   */
  public static Pkcs11Engine forExistingVault(Pkcs11Token token, String label, int cachedKeys) {
    throw new StartupException("not there yet: " + token + label + cachedKeys);
  }

  /** Seals small secrets (the vault's data key) in the same token. */
  public Sealer sealer() {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean hsm() {
    return true;
  }

  @Override
  public String platform() {
    return "2";
  }

  @Override
  public boolean supports(KeySpec spec) {
    return false;
  }

  @Override
  public GeneratedKey generate(String id, KeySpec spec) {
    throw new UnsupportedOperationException();
  }

  @Override
  public byte[] sign(SealedKey key, SignatureAlgorithm algorithm, byte[] digest) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() { }
}
