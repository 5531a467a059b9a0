package org.keyhaven.server.schedule;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thread that does background work every few seconds, until it is closed. */
public final class Ticker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Ticker.class);
  private static final Duration INTERVAL = Duration.ofSeconds(5);
  /** The longest that one request to others, or one key pair, takes. */
  private static final Duration LAST_WORK = Duration.ofSeconds(15);

  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
    Thread background = new Thread(work, "scheduler");
    background.setDaemon(true);
    return background;
  });

  private Ticker() { }

  /** @param works done in this order; a failure of one is logged and does not keep the others from being done */
  public static Ticker start(List<Runnable> works) {
    Ticker ticker = new Ticker();
    ticker.thread.scheduleWithFixedDelay(() -> works.forEach(Ticker::run), INTERVAL.toMillis(), INTERVAL.toMillis(),
        TimeUnit.MILLISECONDS);
    return ticker;
  }

  /** Interrupts the work and waits for its end. */
  @Override
  public void close() {
    thread.shutdownNow();
    try {
      if (!thread.awaitTermination(LAST_WORK.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("background work did not end in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void run(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      // An error that got out would end all background work, and nobody would be told.
      LOG.error("background work failed, and is repeated: {}", e.toString(), e);
    }
  }
}
