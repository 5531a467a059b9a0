package org.keyhaven.provider;

import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidParameterException;
import java.security.KeyPair;
import java.security.KeyPairGeneratorSpi;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Security;
import java.security.spec.AlgorithmParameterSpec;
import org.keyhaven.client.wire.KeyType;

/**
 * Generates keys in the vault. Initialized with a size or a curve, or not at all, it makes a key that belongs to a
 * self-signed certificate, which {@code KeyStore.setKeyEntry} can give a name and a chain (docs/adr/0002-alias-in-a-tag.md);
 * with a {@link VaultKeyGenParameterSpec} a bare key. Unasked it is RSA with 3072 bits, or P-256.
 *
 * <p>JCA does not say whether this provider was asked for by name. Where it stands before every other provider of the
 * algorithm, anyone's {@code getInstance("EC")} comes here, JSSE's for its ephemeral keys above all; so there only a
 * {@code VaultKeyGenParameterSpec} is accepted, and everything else is refused, upon which JCA takes the next provider.
 */
final class VaultKeyPairGenerator extends KeyPairGeneratorSpi {
  private final KeyhavenProvider provider;
  private final KeyType.Family family;
  private KeyShape shape;
  private VaultKeyGenParameterSpec bare;

  VaultKeyPairGenerator(KeyhavenProvider provider, KeyType.Family family) {
    this.provider = provider;
    this.family = family;
    this.shape = KeyShape.standard(family);
  }

  @Override
  public void initialize(int keySize, SecureRandom random) {
    checkPosition();
    shape = KeyShape.ofSize(family, keySize);
    bare = null;
  }

  @Override
  public void initialize(AlgorithmParameterSpec parameters, SecureRandom random) throws InvalidAlgorithmParameterException {
    if (parameters instanceof VaultKeyGenParameterSpec spec) {
      shape = KeyShape.of(family, spec);
      bare = spec;
      return;
    }
    checkPosition();
    shape = KeyShape.of(family, parameters);
    bare = null;
  }

  @Override
  public KeyPair generateKeyPair() {
    if (bare == null) {
      checkPosition();
    }
    Settings settings = provider.settings();
    KeyGeneration generation = new KeyGeneration(provider.session(settings), settings);
    return bare != null ? generation.bare(shape, bare) : generation.certified(shape);
  }

  private void checkPosition() {
    for (Provider installed : Security.getProviders("KeyPairGenerator." + family)) {
      if (installed == provider) {
        throw new InvalidParameterException("Keyhaven stands before the other providers of " + family + " keys, where it"
            + " cannot tell who asks: put it behind them, or initialize with a VaultKeyGenParameterSpec");
      }
      return;
    }
  }
}
