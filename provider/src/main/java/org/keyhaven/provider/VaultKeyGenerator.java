package org.keyhaven.provider;

import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidParameterException;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Set;
import javax.crypto.KeyGeneratorSpi;
import javax.crypto.SecretKey;

/**
 * Generates symmetric keys in a Managed HSM, of 256 bits unasked; {@code oct-HSM} has 128, 192 and 256. With a
 * {@link VaultKeyGenParameterSpec} the key is as that says; otherwise its name is the configured one, or random. Before
 * every other provider of the algorithm it takes such parameters alone ({@link ProviderPosition}).
 */
final class VaultKeyGenerator extends KeyGeneratorSpi {
  static final String AES = "AES";
  private static final int STANDARD_BITS = 256;
  private static final Set<Integer> BITS = Set.of(128, 192, 256);

  private final KeyhavenProvider provider;
  private final String algorithm;
  private int bits = STANDARD_BITS;
  private VaultKeyGenParameterSpec spec;

  VaultKeyGenerator(KeyhavenProvider provider, String algorithm) {
    this.provider = provider;
    this.algorithm = algorithm;
  }

  /** The HSM has its own random bytes. */
  @Override
  protected void engineInit(SecureRandom random) {
    checkPosition();
    bits = STANDARD_BITS;
    spec = null;
  }

  @Override
  protected void engineInit(int keySize, SecureRandom random) {
    checkPosition();
    if (!BITS.contains(keySize)) {
      throw new InvalidParameterException(sizes(keySize));
    }
    bits = keySize;
    spec = null;
  }

  @Override
  protected void engineInit(AlgorithmParameterSpec parameters, SecureRandom random)
      throws InvalidAlgorithmParameterException {
    if (!(parameters instanceof VaultKeyGenParameterSpec given)) {
      throw new InvalidAlgorithmParameterException("a VaultKeyGenParameterSpec was expected, not "
          + (parameters == null ? "none" : parameters.getClass().getName()));
    }
    if (given.curve() != null) {
      throw new InvalidAlgorithmParameterException("a symmetric key has no curve");
    }
    if (Boolean.FALSE.equals(given.hsm())) {
      throw new InvalidAlgorithmParameterException("symmetric keys are always protected by an HSM");
    }
    if (given.keySize() != null && !BITS.contains(given.keySize())) {
      throw new InvalidAlgorithmParameterException(sizes(given.keySize()));
    }
    bits = given.keySize() == null ? STANDARD_BITS : given.keySize();
    spec = given;
  }

  @Override
  protected SecretKey engineGenerateKey() {
    if (spec == null) {
      checkPosition();
    }
    Settings settings = provider.settings();
    return new KeyGeneration(provider.session(settings), settings).secret(algorithm, bits, spec);
  }

  private void checkPosition() {
    ProviderPosition.check("KeyGenerator", algorithm);
  }

  private static String sizes(int asked) {
    return "a vault makes symmetric keys of 128, 192 and 256 bits, not " + asked;
  }
}
