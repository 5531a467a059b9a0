package org.keyhaven.client;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import org.keyhaven.client.VaultException.Details;
import org.keyhaven.client.http.Answer;
import org.keyhaven.client.http.ClientKeys;
import org.keyhaven.client.http.Deadline;
import org.keyhaven.client.http.Exchange;
import org.keyhaven.client.http.Proxies;
import org.keyhaven.client.http.Trust;
import org.keyhaven.client.wire.Json;
import tools.jackson.core.JacksonException;

/**
 * The one way to the vault: a named chain of retry, challenge authentication and the exchange itself, within one deadline. What
 * comes back is a record, or a {@link VaultException}.
 */
final class Transport implements AutoCloseable {
  private final URI vault;
  private final VaultAddress address;
  private final Duration limit;
  private final Exchange exchange;
  private final Link chain;
  private final CallMonitor monitor;
  private final String idPrefix = Long.toHexString(ThreadLocalRandom.current().nextLong()) + "-";
  private final AtomicLong calls = new AtomicLong();

  /**
   * @param value null for an operation that answers nothing
   * @param retryAfter when the service wants to be asked again
   */
  record Reply<T>(T value, Optional<Duration> retryAfter) { }

  Transport(KeyhavenClient.Builder builder) {
    this.vault = builder.vault;
    this.address = new VaultAddress(vault, builder.apiVersion);
    this.limit = builder.deadline;
    this.exchange = new Exchange(new Exchange.Settings(trust(builder), builder.connectTimeout, builder.maxConnections,
        builder.idleTimeToLive, builder.proxies != null ? builder.proxies : Proxies.system(vault), Json.MAX_BODY_BYTES, false));
    this.monitor = new CallMonitor(builder);
    Link wire = new ExchangeLink(exchange);
    Authentication authentication = new Authentication(vault, builder.tokenSource, builder.challengeVerification);
    this.chain = new RetryLink(new ChallengeLink(wire, authentication), new RetryPolicy(builder.retry));
  }

  private static SSLContext trust(KeyhavenClient.Builder builder) {
    if (builder.sslContext != null) {
      return builder.sslContext;
    }
    ClientKeys keys;
    try {
      keys = builder.clientKeys == null ? ClientKeys.platform() : builder.clientKeys.read();
    } catch (IOException e) {
      throw new VaultException.Unavailable(Details.local("NoClientCertificate", "the client's certificate cannot be used: "
          + Failures.reason(e), "give a readable certificate and its key", e));
    }
    try {
      return builder.caFile == null ? Trust.platform(keys) : Trust.of(builder.caFile, keys);
    } catch (IOException e) {
      String what = builder.caFile == null ? "TLS is not to be had: " : "the CA file " + builder.caFile + " cannot be used: ";
      throw new VaultException.Unavailable(Details.local("NoTrust", what + Failures.reason(e),
          builder.caFile == null ? null : "give a readable PEM file with the vault's CA certificate", e));
    }
  }

  /** @throws VaultException for everything that is not a whole answer with 2xx */
  <T> T call(Request<T> request) {
    return reply(request).value();
  }

  <T> Reply<T> reply(Request<T> request) {
    return reply(request, limit);
  }

  /** @param atMost bounds the call where it is shorter than the client's own deadline */
  <T> Reply<T> reply(Request<T> request, Duration atMost) {
    byte[] json = request.body() == null ? null : Json.mapper().writeValueAsBytes(request.body());
    Call call = new Call(request.operation(), request.uri(), json, idPrefix + calls.incrementAndGet(),
        Deadline.after(atMost.compareTo(limit) < 0 ? atMost : limit), null);
    CallMonitor.Watched watched = monitor.started(call);
    try {
      Reply<T> reply = exchanged(call, request.reading());
      watched.ended(null);
      return reply;
    } catch (RuntimeException | Error e) {
      watched.ended(e);
      throw e;
    }
  }

  private <T> Reply<T> exchanged(Call call, Reading<T> reading) {
    Answer answer;
    try {
      answer = chain.send(call);
    } catch (IOException e) {
      throw Failures.of(vault, e);
    } catch (IllegalStateException e) {
      throw new VaultException.Unavailable(Details.local("Closed", "the client of " + vault + " is closed", null, e));
    }
    if (answer.status() < 200 || answer.status() > 299) {
      throw Failures.of(vault, call.operation(), answer);
    }
    return new Reply<>(reading == null ? null : read(answer, reading), RetryAfter.of(answer));
  }

  VaultAddress address() {
    return address;
  }

  private <T> T read(Answer answer, Reading<T> reading) {
    if (!Failures.isJson(answer)) {
      throw Failures.unreadable(vault, answer, "something other than JSON (" + answer.header("Content-Type") + ")");
    }
    try {
      T value = reading.read(answer.body());
      if (value != null) {
        return value;
      }
    } catch (JacksonException e) {
      // Jackson's own message may quote the answer, which may hold a secret: only where it broke is told.
      throw Failures.unreadable(vault, answer, "JSON that is not what was asked for, at " + e.getLocation().offsetDescription());
    }
    throw Failures.unreadable(vault, answer, "an empty answer");
  }

  @Override
  public void close() {
    exchange.close();
  }
}
