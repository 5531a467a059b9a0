package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.security.Security;
import java.security.spec.MGF1ParameterSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.crypto.AEADBadTagException;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.KeyGenerator;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.keyhaven.client.wire.KeyOperation;

class VaultCipherIT {
  private static final byte[] MESSAGE = "what nobody else shall read".getBytes(StandardCharsets.UTF_8);
  private static final String GCM = "AES/GCM/NoPadding";
  private static KeyhavenProvider hsm;
  private static VaultSecretKey aes;
  private static VaultSecretKey decryptOnly;
  private static KeyPair rsa;

  @BeforeAll
  static void generate() throws Exception {
    hsm = RemoteKeys.hsmProvider();
    SecretKey local = new SecretKeySpec(new SecureRandom().generateSeed(32), "AES");
    aes = RemoteKeys.imported(hsm, local);
    decryptOnly = RemoteKeys.imported(hsm, local, KeyOperation.DECRYPT);
    rsa = RemoteKeys.bareRsa(hsm);
  }

  @AfterEach
  void uninstall() {
    Security.removeProvider(KeyhavenProvider.NAME);
  }

  @Test
  void aGcmCipherServesAgainWithANewIvEachTimeAndForgetsItsAdditionalData() throws Exception {
    Cipher seal = Cipher.getInstance(GCM, hsm);
    seal.init(Cipher.ENCRYPT_MODE, aes);
    assertThat(seal.getIV()).isNull();
    seal.updateAAD(new byte[] {1});
    byte[] first = seal.doFinal(MESSAGE);
    byte[] firstIv = seal.getIV();
    byte[] second = seal.doFinal(MESSAGE);
    assertThat(seal.getIV()).hasSize(12).isNotEqualTo(firstIv);
    Cipher open = Cipher.getInstance(GCM, hsm);
    open.init(Cipher.DECRYPT_MODE, aes, seal.getParameters());
    open.update(second, 0, 5);
    assertThat(open.doFinal(second, 5, second.length - 5)).isEqualTo(MESSAGE);
    open.init(Cipher.DECRYPT_MODE, aes, new GCMParameterSpec(128, firstIv));
    assertThatThrownBy(() -> open.doFinal(first)).isInstanceOf(AEADBadTagException.class).hasMessageContaining("400");
    open.updateAAD(new byte[] {1});
    assertThat(open.doFinal(first)).isEqualTo(MESSAGE);
  }

  @Test
  void aCallersIvForGcmEncryptionIsRefusedWithTheReason() throws Exception {
    Cipher cipher = Cipher.getInstance(GCM, hsm);
    assertThatThrownBy(() -> cipher.init(Cipher.ENCRYPT_MODE, aes, new GCMParameterSpec(128, new byte[12])))
        .isInstanceOf(InvalidAlgorithmParameterException.class).hasMessageContaining("the vault makes the IV");
    assertThatThrownBy(() -> cipher.init(Cipher.DECRYPT_MODE, aes)).isInstanceOf(InvalidKeyException.class)
        .hasMessageContaining("GCMParameterSpec");
  }

  @Test
  void aCbcCipherStartsAnewWithTheSameIvAndFillsTheCallersBuffer() throws Exception {
    Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding", hsm);
    cipher.init(Cipher.ENCRYPT_MODE, aes, new IvParameterSpec(new byte[16]));
    byte[] whole = cipher.doFinal(MESSAGE);
    cipher.update(MESSAGE, 0, 10);
    assertThatThrownBy(() -> cipher.doFinal(MESSAGE, 10, MESSAGE.length - 10, new byte[31], 0))
        .isInstanceOf(ShortBufferException.class);
    byte[] output = new byte[40];
    assertThat(cipher.doFinal(MESSAGE, 10, MESSAGE.length - 10, output, 4)).isEqualTo(32);
    assertThat(Arrays.copyOfRange(output, 4, 36)).isEqualTo(whole);
    byte[] nothing = cipher.doFinal();
    cipher.init(Cipher.DECRYPT_MODE, aes, new IvParameterSpec(new byte[16]));
    assertThat(cipher.doFinal(nothing)).isEmpty();
    assertThatThrownBy(() -> cipher.doFinal(new byte[17])).isInstanceOf(IllegalBlockSizeException.class);
    // It ends in a letter of the message, which no padding does.
    byte[] firstBlock = Arrays.copyOf(whole, 16);
    assertThatThrownBy(() -> cipher.doFinal(firstBlock)).isInstanceOf(BadPaddingException.class);
  }

  @Test
  void whatTheKeyMayNotDoIsNoBadCiphertext() throws Exception {
    Cipher cipher = Cipher.getInstance(GCM, hsm);
    cipher.init(Cipher.ENCRYPT_MODE, decryptOnly);
    assertThatThrownBy(() -> cipher.doFinal(MESSAGE)).isInstanceOf(ProviderException.class).hasMessageContaining("403");
    Cipher wrap = Cipher.getInstance("AESWrap", hsm);
    wrap.init(Cipher.WRAP_MODE, decryptOnly);
    assertThatThrownBy(() -> wrap.wrap(new SecretKeySpec(new byte[16], "AES"))).isInstanceOf(InvalidKeyException.class)
        .hasMessageContaining("403");
    assertThatThrownBy(() -> wrap.wrap(aes)).isInstanceOf(InvalidKeyException.class)
        .hasMessageContaining("does not show itself");
  }

