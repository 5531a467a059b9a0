package org.keyhaven.client.envelope;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.keyhaven.client.KeyhavenClient;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.ObjectId;

/**
 * Encrypts data of any size here, under data keys that a key of the vault wraps; only wrapped data keys travel. The format
 * is that of {@code docs/envelope-format.md}: AES-256-GCM in frames, each verified before any of it is given out, so that
 * altering, cutting, lengthening, reordering and mixing of messages are all refused with {@link EnvelopeException}.
 *
 * <pre>{@code
 * try (EnvelopeEncryption envelope = EnvelopeEncryption.builder(client, "documents").build()) {
 *   byte[] message = envelope.encrypt(plaintext, context);
 *   byte[] again = envelope.decrypt(message, context);
 * }
 * }</pre>
 *
 * <p>A <em>context</em> is any bytes that encryption and decryption must agree on, say the id of the record that a message
 * belongs to; it is not in the message, and is no secret.
 *
 * <p>With an RSA key (the default) everybody who has its public half can make messages: that one decrypts says nothing of
 * who made it. With an AES key of a Managed HSM that is a matter of the permission to wrap.
 *
 * <p>Data keys are kept in memory and used again within the bounds that the builder sets. That a key of the vault was
 * disabled, or a permission taken away, is felt when they are over. Data keys that go are overwritten with zeros; copies
 * that the JDK's cryptography or the garbage collector made are out of reach. Needed permissions: for encryption with RSA
 * {@code keys/get} or {@code keys/wrapKey}, with AES {@code keys/wrapKey}; for decryption {@code keys/unwrapKey}.
 *
 * <p>Immutable and thread-safe; make one and keep it. What the vault refuses, and that it cannot be reached, is a
 * {@link org.keyhaven.client.VaultException} from the methods that begin a message, never from a stream that they returned.
 */
public final class EnvelopeEncryption implements AutoCloseable {
  private static final byte[] NO_CONTEXT = new byte[0];

  private final KeyPolicy policy;
  private final int frameBytes;
  private final long mostBytes;
  private final Consumer<byte[]> random;
  private final EncryptionKeys encryptionKeys;
  private final DecryptionKeys decryptionKeys;

  /** A message that begins. */
  private record Sealing(Header header, MessageKeys keys, EncryptionKeys.Grant grant) { }

  private EnvelopeEncryption(Builder builder) {
    this.policy = builder.policy();
    this.frameBytes = builder.frameBytes;
    this.mostBytes = builder.mostBytes;
    this.random = builder.random;
    KeyWrapper wrapper = builder.wrappers.apply(builder.key, builder.wrapping);
    this.encryptionKeys = new EncryptionKeys(() -> fresh(wrapper),
        new EncryptionKeys.Limits(builder.dataKeyMessages, builder.dataKeyBytes, builder.dataKeyAge), builder.nanoClock);
    this.decryptionKeys = new DecryptionKeys(wrapped -> unwrap(wrapper, wrapped), builder.unwrappedKeys,
        builder.unwrappedKeyAge, builder.nanoClock);
  }

  /**
   * Encryption under a key of the client's vault.
   *
   * @param client stays the caller's to close
   * @param keyName its latest version wraps each new data key, so that a rotation is felt within {@link Builder#dataKeyAge}
   */
  public static Builder builder(KeyhavenClient client, String keyName) {
    return new Builder(new ObjectId(client.vault(), "keys", keyName, null),
        (key, wrapping) -> new VaultKeyWrapper(client, key, wrapping));
  }

  /** Without a context. */
  public byte[] encrypt(byte[] plaintext) {
    return encrypt(plaintext, NO_CONTEXT);
  }

  /**
   * One message.
   *
   * @throws IllegalArgumentException when the plaintext is longer than {@link Builder#maxMessageBytes}, or the message than
   *     an array
   */
  public byte[] encrypt(byte[] plaintext, byte[] context) {
    Objects.requireNonNull(plaintext, "plaintext");
    if (plaintext.length > mostBytes) {
      throw new IllegalArgumentException("messages are not longer than " + mostBytes + " bytes, and this one has "
          + plaintext.length);
    }
    Sealing message = begin(context, plaintext.length);
    byte[] header = message.header().encoded();
    int count = Math.max(1, ceiling(plaintext.length, frameBytes));
    long length = (long) header.length + MessageKeys.COMMITMENT_BYTES + plaintext.length + (long) count * Frames.TAG_BYTES;
    if (length > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("an array cannot hold a message of " + length + " bytes: use a stream");
    }
    byte[] encoded = Arrays.copyOf(header, (int) length);
    System.arraycopy(message.keys().commitment(), 0, encoded, header.length, MessageKeys.COMMITMENT_BYTES);
    Frames frames = new Frames(message.keys(), mostBytes);
    int at = header.length + MessageKeys.COMMITMENT_BYTES;
    for (int i = 0; i < count; i++) {
      int from = i * frameBytes;
      int taken = Math.min(frameBytes, plaintext.length - from);
      try {
        frames.seal(plaintext, from, taken, i == count - 1, encoded, at);
      } catch (EnvelopeException e) {
        throw new IllegalStateException("the length was checked before", e);
      }
      at += taken + Frames.TAG_BYTES;
    }
    return encoded;
  }

