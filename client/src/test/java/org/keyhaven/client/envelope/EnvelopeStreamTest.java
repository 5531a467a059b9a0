package org.keyhaven.client.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class EnvelopeStreamTest {
  private static final int FRAME = 4096;
  private static final byte[] NO_CONTEXT = new byte[0];

  private final EnvelopeEncryption envelope = new FakeVault().envelope();

  /** Encrypts as much as is asked for, and keeps what was not fetched. */
  private static final class Source extends InputStream {
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private final byte[] chunk;
    private final OutputStream message;
    private long left;
    private byte[] ready = new byte[0];
    private int position;
    private int most;

    Source(EnvelopeEncryption envelope, long length, int chunkBytes) throws IOException {
      this.left = length;
      this.chunk = new byte[chunkBytes];
      this.message = envelope.encrypting(pending);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      while (position == ready.length) {
        if (pending.size() == 0 && left < 0) {
          return -1;
        }
        if (pending.size() == 0) {
          advance();
        }
        most = Math.max(most, pending.size());
        ready = pending.toByteArray();
        pending.reset();
        position = 0;
      }
      int given = Math.min(length, ready.length - position);
      System.arraycopy(ready, position, target, offset, given);
      position += given;
      return given;
    }

    private void advance() throws IOException {
      if (left == 0) {
        message.close();
        left = -1;
      } else {
        int count = (int) Math.min(left, chunk.length);
        Arrays.fill(chunk, (byte) left);
        message.write(chunk, 0, count);
        left -= count;
      }
    }
  }

  @Test
  @Timeout(120)
  void aStreamNeedsMemoryForAFewFramesHoweverLongItIs() throws IOException {
    long length = 64L << 20;
    int frame = 64 << 10;
    EnvelopeEncryption large = new FakeVault().builder().frameBytes(frame).build();
    Source source = new Source(large, length, 48 << 10);
    long read = 0;
    int furthest = 0;
    try (InputStream in = large.decrypting(source)) {
      byte[] buffer = new byte[50_000];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        read += count;
        // Encrypted, and not decrypted yet.
        furthest = Math.max(furthest, (int) (length - Math.max(0, source.left) - read));
      }
    }
    assertThat(read).isEqualTo(length);
    assertThat(source.most).isLessThanOrEqualTo(frame + 1024);
    assertThat(furthest).isLessThanOrEqualTo(4 * frame);
  }

  @Test
  void bytesMayComeAndGoOneByOne() throws IOException {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    try (OutputStream out = envelope.encrypting(message)) {
      for (int i = 0; i < 2 * FRAME; i++) {
        out.write(i);
      }
    }
    InputStream drop = new FilterInputStream(new ByteArrayInputStream(message.toByteArray())) {
      @Override
      public int read(byte[] target, int offset, int length) throws IOException {
        return super.read(target, offset, Math.min(1, length));
      }
    };
    try (InputStream in = envelope.decrypting(drop)) {
      for (int i = 0; i < 2 * FRAME; i++) {
        assertThat(in.read()).isEqualTo(i & 0xFF);
      }
      assertThat(in.read()).isEqualTo(-1);
      assertThat(in.available()).isZero();
    }
  }

  @Test
  void anAbortedMessageIsAcceptedByNobody() throws IOException {
    for (int size : new int[] {0, 5, FRAME, FRAME + 5}) {
      ByteArrayOutputStream message = new ByteArrayOutputStream();
      try (EnvelopeOutputStream out = envelope.encrypting(message)) {
        out.write(new byte[size]);
        out.abort();
      }
      assertThatThrownBy(() -> envelope.decrypt(message.toByteArray())).isInstanceOf(EnvelopeException.class);
    }
  }

  @Test
  void aSourceThatFailsLeavesNoWholeMessage() {
    IOException failure = new IOException("unreadable");
    InputStream broken = new SequenceInputStream(new ByteArrayInputStream(new byte[FRAME + 5]), new InputStream() {
      @Override
      public int read() throws IOException {
        throw failure;
      }
    });
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    assertThatThrownBy(() -> envelope.encrypt(broken, message, NO_CONTEXT)).isSameAs(failure);
    assertThatThrownBy(() -> envelope.decrypt(message.toByteArray())).isInstanceOf(EnvelopeException.class);
  }

  @Test
  void aWholeStreamIsEncrypted() throws IOException {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    assertThat(envelope.encrypt(new ByteArrayInputStream(new byte[3 * FRAME]), message, NO_CONTEXT)).isEqualTo(3 * FRAME);
    assertThat(envelope.decrypt(message.toByteArray())).isEqualTo(new byte[3 * FRAME]);
  }

  @Test
  void aSinkThatFailedOnceGetsNoEnd() throws IOException {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    boolean[] full = new boolean[1];
    EnvelopeOutputStream out = envelope.encrypting(new FilterOutputStream(message) {
      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        if (full[0]) {
          throw new IOException("no space");
        }
        message.write(bytes, offset, length);
      }
    });
    out.write(new byte[FRAME]);
    full[0] = true;
    assertThatThrownBy(() -> out.write(1)).isInstanceOf(IOException.class).hasMessage("no space");
    full[0] = false;
    assertThatThrownBy(() -> out.write(1)).isInstanceOf(IOException.class).hasMessageContaining("incomplete");
    assertThatThrownBy(out::flush).isInstanceOf(IOException.class).hasMessageContaining("incomplete");
    out.close();
    assertThatThrownBy(() -> envelope.decrypt(message.toByteArray())).isInstanceOf(EnvelopeException.class);
  }

  @Test
  void afterARefusalNothingMoreComesOut() throws IOException {
    byte[] message = envelope.encrypt(new byte[3 * FRAME]);
    message[message.length - 2 * (FRAME + 16)] ^= 1;
    InputStream in = envelope.decrypting(new ByteArrayInputStream(message));
    assertThat(in.readNBytes(FRAME)).hasSize(FRAME);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(in::read).isInstanceOf(EnvelopeException.class).hasMessageContaining("frame 1");
    }
  }

  @Test
  void aSourceThatFailsIsNoRefusal() throws IOException {
    byte[] message = envelope.encrypt(new byte[3 * FRAME]);
    InputStream in = envelope.decrypting(new SequenceInputStream(new ByteArrayInputStream(message, 0, message.length - 100),
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("unreadable");
          }
        }));
    in.readNBytes(2 * FRAME);
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(in::read).isExactlyInstanceOf(IOException.class).hasMessageContaining("unreadable");
    }
  }

  @Test
  void closingGoesThroughOnceAndEndsTheStream() throws IOException {
    int[] closed = new int[2];
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    EnvelopeOutputStream out = envelope.encrypting(new FilterOutputStream(message) {
      @Override
      public void close() throws IOException {
        closed[0]++;
        super.close();
      }
    });
    out.close();
    out.close();
    out.abort();
    assertThatThrownBy(() -> out.write(1)).isInstanceOf(IOException.class).hasMessageContaining("closed");
    assertThatThrownBy(out::flush).isInstanceOf(IOException.class).hasMessageContaining("closed");
    InputStream in = envelope.decrypting(new FilterInputStream(new ByteArrayInputStream(message.toByteArray())) {
      @Override
      public void close() throws IOException {
        closed[1]++;
        super.close();
      }
    });
    in.close();
    in.close();
    assertThatThrownBy(in::read).isInstanceOf(IOException.class).hasMessageContaining("closed");
    assertThat(closed).containsExactly(1, 1);
  }

  @Test
  void oneCallForMoreThanAFrameGivesWhatIsVerified() throws IOException {
    InputStream in = envelope.decrypting(new ByteArrayInputStream(envelope.encrypt(new byte[FRAME + 7])));
    assertThat(in.available()).isZero();
    assertThat(in.read(new byte[0])).isZero();
    assertThat(in.read(new byte[10 * FRAME])).isEqualTo(FRAME);
    assertThat(in.read(new byte[5])).isEqualTo(5);
    assertThat(in.available()).isEqualTo(2);
    assertThat(in.readAllBytes()).hasSize(2);
  }
}
