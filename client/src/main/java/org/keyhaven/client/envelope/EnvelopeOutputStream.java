package org.keyhaven.client.envelope;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.LongConsumer;

/**
 * Encrypts what is written, in memory of two frames. {@link #close} makes the message whole; when the plaintext cannot be
 * completed, {@link #abort} leaves a message that nobody accepts. After a failure, closing does not make it whole either.
 * Not thread-safe.
 */
public final class EnvelopeOutputStream extends OutputStream {
  private final OutputStream out;
  private final Frames frames;
  private final LongConsumer spent;
  private final byte[] plaintext;
  private final byte[] sealed;
  private int filled;
  private State state = State.OPEN;

  private enum State { OPEN, FAILED, CLOSED }

  /**
   * @param out the header is in it already
   * @param spent is told the plaintext bytes of each frame
   */
  EnvelopeOutputStream(OutputStream out, Frames frames, int frameBytes, LongConsumer spent) {
    this.out = out;
    this.frames = frames;
    this.spent = spent;
    this.plaintext = new byte[frameBytes];
    this.sealed = new byte[frameBytes + Frames.TAG_BYTES];
  }

  @Override
  public void write(int octet) throws IOException {
    write(new byte[] {(byte) octet}, 0, 1);
  }

  /** @throws EnvelopeException when the message becomes longer than it may be */
  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    ensureOpen();
    int done = 0;
    while (done < length) {
      if (filled == plaintext.length) {
        // More follows, so this one is not the last.
        seal(false);
      }
      int taken = Math.min(length - done, plaintext.length - filled);
      System.arraycopy(bytes, offset + done, plaintext, filled, taken);
      filled += taken;
      done += taken;
    }
  }

  /** Flushes the frames that are complete; the one that has begun waits for more. */
  @Override
  public void flush() throws IOException {
    ensureOpen();
    out.flush();
  }

  /** Completes the message and closes the stream below. */
  @Override
  public void close() throws IOException {
    if (state == State.CLOSED) {
      return;
    }
    try (OutputStream below = out) {
      if (state == State.OPEN) {
        seal(true);
        below.flush();
      }
    } finally {
      end();
    }
  }

  /** Closes the stream below without completing the message: whoever decrypts it is told that it was cut. */
  public void abort() throws IOException {
    if (state != State.CLOSED) {
      end();
      out.close();
    }
  }

  private void seal(boolean last) throws IOException {
    // Until the frame is out: an incomplete one must not be followed by another.
    state = State.FAILED;
    frames.seal(plaintext, 0, filled, last, sealed, 0);
    out.write(sealed, 0, filled + Frames.TAG_BYTES);
    spent.accept(filled);
    filled = 0;
    state = State.OPEN;
  }

  private void ensureOpen() throws IOException {
    if (state == State.CLOSED) {
      throw new IOException("the stream is closed");
    }
    if (state == State.FAILED) {
      throw new IOException("the message failed before, and stays incomplete");
    }
  }

  private void end() {
    state = State.CLOSED;
    Arrays.fill(plaintext, (byte) 0);
  }
}
