package org.keyhaven.provider;

import java.security.ProviderException;
import java.security.SecureRandomParameters;
import java.security.SecureRandomSpi;
import java.util.Arrays;
import org.keyhaven.client.VaultException;

/**
 * The generator of a Managed HSM ({@code POST /rng}). Each byte is given once and then forgotten here; what is asked for in
 * small pieces comes from one call for every {@value #MOST_A_CALL} bytes. A seed changes nothing: the HSM's generator has
 * its own entropy, which nobody can take away or add to from here. {@code reseed()} drops the bytes that are held, so that
 * the next come from a new call. Failures are {@link ProviderException}s with the vault's reason, never other random bytes.
 * Thread-safe.
 */
final class VaultSecureRandom extends SecureRandomSpi {
  private static final long serialVersionUID = 1L;
  private static final int MOST_A_CALL = 128;

  private final transient KeyhavenProvider provider;
  private final transient byte[] ahead = new byte[MOST_A_CALL];
  /** How many bytes at the end of {@link #ahead} nobody was given yet. */
  private transient int left;
  private transient VaultSession session;

  VaultSecureRandom(KeyhavenProvider provider) {
    this.provider = provider;
  }

  /** Does nothing, as said above. */
  @Override
  protected void engineSetSeed(byte[] seed) { }

  /** @param parameters null: there are none */
  @Override
  protected synchronized void engineReseed(SecureRandomParameters parameters) {
    if (parameters != null) {
      throw new IllegalArgumentException("a vault takes no parameters for random bytes");
    }
    Arrays.fill(ahead, (byte) 0);
    left = 0;
  }

  @Override
  protected synchronized void engineNextBytes(byte[] bytes) {
    int done = 0;
    while (done < bytes.length) {
      if (left == 0) {
        refill();
      }
      int count = Math.min(left, bytes.length - done);
      int from = MOST_A_CALL - left;
      System.arraycopy(ahead, from, bytes, done, count);
      Arrays.fill(ahead, from, from + count, (byte) 0);
      left -= count;
      done += count;
    }
  }

  @Override
  protected byte[] engineGenerateSeed(int count) {
    byte[] seed = new byte[count];
    engineNextBytes(seed);
    return seed;
  }

  private void refill() {
    if (session == null) {
      session = provider.session(provider.settings());
    }
    byte[] fresh;
    try {
      fresh = session.client().keys().randomBytes(MOST_A_CALL);
    } catch (VaultException.NotFound e) {
      throw new ProviderException("no random bytes: " + session.vault() + " makes none (" + e.getMessage()
          + "). Only a Managed HSM does", e);
    } catch (VaultException e) {
      throw new ProviderException("no random bytes: " + e.getMessage(), e);
    }
    if (fresh.length != MOST_A_CALL) {
      throw new ProviderException("the vault answered " + fresh.length + " random bytes, not " + MOST_A_CALL);
    }
    System.arraycopy(fresh, 0, ahead, 0, MOST_A_CALL);
    Arrays.fill(fresh, (byte) 0);
    left = MOST_A_CALL;
  }

  @Override
  public String toString() {
    return KeyhavenProvider.NAME;
  }
}
