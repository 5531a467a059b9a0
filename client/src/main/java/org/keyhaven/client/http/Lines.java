package org.keyhaven.client.http;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The connections to one server. With HTTP/2 calls share one, and a second is opened only when that has no room; with HTTP/1.1 each
 * call has its own. What is not to be had at once is waited for in order; a future that is cancelled gives its turn away. Thread-safe.
 */
final class Lines {
  private final int most;
  private final Duration idleTimeToLive;
  private final Opener opener;
  /** The most recently used last. */
  private final List<Line> lines = new ArrayList<>();
  private final Deque<CompletableFuture<Line>> waiting = new ArrayDeque<>();
  private int opening;
  /** HTTP/1.1 was the answer of the last handshake: waiting for a connection to share is in vain. */
  private boolean single;
  private boolean closed;

  /** Opens a connection, and calls one of both, from any thread; or throws, and calls neither. */
  interface Opener {
    void open(Consumer<Line> opened, Consumer<Throwable> failed);
  }

  Lines(int most, Duration idleTimeToLive, Opener opener) {
    this.most = most;
    this.idleTimeToLive = idleTimeToLive;
    this.opener = opener;
  }

  /** A connection to use for one exchange; {@link #release} gives it back. */
  CompletableFuture<Line> lease() {
    CompletableFuture<Line> turn = new CompletableFuture<>();
    synchronized (this) {
      if (closed) {
        return CompletableFuture.failedFuture(new IllegalStateException("closed"));
      }
      waiting.add(turn);
    }
    serve();
    return turn;
  }

  /** @param reusable false when the connection may be no good for others, though it looks open */
  void release(Line line, boolean reusable) {
    synchronized (this) {
      line.leave();
      if (!reusable) {
        line.retire();
      }
    }
    serve();
  }

  void close() {
    List<CompletableFuture<Line>> left;
    synchronized (this) {
      closed = true;
      left = List.copyOf(waiting);
      waiting.clear();
    }
    left.forEach(turn -> turn.completeExceptionally(new IllegalStateException("closed")));
  }

  /** Gives to those who wait what there is, and opens what is missing. */
  private void serve() {
    // Callbacks of others run outside of the lock.
    List<Runnable> next = new ArrayList<>();
    synchronized (this) {
      sweep(next);
      while (!waiting.isEmpty()) {
        if (waiting.peek().isDone()) {
          waiting.remove();
          continue;
        }
        Line line = free();
        if (line != null) {
          CompletableFuture<Line> turn = waiting.remove();
          line.enter();
          next.add(() -> {
            if (!turn.complete(line)) {
              release(line, true);
            }
          });
        } else if (lines.size() + opening < most && opening < (single ? waiting.size() : 1)) {
          opening++;
          next.add(this::open);
        } else {
          break;
        }
      }
    }
    next.forEach(Runnable::run);
  }

  private void sweep(List<Runnable> next) {
    lines.removeIf(line -> {
      if (line.idleLongerThan(idleTimeToLive)) {
        line.retire();
      }
      if (line.spent()) {
        next.add(line::close);
        return true;
      }
      return false;
    });
  }

  private Line free() {
    for (int i = lines.size() - 1; i >= 0; i--) {
      if (lines.get(i).takesMore()) {
        Line line = lines.remove(i);
        lines.add(line);
        return line;
      }
    }
    return null;
  }

  private void open() {
    try {
      opener.open(this::opened, this::failed);
    } catch (RuntimeException | Error e) {
      // No thread is to be had, for instance: those who come later must not wait for this one.
      failed(e);
    }
  }

  private void opened(Line line) {
    synchronized (this) {
      opening--;
      single = !line.multiplexed();
      if (!closed) {
        lines.add(line);
      }
    }
    serve();
  }

  private void failed(Throwable failure) {
    List<CompletableFuture<Line>> disappointed = new ArrayList<>();
    synchronized (this) {
      opening--;
      // Those who would have shared it fail with it; trying again in turn could take each of them its whole deadline.
      do {
        CompletableFuture<Line> turn = waiting.poll();
        if (turn == null) {
          break;
        }
        disappointed.add(turn);
      } while (!single);
    }
    disappointed.forEach(turn -> turn.completeExceptionally(failure));
    serve();
  }
}
