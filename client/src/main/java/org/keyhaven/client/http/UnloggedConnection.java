package org.keyhaven.client.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.Socket;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.impl.io.SocketHolder;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;

/**
 * A pooled connection that nothing on it is ever logged of. HttpClient's own writes every byte, so tokens and plaintexts too, to
 * {@code org.apache.hc.client5.http.wire} and {@code .headers} once somebody sets the log to debug.
 */
final class UnloggedConnection extends DefaultBHttpClientConnection implements ManagedHttpClientConnection {
  private volatile Timeout usualTimeout = Timeout.DISABLED;
  private volatile boolean closed;

  UnloggedConnection(Http1Config config) {
    super(config);
  }

  @Override
  public void bind(Socket socket) throws IOException {
    bindOpen(new SocketHolder(socket));
  }

  @Override
  public void bind(SSLSocket secured, Socket plain) throws IOException {
    bindOpen(new SocketHolder(secured, plain));
  }

  private void bindOpen(SocketHolder holder) throws IOException {
    Socket socket = holder.getSocket();
    if (closed) {
      socket.close();
      throw new InterruptedIOException("the connection was closed while it came about");
    }
    super.bind(holder);
    usualTimeout = Timeout.ofMilliseconds(socket.getSoTimeout());
  }

  @Override
  public Socket getSocket() {
    SocketHolder holder = getSocketHolder();
    return holder == null ? null : holder.getSocket();
  }

  @Override
  public SSLSession getSSLSession() {
    return getSocket() instanceof SSLSocket secured ? secured.getSession() : null;
  }

  @Override
  public void passivate() {
    setSocketTimeout(Timeout.DISABLED);
  }

  @Override
  public void activate() {
    setSocketTimeout(usualTimeout);
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      super.close();
    }
  }

  @Override
  public void close(CloseMode mode) {
    if (!closed) {
      closed = true;
      super.close(mode);
    }
  }
}
