package org.keyhaven.client.envelope;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;

/**
 * Gives the plaintext of frames that are verified, in memory of two frames. After a failure every further read fails; the
 * end is reached only when the last frame is verified. Not thread-safe.
 */
final class DecryptingInputStream extends InputStream {
  private final InputStream in;
  private final Frames frames;
  /** A sealed frame and one byte more, which tells whether another follows. */
  private final byte[] sealed;
  private final byte[] plaintext;
  private int ahead;
  private int position;
  private int limit;
  private boolean ended;
  private boolean closed;
  private IOException failure;

  /** @param in behind the header */
  DecryptingInputStream(InputStream in, Frames frames, int frameBytes) {
    this.in = in;
    this.frames = frames;
    this.sealed = new byte[frameBytes + Frames.TAG_BYTES + 1];
    this.plaintext = new byte[frameBytes];
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    ensureOpen();
    if (length == 0) {
      return 0;
    }
    if (position == limit && !ended) {
      next();
    }
    if (position == limit) {
      return -1;
    }
    int given = Math.min(length, limit - position);
    System.arraycopy(plaintext, position, target, offset, given);
    position += given;
    return given;
  }

  /** What is verified already. */
  @Override
  public int available() throws IOException {
    ensureOpen();
    return limit - position;
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      Arrays.fill(plaintext, (byte) 0);
      in.close();
    }
  }

  private void next() throws IOException {
    try {
      int found = ahead + in.readNBytes(sealed, ahead, sealed.length - ahead);
      boolean last = found < sealed.length;
      int length = last ? found : found - 1;
      frames.open(sealed, 0, length, last, plaintext, 0);
      sealed[0] = sealed[length];
      ahead = 1;
      position = 0;
      limit = length - Frames.TAG_BYTES;
      ended = last;
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }

  private void ensureOpen() throws IOException {
    if (closed) {
      throw new IOException("the stream is closed");
    }
    if (failure instanceof EnvelopeException) {
      throw new EnvelopeException(failure.getMessage(), failure);
    }
    if (failure != null) {
      throw new IOException("the message could not be read: " + failure.getMessage(), failure);
    }
  }
}
