package org.keyhaven.client.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.Wrapper;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.encodings.OAEPEncoding;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.engines.AESWrapEngine;
import org.bouncycastle.crypto.engines.RFC5649WrapEngine;
import org.bouncycastle.crypto.engines.RSAEngine;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.Json;
import org.keyhaven.client.wire.ObjectId;

/**
 * The vectors of docs/envelope-format.md, which a third implementation made: Keyhaven and {@link ReferenceEnvelope} both
 * write the same bytes and read them again.
 */
class EnvelopeVectorsTest {
  private static final VectorFile FILE = read();

  public record VectorFile(String description, String refusedWrappingKey, List<Vector> vectors, List<Refused> refused) { }

  /** @param message null where its hash suffices */
  public record Vector(String name, EncryptionAlgorithm wrapping, ObjectId kid, String wrappingKey, String dataKey, String salt,
      int frameBytes, String context, int plaintextBytes, String wrapped, String messageSha256, String message) {
    byte[] plaintext() {
      byte[] bytes = new byte[plaintextBytes];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (i % 251);
      }
      return bytes;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  public record Refused(String name, String context, String message) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static VectorFile read() {
    try (InputStream in = EnvelopeVectorsTest.class.getResourceAsStream("vectors.json")) {
      return Json.read(in.readAllBytes(), VectorFile.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<Vector> vectors() {
    return FILE.vectors().stream();
  }

  static Stream<Refused> refused() {
    return FILE.refused().stream();
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  /** Wraps to what the vector says, and unwraps with Bouncy Castle. */
  private record BouncyVault(WrappedKey vector, String wrappingKey) implements KeyWrapper {
    @Override
    public WrappedKey wrap(byte[] dataKey) {
      return vector;
    }

    @Override
    public byte[] unwrap(WrappedKey wrapped) {
      byte[] value = wrapped.value();
      try {
        if (wrapped.wrapping() == Wrapping.RSA_OAEP_256) {
          OAEPEncoding oaep = new OAEPEncoding(new RSAEngine(), new SHA256Digest(), new SHA256Digest(), null);
          oaep.init(false, PrivateKeyFactory.createKey(Base64.getDecoder().decode(wrappingKey)));
          return oaep.processBlock(value, 0, value.length);
        }
        boolean padding = wrapped.wrapping().algorithm().scheme() == EncryptionAlgorithm.Scheme.AES_KWP;
        Wrapper engine = padding ? new RFC5649WrapEngine(AESEngine.newInstance()) : new AESWrapEngine();
        engine.init(false, new KeyParameter(hex(wrappingKey)));
        return engine.unwrap(value, 0, value.length);
      } catch (InvalidCipherTextException e) {
        throw new RefusedKeyException("refused", e);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static EnvelopeEncryption envelope(Vector vector) {
    ByteBuffer random = ByteBuffer.wrap(hex(vector.dataKey() + vector.salt() + vector.salt()));
    WrappedKey wrapped = new WrappedKey(vector.kid(), Wrapping.of(vector.wrapping()), hex(vector.wrapped()));
    return new EnvelopeEncryption.Builder(vector.kid().withVersion(null),
        (key, wrapping) -> new BouncyVault(wrapped, vector.wrappingKey()))
        .frameBytes(vector.frameBytes()).random(random::get).build();
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void theMessageOfTheVectorIsWrittenAndRead(Vector vector) throws IOException, GeneralSecurityException {
    EnvelopeEncryption envelope = envelope(vector);
    byte[] context = hex(vector.context());
    byte[] message = envelope.encrypt(vector.plaintext(), context);
    assertThat(MessageDigest.getInstance("SHA-256").digest(message)).isEqualTo(hex(vector.messageSha256()));
    if (vector.message() != null) {
      assertThat(message).isEqualTo(Base64.getDecoder().decode(vector.message()));
    }
    ByteArrayOutputStream streamed = new ByteArrayOutputStream();
    try (OutputStream out = envelope.encrypting(streamed, context)) {
      out.write(vector.plaintext());
    }
    assertThat(streamed.toByteArray()).isEqualTo(message);
    assertThat(envelope.decrypt(message, context)).isEqualTo(vector.plaintext());
    assertThat(envelope.decrypting(new ByteArrayInputStream(message), context).readAllBytes()).isEqualTo(vector.plaintext());
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void theReferenceWritesAndReadsTheSame(Vector vector) throws GeneralSecurityException {
    byte[] context = hex(vector.context());
    byte[] message = ReferenceEnvelope.write(new ReferenceEnvelope.Choice(code(vector.wrapping()), vector.kid().toString(),
        hex(vector.wrapped()), hex(vector.dataKey()), hex(vector.salt()), vector.frameBytes()), vector.plaintext(), context);
    assertThat(MessageDigest.getInstance("SHA-256").digest(message)).isEqualTo(hex(vector.messageSha256()));
    assertThat(ReferenceEnvelope.read(message, hex(vector.dataKey()), context)).isEqualTo(vector.plaintext());
  }

  /** The table of the document. */
  private static int code(EncryptionAlgorithm wrapping) {
    return switch (wrapping) {
      case RSA_OAEP_256 -> 0x01;
      case A256KW -> 0x13;
      case CKM_AES_KEY_WRAP -> 0x14;
      case A256KWPAD -> 0x23;
      default -> throw new IllegalArgumentException(wrapping + " is in no vector");
    };
  }

  @ParameterizedTest
  @MethodSource("refused")
  void whatIsToBeRefusedIsRefused(Refused vector) throws IOException {
    ObjectId kid = FakeVault.KEY.withVersion("0123456789abcdef0123456789abcdef");
    WrappedKey none = new WrappedKey(kid, Wrapping.A256KW, new byte[40]);
    EnvelopeEncryption envelope = new EnvelopeEncryption.Builder(FakeVault.KEY,
        (key, wrapping) -> new BouncyVault(none, FILE.refusedWrappingKey())).build();
    byte[] message = Base64.getDecoder().decode(vector.message());
    assertThatThrownBy(() -> envelope.decrypt(message, hex(vector.context()))).isExactlyInstanceOf(EnvelopeException.class);
    assertThatThrownBy(() -> envelope.decrypting(new ByteArrayInputStream(message), hex(vector.context())).readAllBytes())
        .isExactlyInstanceOf(EnvelopeException.class);
  }

  @Test
  void theFileHasVectorsOfBothKinds() {
    assertThat(FILE.vectors()).hasSizeGreaterThanOrEqualTo(10);
    assertThat(FILE.refused()).hasSizeGreaterThanOrEqualTo(19);
  }
}