  @Test
  void moreThanACallTakesIsRefusedAndForgotten() throws Exception {
    Cipher cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding", hsm);
    cipher.init(Cipher.DECRYPT_MODE, rsa.getPrivate());
    cipher.update(new byte[300]);
    assertThatThrownBy(cipher::doFinal).isInstanceOf(IllegalBlockSizeException.class).hasMessageContaining("256");
    assertThatThrownBy(() -> cipher.doFinal(new byte[256])).isInstanceOf(BadPaddingException.class);
  }

  @Test
  void whatTheJdkMeansByOaepWithSha256IsRefusedWithTheReason() throws Exception {
    Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPWithSHA-256AndMGF1Padding", hsm);
    assertThatThrownBy(() -> cipher.init(Cipher.DECRYPT_MODE, rsa.getPrivate())).isInstanceOf(InvalidKeyException.class)
        .hasMessageContaining("OAEPParameterSpec");
    assertThatThrownBy(() -> cipher.init(Cipher.DECRYPT_MODE, rsa.getPrivate(), new OAEPParameterSpec("SHA-256", "MGF1",
        MGF1ParameterSpec.SHA1, PSource.PSpecified.DEFAULT))).isInstanceOf(InvalidAlgorithmParameterException.class)
        .hasMessageContaining("MGF1");
  }

  @Test
  void aPrivateKeyThatEncryptsSignsAsInTheJdk() throws Exception {
    Cipher sign = Cipher.getInstance("RSA", hsm);
    sign.init(Cipher.ENCRYPT_MODE, rsa.getPrivate());
    byte[] signed = sign.doFinal(MESSAGE);
    Cipher verify = Cipher.getInstance("RSA", "SunJCE");
    verify.init(Cipher.DECRYPT_MODE, rsa.getPublic());
    assertThat(verify.doFinal(signed)).isEqualTo(MESSAGE);
  }

  @Test
  void standingFirstItLeavesOrdinaryCiphersMacsAndKeysAlone() throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("RSA").generateKeyPair();
    Security.insertProviderAt(hsm, 1);
    assertThat(new SecureRandom().getProvider().getName()).isNotEqualTo(KeyhavenProvider.NAME);
    KeyGenerator generator = KeyGenerator.getInstance("AES");
    generator.init(128);
    SecretKey key = generator.generateKey();
    assertThat(key.getEncoded()).hasSize(16);
    assertThat(KeyGenerator.getInstance("HmacSHA256").generateKey().getEncoded()).isNotNull();
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(key);
    assertThat(mac.getProvider().getName()).isEqualTo("SunJCE");
    Mac bound = Mac.getInstance("HmacSHA256");
    assertThat(bound.getProvider()).isSameAs(hsm);
    bound.init(key);
    bound.update(MESSAGE);
    assertThat(((Mac) bound.clone()).doFinal()).isEqualTo(mac.doFinal(MESSAGE)).isEqualTo(bound.doFinal());
    for (String name : new String[] {GCM, "AES/CBC/PKCS5Padding", "AES/KW/NoPadding", "RSA/ECB/PKCS1Padding",
        "RSA/ECB/OAEPWithSHA-256AndMGF1Padding"}) {
      boolean symmetric = name.startsWith("AES");
      Cipher wrap = Cipher.getInstance(name);
      wrap.init(Cipher.WRAP_MODE, symmetric ? key : pair.getPublic());
      assertThat(wrap.getProvider().getName()).isEqualTo("SunJCE");
      Cipher unwrap = Cipher.getInstance(name);
      assertThat(unwrap.getProvider()).as("asked too early, it binds, and hands over").isSameAs(hsm);
      unwrap.init(Cipher.UNWRAP_MODE, symmetric ? key : pair.getPrivate(), wrap.getParameters());
      assertThat(unwrap.unwrap(wrap.wrap(key), "AES", Cipher.SECRET_KEY)).isEqualTo(key);
    }
    Cipher raw = Cipher.getInstance("RSA/ECB/NoPadding");
    raw.init(Cipher.ENCRYPT_MODE, pair.getPublic());
    assertThat(raw.doFinal(new byte[] {1})).endsWith(1);
  }

  @Test
  void theKeyPicksTheProviderAndOneKeyServesManyThreads() throws Exception {
    Security.addProvider(hsm);
    Cipher seal = Cipher.getInstance("RSA/ECB/PKCS1Padding");
    seal.init(Cipher.ENCRYPT_MODE, rsa.getPublic());
    byte[] sealed = seal.doFinal(MESSAGE);
    ExecutorService threads = Executors.newFixedThreadPool(64);
    try (RemoteKeys.Requests requests = RemoteKeys.requests()) {
      List<Future<byte[]>> opened = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        opened.add(threads.submit(() -> {
          Cipher open = Cipher.getInstance("RSA/ECB/PKCS1Padding");
          open.init(Cipher.DECRYPT_MODE, rsa.getPrivate());
          return open.doFinal(sealed);
        }));
      }
      for (Future<byte[]> each : opened) {
        assertThat(each.get()).isEqualTo(MESSAGE);
      }
      assertThat(requests.naming(((VaultPrivateKey) rsa.getPrivate()).id().name())).as("decrypt alone, and no lookup")
          .hasSize(64).allMatch(line -> line.contains("/decrypt"));
    } finally {
      threads.shutdownNow();
    }
  }
}
