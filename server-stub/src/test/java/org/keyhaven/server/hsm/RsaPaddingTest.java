package org.keyhaven.server.hsm;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.spec.MGF1ParameterSpec;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RsaPaddingTest {
  private static final int LENGTH = 64;

  @ParameterizedTest
  @ValueSource(strings = {"SHA-1", "SHA-256", "SHA-384"})
  void takesOffWhatTheJdkPutsOn(String digest) throws Exception {
    KeyPair pair = CipherContract.sharedPair(KeyEngineContract.RSA2048);
    int hash = MessageDigest.getInstance(digest).getDigestLength();
    for (int length : new int[] {0, 1, 32, 256 - 2 * hash - 2}) {
      byte[] message = new byte[length];
      Arrays.fill(message, (byte) 1);
      Cipher oaep = Cipher.getInstance("RSA/ECB/OAEPPadding");
      oaep.init(Cipher.ENCRYPT_MODE, pair.getPublic(),
          new OAEPParameterSpec(digest, "MGF1", new MGF1ParameterSpec(digest), PSource.PSpecified.DEFAULT));
      assertThat(RsaPadding.oaep(raw(pair, oaep.doFinal(message)), digest)).contains(message);
      byte[] wrong = raw(pair, oaep.doFinal(message));
      for (int i = 0; i < wrong.length; i += 5) {
        byte[] changed = wrong.clone();
        changed[i] ^= 4;
        assertThat(RsaPadding.oaep(changed, digest)).isEmpty();
      }
      assertThat(RsaPadding.oaep(wrong, digest.equals("SHA-1") ? "SHA-256" : "SHA-1")).isEmpty();
    }
    Cipher pkcs1 = Cipher.getInstance("RSA/ECB/PKCS1Padding");
    pkcs1.init(Cipher.ENCRYPT_MODE, pair.getPublic());
    assertThat(RsaPadding.pkcs1(raw(pair, pkcs1.doFinal(new byte[245])))).contains(new byte[245]);
  }

  @Test
  void pkcs1NeedsEightOctetsOfPaddingAndASeparator() {
    assertThat(RsaPadding.pkcs1(padded(bytes -> bytes))).isEmpty();
    assertThat(RsaPadding.pkcs1(padded(bytes -> separator(bytes, 9)))).isEmpty();
    assertThat(RsaPadding.pkcs1(padded(bytes -> separator(bytes, 2)))).isEmpty();
    assertThat(RsaPadding.pkcs1(padded(bytes -> separator(bytes, 10)))).hasValueSatisfying(m -> assertThat(m).hasSize(53));
    assertThat(RsaPadding.pkcs1(padded(bytes -> separator(bytes, 63)))).hasValueSatisfying(m -> assertThat(m).isEmpty());
    assertThat(RsaPadding.pkcs1(padded(bytes -> separator(separator(bytes, 40), 50)))).hasValueSatisfying(m ->
        assertThat(m).hasSize(23));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void pkcs1BeginsWithZeroAndTwo(int position) {
    for (int octet = 0; octet < 256; octet++) {
      byte[] encoded = padded(bytes -> separator(bytes, 20));
      boolean right = (encoded[position] & 0xff) == octet;
      encoded[position] = (byte) octet;
      assertThat(RsaPadding.pkcs1(encoded).isPresent()).isEqualTo(right);
    }
  }

  @Test
  void whatWasUnpaddedIsWiped() {
    byte[] encoded = padded(bytes -> separator(bytes, 20));
    assertThat(RsaPadding.pkcs1(encoded)).isPresent();
    assertThat(encoded).containsOnly(0);
  }

  private static byte[] raw(KeyPair pair, byte[] ciphertext) throws Exception {
    Cipher cipher = Cipher.getInstance("RSA/ECB/NoPadding");
    cipher.init(Cipher.DECRYPT_MODE, pair.getPrivate());
    return cipher.doFinal(ciphertext);
  }

  private static byte[] padded(UnaryOperator<byte[]> change) {
    byte[] bytes = new byte[LENGTH];
    Arrays.fill(bytes, (byte) 0xff);
    bytes[0] = 0;
    bytes[1] = 2;
    return change.apply(bytes);
  }

  private static byte[] separator(byte[] bytes, int position) {
    bytes[position] = 0;
    return bytes;
  }
}
