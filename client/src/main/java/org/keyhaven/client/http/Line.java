package org.keyhaven.client.http;

import java.net.SocketException;
import java.time.Duration;
import org.apache.hc.core5.concurrent.CancellableDependency;
import org.apache.hc.core5.http.nio.command.RequestExecutionCommand;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.Command;
import org.apache.hc.core5.reactor.ProtocolIOSession;

/** One connection of a {@link Lines}, which guards what is not final. */
final class Line {
  /** What every server of HTTP/2 allows at least, if it follows RFC 9113, section 6.5.2. */
  private static final int MOST_STREAMS = 100;

  private final ProtocolIOSession session;
  private final boolean multiplexed;
  private int users;
  private boolean retired;
  private long idleSince = System.nanoTime();

  Line(ProtocolIOSession session, boolean multiplexed) {
    this.session = session;
    this.multiplexed = multiplexed;
  }

  boolean multiplexed() {
    return multiplexed;
  }

  /** Whether one more exchange may begin on it. */
  boolean takesMore() {
    return !retired && session.isOpen() && users < (multiplexed ? MOST_STREAMS : 1);
  }

  boolean idleLongerThan(Duration limit) {
    return users == 0 && Duration.ofNanos(System.nanoTime() - idleSince).compareTo(limit) > 0;
  }

  /** Whether nobody needs it any more. */
  boolean spent() {
    return users == 0 && (retired || !session.isOpen());
  }

  void enter() {
    users++;
  }

  void leave() {
    users--;
    idleSince = System.nanoTime();
  }

  void retire() {
    retired = true;
  }

  void execute(RequestExecutionCommand command) {
    session.enqueue(command, Command.Priority.NORMAL);
    if (!session.isOpen()) {
      // Closed in between: nobody would look at the queue any more.
      command.failed(new SocketException("the connection was closed"));
    }
  }

  /** Ends an exchange before its answer: resets its stream, or closes the connection when there are no streams. */
  void abort(CancellableDependency stream) {
    if (multiplexed) {
      stream.cancel();
    } else {
      session.close(CloseMode.IMMEDIATE);
    }
  }

  /** Whether the other side was heard of since a moment of {@link System#currentTimeMillis}. */
  boolean heardSince(long millis) {
    return session.getLastReadTime() >= millis;
  }

  void close() {
    session.close(CloseMode.GRACEFUL);
  }
}
