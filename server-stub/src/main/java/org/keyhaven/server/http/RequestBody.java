package org.keyhaven.server.http;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.json.Json;

/**
 * Reads a request's body without a thread that waits for it: a client that stalls in the middle costs a connection, and that
 * for {@link #SECONDS} alone.
 */
final class RequestBody implements ReadListener {
  /** From when the request was let in until all of its body must be there. */
  static final int SECONDS = 10;
  /** What anybody may send without a token: a form with a signed assertion in it fits well. */
  private static final int MOST_OF_STRANGERS = 1 << 16;
  private static final int BUFFER = 8192;

  private final ServletInputStream in;
  private final int most;
  private final ByteArrayOutputStream read = new ByteArrayOutputStream();
  private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
  private boolean tooLarge;

  private RequestBody(ServletInputStream in, int most) {
    this.in = in;
    this.most = most;
  }

  /** The most bytes that are taken. */
  static int most(boolean stranger) {
    return stranger ? MOST_OF_STRANGERS : Json.MAX_BODY_BYTES;
  }

  /** The body when it is here already, which small ones are; null when it must be waited for. */
  static byte[] arrived(HttpServletRequest request, int most) throws IOException {
    long length = request.getContentLengthLong();
    if (length == 0 || length < 0 && hasNone(request)) {
      return new byte[0];
    }
    return length > 0 && length <= most && request.getInputStream().available() >= length
        ? request.getInputStream().readNBytes((int) length) : null;
  }

  /** Of a request that does not say how long its body is. */
  private static boolean hasNone(HttpServletRequest request) throws IOException {
    // HTTP/2 tells by the end of the stream (RFC 9113, section 8.1), HTTP/1.1 by a header (RFC 9112, section 6.3).
    return isMultiplexed(request) ? request.getInputStream().available() == 0 && request.getInputStream().isFinished()
        : request.getHeader("Transfer-Encoding") == null;
  }

  static boolean isMultiplexed(HttpServletRequest request) {
    return request.getProtocol().equals("HTTP/2.0");
  }

  /**
   * The body when all of it has come; called in asynchronous mode. Fails with an {@link ApiError}: 408 when it took too long, 413
   * when it is too large, 400 when it ended early.
   */
  static CompletableFuture<byte[]> await(HttpServletRequest request, int most) {
    try {
      RequestBody body = new RequestBody(request.getInputStream(), most);
      body.in.setReadListener(body);
      return body.whole.orTimeout(SECONDS, TimeUnit.SECONDS);
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** What the client is told when {@link #await} failed. */
  static ApiError error(Throwable failure) {
    if (failure instanceof ApiError known) {
      return known;
    }
    return failure instanceof TimeoutException
        ? new ApiError(408, "RequestTimeout", null, "The request body did not come within " + SECONDS + " seconds.", failure)
        : new ApiError(400, "BadParameter", null, "The request body ended early or could not be read.", failure);
  }

  @Override
  public void onDataAvailable() throws IOException {
    byte[] buffer = new byte[BUFFER];
    while (!whole.isDone() && in.isReady()) {
      int count = in.read(buffer);
      if (count < 0) {
        return;
      }
      tooLarge |= read.size() + count > most;
      // The rest is read and dropped: many clients look for an answer only when all is sent.
      read.write(buffer, 0, tooLarge ? 0 : count);
    }
  }

  @Override
  public void onAllDataRead() {
    if (tooLarge) {
      whole.completeExceptionally(
          new ApiError(413, "RequestEntityTooLarge", "The request body is larger than " + most + " bytes."));
    } else {
      whole.complete(read.toByteArray());
    }
  }

  @Override
  public void onError(Throwable failure) {
    whole.completeExceptionally(failure);
  }
}
