package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.Provider;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link Cipher} promises whoever the provider is; the JDK plays the vault. */
class VaultCipherTest {
  private static final String GCM = "AES/GCM/NoPadding";
  private static final byte[] MESSAGE = "two blocks of 16, and some more: 48 bytes in all".getBytes(StandardCharsets.UTF_8);
  private static final Provider KEYHAVEN = new KeyhavenProvider();
  private final SecretKeySpec key = new SecretKeySpec(new byte[32], "AES");
  private final LocalCipher vault = new LocalCipher(key);

  @ParameterizedTest
  @CsvSource({"AES/GCM/NoPadding, 48", "AES/CBC/NoPadding, 48", "AES/CBC/PKCS5Padding, 48", "AES/CBC/PKCS5Padding, 37",
      "AES/KW/NoPadding, 48", "AES/KWP/NoPadding, 48", "AES/KWP/NoPadding, 37"})
  void aBufferThatIsTooSmallLosesNothingAndOneThatJustFitsDoes(String name, int length) throws Exception {
    byte[] message = Arrays.copyOf(MESSAGE, length);
    Cipher seal = Cipher.getInstance(name, KEYHAVEN);
    seal.init(Cipher.ENCRYPT_MODE, vault.remote());
    byte[] sealed = again(seal, message, null);
    Cipher open = Cipher.getInstance(name, KEYHAVEN);
    open.init(Cipher.DECRYPT_MODE, vault.remote(), seal.getParameters());
    assertThat(again(open, sealed, null)).isEqualTo(message);
    Cipher jdk = Cipher.getInstance(name, "SunJCE");
    jdk.init(Cipher.DECRYPT_MODE, key, seal.getParameters());
    assertThat(jdk.doFinal(sealed)).isEqualTo(message);
  }

  @Test
  void additionalDataOutlastABufferThatIsTooSmall() throws Exception {
    byte[] aad = {1, 2, 3};
    Cipher seal = Cipher.getInstance(GCM, KEYHAVEN);
    seal.init(Cipher.ENCRYPT_MODE, vault.remote());
    byte[] sealed = again(seal, MESSAGE, aad);
    Cipher open = Cipher.getInstance(GCM, KEYHAVEN);
    open.init(Cipher.DECRYPT_MODE, vault.remote(), seal.getParameters());
    assertThat(again(open, sealed, aad)).isEqualTo(MESSAGE);
  }

  /** A part by update; the rest first into a buffer that is one byte too small, then into one of the very length. */
  private static byte[] again(Cipher cipher, byte[] input, byte[] aad) throws Exception {
    if (aad != null) {
      cipher.updateAAD(aad);
    }
    cipher.update(input, 0, 10);
    byte[] output = new byte[1000];
    int written = -1;
    for (int room = 0; written < 0; room++) {
      try {
        written = cipher.doFinal(input, 10, input.length - 10, output, output.length - room);
        assertThat(written).isEqualTo(room);
      } catch (ShortBufferException e) {
        assertThat(room).isLessThan(100);
      }
    }
    return Arrays.copyOfRange(output, output.length - written, output.length);
  }

  @ParameterizedTest
  @ValueSource(strings = {"AES/GCM/NoPadding", "AES/CBC/NoPadding"})
  void theOutputSizeThatIsKnownIsSaidSoThatBuffersOfItServe(String name) throws Exception {
    Cipher seal = Cipher.getInstance(name, KEYHAVEN);
    seal.init(Cipher.ENCRYPT_MODE, vault.remote());
    ByteBuffer sealed = ByteBuffer.allocateDirect(seal.getOutputSize(MESSAGE.length));
    seal.doFinal(ByteBuffer.wrap(MESSAGE), sealed);
    assertThat(sealed.hasRemaining()).isFalse();
    Cipher open = Cipher.getInstance(name, KEYHAVEN);
    open.init(Cipher.DECRYPT_MODE, vault.remote(), seal.getParameters());
    assertThat(open.getOutputSize(sealed.capacity())).isEqualTo(MESSAGE.length);
    ByteBuffer opened = ByteBuffer.allocate(MESSAGE.length);
    open.doFinal(sealed.flip(), opened);
    assertThat(opened.array()).isEqualTo(MESSAGE);
    assertThat(vault.calls()).isEqualTo(2);
  }

  @Test
  void additionalDataComeInBuffersToo() throws Exception {
    Cipher seal = Cipher.getInstance(GCM, KEYHAVEN);
    seal.init(Cipher.ENCRYPT_MODE, vault.remote());
    ByteBuffer aad = ByteBuffer.wrap(new byte[] {9, 1, 2, 3, 9}, 1, 3).slice();
    seal.updateAAD(aad);
    assertThat(aad.hasRemaining()).isFalse();
    byte[] sealed = seal.doFinal(MESSAGE);
    for (Key opener : new Key[] {vault.remote(), key}) {
      Cipher open = Cipher.getInstance(GCM, KEYHAVEN);
      open.init(Cipher.DECRYPT_MODE, opener, seal.getParameters());
      open.updateAAD(ByteBuffer.wrap(new byte[] {1, 2, 3}));
      assertThat(open.doFinal(sealed)).isEqualTo(MESSAGE);
    }
  }

  @Test
  void whatFailedBeforeItWasSentLeavesNoAdditionalDataToTheNext() throws Exception {
    Cipher seal = Cipher.getInstance(GCM, KEYHAVEN);
    seal.init(Cipher.ENCRYPT_MODE, vault.remote());
    seal.updateAAD(new byte[] {1});
    assertThatThrownBy(() -> seal.doFinal(new byte[HeldInput.MOST_BYTES + 1])).isInstanceOf(IllegalBlockSizeException.class);
    byte[] sealed = seal.doFinal(MESSAGE);
    Cipher open = Cipher.getInstance(GCM, "SunJCE");
    open.init(Cipher.DECRYPT_MODE, key, seal.getParameters());
    assertThat(open.doFinal(sealed)).isEqualTo(MESSAGE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"AES/GCM/NoPadding", "AES/CBC/NoPadding", "AES/CBC/PKCS5Padding"})
  void missingParametersAreSaidAsEachInitDoes(String name) throws Exception {
    Cipher cipher = Cipher.getInstance(name, KEYHAVEN);
    assertThatThrownBy(() -> cipher.init(Cipher.DECRYPT_MODE, vault.remote())).isInstanceOf(InvalidKeyException.class)
        .hasMessageContaining("ParameterSpec");
    assertThatThrownBy(() -> cipher.init(Cipher.DECRYPT_MODE, vault.remote(), (AlgorithmParameterSpec) null))
        .isInstanceOf(InvalidAlgorithmParameterException.class).hasMessageContaining("ParameterSpec");
    assertThatThrownBy(() -> cipher.init(Cipher.UNWRAP_MODE, vault.remote(), (AlgorithmParameters) null))
        .isInstanceOf(InvalidAlgorithmParameterException.class).hasMessageContaining("ParameterSpec");
  }
}
