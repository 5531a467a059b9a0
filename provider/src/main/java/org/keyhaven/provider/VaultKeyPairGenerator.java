package org.keyhaven.provider;

import java.security.InvalidAlgorithmParameterException;
import java.security.KeyPair;
import java.security.KeyPairGeneratorSpi;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import org.keyhaven.client.wire.KeyType;

/**
 * Generates keys in the vault. Initialized with a size or a curve, or not at all, it makes a key that belongs to a
 * self-signed certificate, which {@code KeyStore.setKeyEntry} can give a name and a chain (docs/adr/0002-alias-in-a-tag.md);
 * with a {@link VaultKeyGenParameterSpec} a bare key. Unasked it is RSA with 3072 bits, or P-256.
 * Before every other provider of the algorithm it takes the latter alone ({@link ProviderPosition}).
 */
final class VaultKeyPairGenerator extends KeyPairGeneratorSpi {
  private final KeyhavenProvider provider;
  private final String algorithm;
  private final KeyType.Family family;
  private KeyShape shape;
  private VaultKeyGenParameterSpec bare;

  /** @param algorithm that of the family, or RSASSA-PSS, whose keys differ in what they say of themselves */
  VaultKeyPairGenerator(KeyhavenProvider provider, String algorithm, KeyType.Family family) {
    this.provider = provider;
    this.algorithm = algorithm;
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
    KeyPair pair = bare != null ? generation.bare(shape, bare) : generation.certified(shape);
    return algorithm.equals(VaultRsaPrivateKey.PSS) ? generation.forPss(pair) : pair;
  }

  private void checkPosition() {
    ProviderPosition.check("KeyPairGenerator", algorithm);
  }
}