  /** Without a context. */
  public byte[] decrypt(byte[] message) throws EnvelopeException {
    return decrypt(message, NO_CONTEXT);
  }

  /**
   * The plaintext, all of it verified.
   *
   * @throws EnvelopeException when the message is not as it was made, or not for this context or key
   */
  public byte[] decrypt(byte[] message, byte[] context) throws EnvelopeException {
    ByteArrayInputStream in = new ByteArrayInputStream(Objects.requireNonNull(message, "message"));
    Objects.requireNonNull(context, "context");
    try {
      Header header = Header.read(in);
      MessageKeys keys = open(header, Header.exactly(in, MessageKeys.COMMITMENT_BYTES), context);
      return decrypt(message, message.length - in.available(), header.frameBytes(), keys);
    } catch (EnvelopeException e) {
      throw e;
    } catch (IOException e) {
      throw new IllegalStateException("an array cannot fail", e);
    }
  }

  private byte[] decrypt(byte[] message, int start, int messageFrameBytes, MessageKeys keys) throws EnvelopeException {
    int sealedFrame = messageFrameBytes + Frames.TAG_BYTES;
    int count = Math.max(1, ceiling(message.length - start, sealedFrame));
    int lastFrame = message.length - start - (count - 1) * sealedFrame;
    long length = message.length - start - (long) count * Frames.TAG_BYTES;
    if (lastFrame < Frames.TAG_BYTES) {
      throw new EnvelopeException("the message ends within a frame");
    }
    if (length > mostBytes) {
      throw new EnvelopeException("the message is longer than " + mostBytes + " bytes");
    }
    byte[] plaintext = new byte[(int) length];
    Frames frames = new Frames(keys, mostBytes);
    try {
      for (int i = 0; i < count; i++) {
        int from = start + i * sealedFrame;
        int taken = Math.min(sealedFrame, message.length - from);
        frames.open(message, from, taken, i == count - 1, plaintext, i * messageFrameBytes);
      }
      return plaintext;
    } catch (EnvelopeException e) {
      Arrays.fill(plaintext, (byte) 0);
      throw e;
    }
  }

  /** Without a context. */
  public EnvelopeOutputStream encrypting(OutputStream out) throws IOException {
    return encrypting(out, NO_CONTEXT);
  }

  /**
   * A stream that encrypts what is written to it. The header is written at once; the message is whole when the stream is
   * closed, which closes {@code out} too. A message that cannot be completed is ended with
   * {@link EnvelopeOutputStream#abort}: a try-with-resources would close it, and so make a whole message of half the
   * plaintext. Where the plaintext is a stream itself, {@link #encrypt(InputStream, OutputStream, byte[])} takes care of
   * that.
   */
  public EnvelopeOutputStream encrypting(OutputStream out, byte[] context) throws IOException {
    Objects.requireNonNull(out, "out");
    Sealing message = begin(context, 0);
    out.write(message.header().encoded());
    out.write(message.keys().commitment());
    return new EnvelopeOutputStream(out, new Frames(message.keys(), mostBytes), frameBytes, message.grant()::spend);
  }

  /**
   * Encrypts a whole stream. Closes {@code out} and not {@code plaintext}; when reading fails, what was written is no whole
   * message.
   *
   * @return the length of the plaintext
   */
  public long encrypt(InputStream plaintext, OutputStream out, byte[] context) throws IOException {
    Objects.requireNonNull(plaintext, "plaintext");
    EnvelopeOutputStream message = encrypting(out, context);
    long length;
    try {
      length = plaintext.transferTo(message);
    } catch (IOException | RuntimeException | Error e) {
      try {
        message.abort();
      } catch (IOException closing) {
        e.addSuppressed(closing);
      }
      throw e;
    }
    message.close();
    return length;
  }

