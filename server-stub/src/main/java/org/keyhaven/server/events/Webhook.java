package org.keyhaven.server.events;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.outbound.Outbound;
import org.keyhaven.server.outbound.OutboundException;
import org.keyhaven.server.vaults.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers events as Event Grid does: each a POST of an array of one event, delivered when the answer is a 2xx, tried again
 * at growing intervals otherwise, and dropped with an error in the log after {@value #MOST_ATTEMPTS} attempts. An event may
 * come twice. Called by one thread at a time.
 */
public final class Webhook {
  private static final Logger LOG = LoggerFactory.getLogger(Webhook.class);
  private static final int BATCH = 100;
  /** With the intervals below, about two weeks. */
  private static final int MOST_ATTEMPTS = 36;
  private static final List<Duration> INTERVALS = List.of(Duration.ofSeconds(10), Duration.ofSeconds(30),
      Duration.ofMinutes(1), Duration.ofMinutes(5), Duration.ofMinutes(10), Duration.ofMinutes(30), Duration.ofHours(1),
      Duration.ofHours(3), Duration.ofHours(6), Duration.ofHours(12));

  private final EventQueue queue;
  private final Outbound outbound;
  private final URI address;

  public Webhook(EventQueue queue, Outbound outbound, URI address) {
    this.queue = queue;
    this.outbound = outbound;
    this.address = address;
  }

  /** Tries to deliver what is due, until the endpoint fails: it is then left alone until the next round. */
  public void deliver(Vault vault, Instant now) {
    for (EventQueue.Queued event : queue.due(vault, now, BATCH)) {
      if (!verified(vault, event) || taken(event)) {
        queue.remove(vault, event);
      } else {
        failed(vault, event, now);
        return;
      }
    }
  }

  /** A forged event is not told to anybody; the alert is in the log. */
  private static boolean verified(Vault vault, EventQueue.Queued event) {
    try {
      EventQueue.verify(vault, event);
      return true;
    } catch (ApiError e) {
      LOG.error("{}: the event above is dropped: {}", vault, e.getMessage());
      return false;
    }
  }

  private boolean taken(EventQueue.Queued event) {
    try {
      ByteArrayOutputStream array = new ByteArrayOutputStream(event.body().length + 2);
      array.write('[');
      array.writeBytes(event.body());
      array.write(']');
      int status = outbound.post(address, array.toByteArray(),
          Map.of("aeg-event-type", "Notification", "aeg-delivery-count", Integer.toString(event.attempts())));
      if (status / 100 != 2) {
        LOG.warn("the event webhook answered event {} with status {}", event.id(), status);
      }
      return status / 100 == 2;
    } catch (OutboundException e) {
      LOG.warn("the event webhook did not take event {}: {}", event.id(), e.getMessage());
      return false;
    }
  }

  private void failed(Vault vault, EventQueue.Queued event, Instant now) {
    if (event.attempts() + 1 >= MOST_ATTEMPTS) {
      LOG.error("event {} is dropped: the webhook did not take it in {} attempts", event.id(), MOST_ATTEMPTS);
      queue.remove(vault, event);
    } else {
      queue.postpone(vault, event, now.plus(INTERVALS.get(Math.min(event.attempts(), INTERVALS.size() - 1))));
    }
  }
}
