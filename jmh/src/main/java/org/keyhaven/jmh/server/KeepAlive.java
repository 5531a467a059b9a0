package org.keyhaven.jmh.server;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * One connection of HTTP/1.1 over TLS that stays open. Sends bytes as they are and reads just enough of the answer, so that
 * the load costs its own process little. Not thread-safe.
 */
final class KeepAlive implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 60_000;
  private static final int END_OF_HEAD = 4;
  private static final String VALUE = "\"value\":\"";
  private static final String LENGTH = "\r\ncontent-length: ";

  private final SSLSocket socket;
  private final InputStream in;
  private final OutputStream out;
  private final byte[] buffer = new byte[64 * 1024];

  /** An answer: its status, and the body. */
  record Reply(int status, byte[] body) {
    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    /** The text of the member {@code value}. */
    String value() {
      String text = text();
      int start = text.indexOf(VALUE) + VALUE.length();
      return text.substring(start, text.indexOf('"', start));
    }
  }

  private KeepAlive(SSLSocket socket) throws IOException {
    this.socket = socket;
    this.in = socket.getInputStream();
    this.out = socket.getOutputStream();
  }

  /** Connects to a server of this machine, and does the TLS handshake. */
  static KeepAlive open(SSLContext tls, int port) throws IOException {
    SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.startHandshake();
      return new KeepAlive(socket);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** Sends a whole request and reads the whole answer, which must say how long it is. */
  Reply exchange(byte[] request) throws IOException {
    out.write(request);
    int filled = 0;
    int head = -1;
    while (head < 0) {
      filled = fill(filled);
      head = endOfHead(filled);
    }
    String headers = new String(buffer, 0, head, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    int at = headers.indexOf(LENGTH);
    if (at < 0) {
      throw new IOException("an answer without Content-Length: " + headers);
    }
    int length = Integer.parseInt(headers, at + LENGTH.length(), headers.indexOf('\r', at + LENGTH.length()), 10);
    while (filled < head + length) {
      filled = fill(filled);
    }
    byte[] body = new byte[length];
    System.arraycopy(buffer, head, body, 0, length);
    return new Reply(Integer.parseInt(headers, 9, 12, 10), body);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private int fill(int filled) throws IOException {
    int count = in.read(buffer, filled, buffer.length - filled);
    if (count <= 0) {
      throw new EOFException(filled == buffer.length ? "an answer that is too long" : "the server closed the connection");
    }
    return filled + count;
  }

  /** Where the body starts; -1 when the head is not whole yet. */
  private int endOfHead(int filled) {
    for (int i = 0; i <= filled - END_OF_HEAD; i++) {
      if (buffer[i] == '\r' && buffer[i + 1] == '\n' && buffer[i + 2] == '\r' && buffer[i + 3] == '\n') {
        return i + END_OF_HEAD;
      }
    }
    return -1;
  }
}