  /** Without a context. */
  public InputStream decrypting(InputStream in) throws IOException {
    return decrypting(in, NO_CONTEXT);
  }

  /**
   * A stream of the plaintext. The header is read and checked, and the data key unwrapped, before this returns; each frame
   * is verified before any of it is given out. That the message is whole is known at the end of the stream only: whoever
   * stops before knows nothing of the rest, and what was read is to be dropped when a later read throws. Closing it closes
   * {@code in}.
   *
   * @param in one message; it ends where the stream does
   * @throws EnvelopeException from here or from a read, when the message is not as it was made, or not for this context or
   *     key
   */
  public InputStream decrypting(InputStream in, byte[] context) throws IOException {
    Objects.requireNonNull(context, "context");
    Header header = Header.read(in);
    MessageKeys keys = open(header, Header.exactly(in, MessageKeys.COMMITMENT_BYTES), context);
    return new DecryptingInputStream(in, new Frames(keys, mostBytes), header.frameBytes());
  }

  /** Wipes the data keys. Streams that have begun go on; nothing new begins. */
  @Override
  public void close() {
    encryptionKeys.close();
    decryptionKeys.close();
  }

  private Sealing begin(byte[] context, long plannedBytes) {
    Objects.requireNonNull(context, "context");
    EncryptionKeys.Grant grant = encryptionKeys.take(plannedBytes);
    byte[] salt = new byte[Header.SALT_BYTES];
    random.accept(salt);
    Header header = Header.of(grant.wrapped(), frameBytes, salt);
    return new Sealing(header, MessageKeys.derive(grant.secret(), header, context), grant);
  }

  private MessageKeys open(Header header, byte[] commitment, byte[] context) throws EnvelopeException {
    ObjectId kid = header.key().kid();
    if (!policy.allows(kid)) {
      throw new EnvelopeException("the message names the key " + kid + ", which is not allowed here");
    }
    byte[] dataKey;
    try {
      dataKey = decryptionKeys.secretOf(header.key());
    } catch (RefusedKeyException e) {
      throw new EnvelopeException(e.getMessage(), e.getCause());
    }
    MessageKeys keys = MessageKeys.derive(dataKey, header, context);
    keys.check(commitment);
    return keys;
  }

  private DataKey fresh(KeyWrapper wrapper) {
    byte[] secret = new byte[DataKey.BYTES];
    random.accept(secret);
    try {
      WrappedKey wrapped = wrapper.wrap(secret);
      if (policy.allows(wrapped.kid()) && wrapped.wrapping().hasLength(wrapped.value().length)) {
        return new DataKey(wrapped, secret);
      }
      throw new IllegalStateException("what the vault wrapped could not be decrypted here: it is by " + wrapped.kid()
          + ", has " + wrapped.value().length + " bytes, and is to be for " + policy.vault());
    } catch (RuntimeException | Error e) {
      Arrays.fill(secret, (byte) 0);
      throw e;
    }
  }

  private static byte[] unwrap(KeyWrapper wrapper, WrappedKey wrapped) {
    byte[] secret = wrapper.unwrap(wrapped);
    if (secret.length != DataKey.BYTES) {
      Arrays.fill(secret, (byte) 0);
      throw new RefusedKeyException("what the key " + wrapped.kid() + " unwrapped is no data key", null);
    }
    return secret;
  }

  private static int ceiling(int dividend, int divisor) {
    return (int) (((long) dividend + divisor - 1) / divisor);
  }

  /** Not thread-safe. Every option has a default. */
  public static final class Builder {
    private final BiFunction<ObjectId, Wrapping, KeyWrapper> wrappers;
    private final Set<String> names = new HashSet<>();
    private ObjectId key;
    private Wrapping wrapping = Wrapping.RSA_OAEP_256;
    private boolean anyKey;
    private int frameBytes = 64 << 10;
    private long mostBytes = Frames.MOST_BYTES;
    private long dataKeyMessages = 10_000;
    private long dataKeyBytes = 16L << 30;
    private Duration dataKeyAge = Duration.ofMinutes(5);
    private int unwrappedKeys = 1000;
    private Duration unwrappedKeyAge = Duration.ofMinutes(5);
    private Consumer<byte[]> random = new SecureRandom()::nextBytes;
    private LongSupplier nanoClock = System::nanoTime;

    Builder(ObjectId key, BiFunction<ObjectId, Wrapping, KeyWrapper> wrappers) {
      this.key = key;
      this.wrappers = wrappers;
      names.add(key.name());
    }

