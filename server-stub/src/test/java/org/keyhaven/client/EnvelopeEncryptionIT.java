package org.keyhaven.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.keyhaven.client.envelope.EnvelopeEncryption;
import org.keyhaven.client.envelope.EnvelopeException;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.KeyOperation;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.Keys.KeyCreateParameters;
import org.keyhaven.client.wire.Keys.KeyUpdateParameters;
import org.keyhaven.client.wire.ObjectAttributes;
import org.keyhaven.client.wire.ObjectId;

/** Envelope encryption with keys of a real vault. */
class EnvelopeEncryptionIT {
  private static final byte[] CONTEXT = "invoice 17".getBytes(StandardCharsets.US_ASCII);

  private static KeyhavenClient vault;
  private static KeyhavenClient managedHsm;

  @BeforeAll
  static void connect() {
    vault = Clients.vault();
    managedHsm = Clients.managedHsm();
  }

  @AfterAll
  static void disconnect() {
    vault.close();
    managedHsm.close();
  }

  private static ObjectId create(KeyhavenClient client, KeyType type, String name, int bits) {
    return client.keys().create(name, new KeyCreateParameters(type, bits, null, null, null, null, null)).key().kid();
  }

  private static byte[] plaintext(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static void assertRoundTrips(EnvelopeEncryption writer, EnvelopeEncryption reader) throws IOException {
    byte[] plaintext = plaintext(200_000);
    assertThat(reader.decrypt(writer.encrypt(plaintext, CONTEXT), CONTEXT)).isEqualTo(plaintext);
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    try (OutputStream out = writer.encrypting(message, CONTEXT)) {
      out.write(plaintext);
    }
    assertThat(reader.decrypting(new ByteArrayInputStream(message.toByteArray()), CONTEXT).readAllBytes()).isEqualTo(plaintext);
  }

  @ParameterizedTest
  @EnumSource(value = KeyType.class, names = {"RSA", "RSA_HSM"})
  void anRsaKeyOfTheVaultWraps(KeyType type) throws IOException {
    String name = "envelope-" + type;
    create(vault, type, name, 2048);
    assertRoundTrips(EnvelopeEncryption.builder(vault, name).build(), EnvelopeEncryption.builder(vault, name).build());
  }

  @ParameterizedTest
  @CsvSource({"A128KW, 128", "A192KW, 192", "A256KW, 256", "CKM_AES_KEY_WRAP, 256", "A128KWPAD, 128", "A192KWPAD, 192",
      "A256KWPAD, 256", "CKM_AES_KEY_WRAP_PAD, 128"})
  void anAesKeyOfTheManagedHsmWraps(EncryptionAlgorithm algorithm, int bits) throws IOException {
    String name = "envelope-" + algorithm.name().replace('_', '-');
    create(managedHsm, KeyType.OCT_HSM, name, bits);
    assertRoundTrips(EnvelopeEncryption.builder(managedHsm, name).wrapping(algorithm).build(),
        EnvelopeEncryption.builder(managedHsm, name).build());
  }

  @Test
  void afterARotationOldMessagesAreReadAndNewOnesAreUnderTheNewVersion() throws IOException {
    ObjectId first = create(vault, KeyType.RSA, "envelope-rotated", 2048);
    EnvelopeEncryption envelope = EnvelopeEncryption.builder(vault, "envelope-rotated").dataKeyMessages(1).unwrappedKeys(0)
        .build();
    byte[] before = envelope.encrypt(plaintext(10));
    ObjectId second = create(vault, KeyType.RSA, "envelope-rotated", 3072);
    byte[] after = envelope.encrypt(plaintext(10));
    assertThat(text(before)).contains(first.toString()).doesNotContain(second.version());
    assertThat(text(after)).contains(second.toString()).doesNotContain(first.version());
    assertThat(envelope.decrypt(before)).isEqualTo(envelope.decrypt(after)).isEqualTo(plaintext(10));

    EnvelopeEncryption pinned = EnvelopeEncryption.builder(vault, "envelope-rotated").keyVersion(first.version()).build();
    assertThat(text(pinned.encrypt(plaintext(10)))).contains(first.toString());
    assertThat(pinned.decrypt(after)).isEqualTo(plaintext(10));
  }

  private static String text(byte[] message) {
    return new String(message, StandardCharsets.ISO_8859_1);
  }

  @Test
  void aWrappedKeyThatWasAlteredIsARefusedMessage() {
    ObjectId kid = create(vault, KeyType.RSA, "envelope-altered", 2048);
    EnvelopeEncryption envelope = EnvelopeEncryption.builder(vault, "envelope-altered").build();
    byte[] message = envelope.encrypt(plaintext(10));
    int wrappedAt = 45 + kid.toString().length() + 2;
    for (int at : new int[] {6, wrappedAt, wrappedAt + 100, wrappedAt + 255}) {
      byte[] altered = message.clone();
      altered[at] = (byte) (at == 6 ? 0x13 : altered[at] ^ 1);
      assertThatThrownBy(() -> envelope.decrypt(altered)).as("byte %d", at).isInstanceOf(EnvelopeException.class);
    }
  }

  @Test
  void aVersionThatTheVaultDoesNotHaveIsNotFoundWhichIsNoProofOfAnAlteredMessage() {
    ObjectId kid = create(vault, KeyType.RSA, "envelope-missing", 2048);
    EnvelopeEncryption envelope = EnvelopeEncryption.builder(vault, "envelope-missing").build();
    byte[] message = envelope.encrypt(plaintext(10));
    int lastDigit = 45 + kid.toString().length() - 1;
    message[lastDigit] = (byte) (message[lastDigit] == '0' ? '1' : '0');
    assertThatThrownBy(() -> envelope.decrypt(message)).isInstanceOf(VaultException.NotFound.class);
  }

  @Test
  void aKeyThatMayNotUnwrapSaysSo() {
    vault.keys().create("envelope-forbidden", new KeyCreateParameters(KeyType.RSA, 2048, null,
        List.of(KeyOperation.WRAP_KEY), null, null, null));
    EnvelopeEncryption envelope = EnvelopeEncryption.builder(vault, "envelope-forbidden").build();
    byte[] message = envelope.encrypt(plaintext(10));
    assertThatThrownBy(() -> envelope.decrypt(message)).isInstanceOf(VaultException.Forbidden.class);
  }

  @Test
  void aDisabledKeyIsFeltWhenTheUnwrappedKeyIsGone() throws EnvelopeException {
    ObjectId kid = create(vault, KeyType.RSA, "envelope-disabled", 2048);
    EnvelopeEncryption keeping = EnvelopeEncryption.builder(vault, "envelope-disabled").build();
    byte[] message = keeping.encrypt(plaintext(10));
    keeping.decrypt(message);
    vault.keys().update(kid.name(), kid.version(), new KeyUpdateParameters(null, ObjectAttributes.of(false, null, null), null,
        null));
    assertThat(keeping.decrypt(message)).isEqualTo(plaintext(10));
    EnvelopeEncryption asking = EnvelopeEncryption.builder(vault, "envelope-disabled").build();
    assertThatThrownBy(() -> asking.decrypt(message)).isInstanceOf(VaultException.Forbidden.class);
    assertThatThrownBy(() -> asking.encrypt(plaintext(10))).isInstanceOf(VaultException.Forbidden.class);
  }

  @Test
  void manyThreadsShareOneEnvelope() throws Exception {
    create(managedHsm, KeyType.OCT_HSM, "envelope-shared", 256);
    EnvelopeEncryption envelope = EnvelopeEncryption.builder(managedHsm, "envelope-shared").wrapping(EncryptionAlgorithm.A256KW)
        .dataKeyMessages(50).build();
    ExecutorService threads = Executors.newFixedThreadPool(64);
    try {
      Callable<byte[]> task = () -> {
        byte[] result = plaintext(100);
        for (int i = 0; i < 10; i++) {
          result = envelope.decrypt(envelope.encrypt(result));
        }
        return result;
      };
      for (Future<byte[]> result : threads.invokeAll(IntStream.range(0, 64).mapToObj(i -> task).toList())) {
        assertThat(result.get()).isEqualTo(plaintext(100));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aMessageOfTheManagedHsmIsNotForTheVault() {
    create(managedHsm, KeyType.OCT_HSM, "envelope-elsewhere", 256);
    byte[] message = EnvelopeEncryption.builder(managedHsm, "envelope-elsewhere").wrapping(EncryptionAlgorithm.A256KW).build()
        .encrypt(plaintext(10));
    assertThatThrownBy(() -> EnvelopeEncryption.builder(vault, "envelope-elsewhere").decryptAnyKeyOfTheVault().build()
        .decrypt(message)).isInstanceOf(EnvelopeException.class)
        .hasMessageContaining("not allowed here");
  }
}
