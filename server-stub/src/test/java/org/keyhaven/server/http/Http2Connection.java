package org.keyhaven.server.http;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http2.hpack.HPackDecoder;
import org.keyhaven.server.http.TestServer.Reply;

/** A connection of HTTP/2 that sends frames exactly as it is told (RFC 9113). */
final class Http2Connection implements AutoCloseable {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int GOAWAY = 7;
  static final int MAX_CONCURRENT_STREAMS = 3;
  private static final int END_STREAM = 1;
  private static final int ACK = 1;
  private static final int END_HEADERS = 4;
  private static final int CANCEL = 8;

  private final SSLSocket socket;
  private final DataInputStream in;
  private final HPackDecoder decoder = new HPackDecoder(4096, StandardCharsets.US_ASCII);
  private final Map<Integer, Integer> settings = new LinkedHashMap<>();
  private int lastStream = -1;

  record Frame(int type, int flags, int stream, byte[] payload) {
    boolean ends() {
      return (flags & END_STREAM) != 0;
    }
  }

  Http2Connection(SSLContext trust, int port) throws IOException {
    socket = (SSLSocket) trust.getSocketFactory().createSocket("127.0.0.1", port);
    socket.setSoTimeout(30_000);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    if (!"h2".equals(socket.getApplicationProtocol())) {
      throw new IOException("the server chose " + socket.getApplicationProtocol());
    }
    in = new DataInputStream(socket.getInputStream());
    socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    write(SETTINGS, 0, 0, new byte[0]);
    ByteBuffer pairs = ByteBuffer.wrap(read().payload());
    while (pairs.hasRemaining()) {
      settings.put((int) pairs.getShort(), pairs.getInt());
    }
    write(SETTINGS, ACK, 0, new byte[0]);
  }

  /** What the server said of itself at the start; null for what it left out. */
  Integer setting(int identifier) {
    return settings.get(identifier);
  }

  /** @param headers names and values in turn, pseudo-headers first */
  int request(boolean ends, String... headers) throws IOException {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (int i = 0; i < headers.length; i += 2) {
      // A literal without indexing (RFC 7541, section 6.2.2).
      block.write(0);
      literal(block, headers[i]);
      literal(block, headers[i + 1]);
    }
    lastStream += 2;
    write(HEADERS, END_HEADERS | (ends ? END_STREAM : 0), lastStream, block.toByteArray());
    return lastStream;
  }

  private static void literal(ByteArrayOutputStream block, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    // RFC 7541, section 5.1, with a prefix of seven bits.
    if (bytes.length < 127) {
      block.write(bytes.length);
    } else {
      block.write(127);
      int rest = bytes.length - 127;
      for (; rest >= 128; rest >>= 7) {
        block.write(rest & 127 | 128);
      }
      block.write(rest);
    }
    block.writeBytes(bytes);
  }

  void data(int stream, boolean ends, String text) throws IOException {
    write(DATA, ends ? END_STREAM : 0, stream, text.getBytes(StandardCharsets.UTF_8));
  }

  void reset(int stream) throws IOException {
    write(RST_STREAM, 0, stream, ByteBuffer.allocate(4).putInt(CANCEL).array());
  }

  /** The whole answer on a stream. */
  Reply reply(int stream) throws IOException, HttpException {
    Map<String, String> headers = new LinkedHashMap<>();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      Frame frame = read();
      if (frame.type() == HEADERS) {
        for (Header header : decoder.decodeHeaders(ByteBuffer.wrap(frame.payload()))) {
          if (frame.stream() == stream) {
            headers.put(header.getName(), header.getValue());
          }
        }
      } else if (frame.type() == DATA && frame.stream() == stream) {
        body.writeBytes(frame.payload());
      } else if (frame.type() == GOAWAY || frame.type() == RST_STREAM && frame.stream() == stream) {
        throw new IOException("no answer, but a frame of type " + frame.type());
      }
      if (frame.stream() == stream && frame.ends()) {
        return new Reply(Integer.parseInt(headers.get(":status")), headers, body.toString(StandardCharsets.UTF_8));
      }
    }
  }

  /** @throws java.io.EOFException when the server closed the connection */
  Frame read() throws IOException {
    int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
    int type = in.readUnsignedByte();
    int flags = in.readUnsignedByte();
    int stream = in.readInt();
    byte[] payload = in.readNBytes(length);
    return new Frame(type, flags, stream, payload);
  }

  private void write(int type, int flags, int stream, byte[] payload) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(9 + payload.length).put((byte) (payload.length >> 16)).putShort((short) payload.length)
        .put((byte) type).put((byte) flags).putInt(stream).put(payload);
    socket.getOutputStream().write(frame.array());
    socket.getOutputStream().flush();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