    /** Wraps with this version of the key alone. Default: with the latest, looked up for each data key. */
    public Builder keyVersion(String version) {
      this.key = key.withVersion(Objects.requireNonNull(version, "version"));
      return this;
    }

    /**
     * How data keys are wrapped: {@code RSA-OAEP-256}, done here with the public half; or, by a Managed HSM, one of the rows
     * for AES key wrap with or without padding (RFC 3394, RFC 5649), say {@code A256KW}. Decryption goes by what the message
     * says. Default RSA-OAEP-256.
     *
     * @throws IllegalArgumentException when it is another
     */
    public Builder wrapping(EncryptionAlgorithm algorithm) {
      this.wrapping = Wrapping.of(algorithm);
      return this;
    }

    /**
     * Frames as long as that, in bytes: 4 KiB to 1 MiB. Larger ones cost memory, smaller ones 16 bytes and time each.
     * Default 64 KiB.
     */
    public Builder frameBytes(int bytes) {
      if (bytes < Header.LEAST_FRAME_BYTES || bytes > Header.MOST_FRAME_BYTES) {
        throw new IllegalArgumentException("frames have 4 KiB to 1 MiB, not " + bytes + " bytes");
      }
      this.frameBytes = bytes;
      return this;
    }

    /** Longer plaintexts are neither encrypted nor decrypted. Default, and the most, 2^44 bytes (16 TiB). */
    public Builder maxMessageBytes(long bytes) {
      if (bytes < 0 || bytes > Frames.MOST_BYTES) {
        throw new IllegalArgumentException("messages have at most 2^44 bytes: " + bytes);
      }
      this.mostBytes = bytes;
      return this;
    }

    /** Messages that are encrypted under one data key. 1 makes each message a data key of its own. Default 10,000. */
    public Builder dataKeyMessages(long messages) {
      this.dataKeyMessages = positive(messages, "messages");
      return this;
    }

    /**
     * Plaintext that is encrypted under one data key. A single message that is longer has a data key of its own; a stream,
     * whose length is not known before, ends under the key with which it began. Default 16 GiB.
     */
    public Builder dataKeyBytes(long bytes) {
      this.dataKeyBytes = positive(bytes, "bytes");
      return this;
    }

    /** The age beyond which a data key begins no new message. Default 5 minutes. */
    public Builder dataKeyAge(Duration age) {
      this.dataKeyAge = positive(age);
      return this;
    }

    /**
     * Unwrapped data keys kept for decryption, the most recently used ones; 0 asks the vault for each message. Default 1000.
     */
    public Builder unwrappedKeys(int count) {
      if (count < 0) {
        throw new IllegalArgumentException("not a number of keys: " + count);
      }
      this.unwrappedKeys = count;
      return this;
    }

    /** The age beyond which an unwrapped data key begins no new message. Default 5 minutes. */
    public Builder unwrappedKeyAge(Duration age) {
      this.unwrappedKeyAge = positive(age);
      return this;
    }

    /**
     * Other keys of the vault whose messages are decrypted, any version of each, say the one that was used before. Messages
     * that name any other are refused without asking the vault.
     */
    public Builder alsoDecrypt(String... keyNames) {
      for (String name : keyNames) {
        names.add(new ObjectId(key.vault(), key.collection(), name, null).name());
      }
      return this;
    }

    /** Decrypts messages under every key of the vault that the caller may use. Never keys of another vault. */
    public Builder decryptAnyKeyOfTheVault() {
      this.anyKey = true;
      return this;
    }

    /** No network is touched yet. */
    public EnvelopeEncryption build() {
      return new EnvelopeEncryption(this);
    }

    /** For tests: where data keys and salts come from. */
    Builder random(Consumer<byte[]> source) {
      this.random = source;
      return this;
    }

    /** For tests: in place of {@link System#nanoTime}. */
    Builder nanoClock(LongSupplier clock) {
      this.nanoClock = clock;
      return this;
    }

    private KeyPolicy policy() {
      return anyKey ? KeyPolicy.anyKeyOf(key.vault()) : KeyPolicy.of(key.vault(), names);
    }

    private static long positive(long count, String what) {
      if (count < 1) {
        throw new IllegalArgumentException("a data key serves for " + what + ", at least one: " + count);
      }
      return count;
    }

    private static Duration positive(Duration age) {
      if (age.isNegative() || age.isZero()) {
        throw new IllegalArgumentException("an age must be longer than zero, not " + age);
      }
      return age;
    }
  }
}
