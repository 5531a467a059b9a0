package org.keyhaven.client;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.keyhaven.client.VaultException.Details;
import org.keyhaven.client.http.Answer;
import org.keyhaven.client.http.ClientKeys;
import org.keyhaven.client.http.ConnectionAhead;
import org.keyhaven.client.http.Deadline;
import org.keyhaven.client.http.Exchange;
import org.keyhaven.client.http.Proxies;
import org.keyhaven.client.http.Trust;
import org.keyhaven.client.http.Trusted;
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
  private final Exchange.Settings settings;
  private final Exchange exchange;
  private final Authentication authentication;
  private final RetryPolicy policy;
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
    Context context = new Context(builder);
    Trusted trust = new Trusted(context, origin(builder));
    ConnectionAhead ahead = builder.connectAhead && builder.proxies == null
        ? ConnectionAhead.to(vault, trust, builder.connectTimeout) : null;
    Proxies proxies = builder.proxies != null ? builder.proxies : Proxies.system(vault);
    this.settings = new Exchange.Settings(trust, builder.connectTimeout, builder.maxConnections, builder.idleTimeToLive, proxies,
        Json.MAX_BODY_BYTES, false);
    this.exchange = new Exchange(settings, ahead);
    this.monitor = new CallMonitor(builder);
    this.authentication = new Authentication(vault, tokenSource(builder), builder.challengeVerification);
    this.policy = new RetryPolicy(builder.retry);
    this.chain = new RetryLink(new ChallengeLink(new ExchangeLink(exchange), authentication), policy);
    context.get();
  }

  private static Trusted.Origin origin(KeyhavenClient.Builder builder) {
    if (builder.sslContext != null) {
      return Trusted.Origin.CALLERS_CONTEXT;
    }
    return builder.caFile == null ? Trusted.Origin.PLATFORM : Trusted.Origin.FILE;
  }

  /** What is trusted, found out by the first who asks; others wait. The builder, which may hold a password, is let go of then. */
  private static final class Context implements Supplier<SSLContext> {
    private KeyhavenClient.Builder builder;
    private SSLContext made;

    private Context(KeyhavenClient.Builder builder) {
      this.builder = builder;
    }

    @Override
    public synchronized SSLContext get() {
      if (made == null) {
        made = trust(builder);
        builder = null;
      }
      return made;
    }
  }

  /** For those who do not wait; has connections and threads of its own, and is to be closed. */
  AsyncTransport async() {
    return new AsyncTransport(this, settings, exchange, authentication, policy);
  }

  /** A vault that is its own authority, as Keyhaven's server is, needs no second connection to sign in. */
  private TokenSource tokenSource(KeyhavenClient.Builder builder) {
    if (builder.sslContext == null && builder.tokenSource instanceof ClientSecretTokenSource secret
        && secret.signsInAt(vault, builder.caFile)) {
      return secret.over(exchange);
    }
    return builder.tokenSource;
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
    Call call = begin(request, atMost);
    CallMonitor.Watched watched = monitor.started(call);
    try {
      Reply<T> reply = reply(call, sent(call), request.reading());
      watched.ended(null);
      return reply;
    } catch (RuntimeException | Error e) {
      watched.ended(e);
      throw e;
    }
  }

  Call begin(Request<?> request, Duration atMost) {
    byte[] json = request.body() == null ? null : Json.write(request.body());
    return new Call(request.operation(), request.uri(), json, idPrefix + calls.incrementAndGet(),
        Deadline.after(atMost.compareTo(limit) < 0 ? atMost : limit), null);
  }

  /** How long a call may take. */
  Duration limit() {
    return limit;
  }

  CallMonitor monitor() {
    return monitor;
  }

  private Answer sent(Call call) {
    try {
      return chain.send(call);
    } catch (IOException e) {
      throw Failures.of(vault, e);
    } catch (IllegalStateException e) {
      throw closed(e);
    }
  }

  private VaultException closed(IllegalStateException failure) {
    return new VaultException.Unavailable(Details.local("Closed", "the client of " + vault + " is closed", null, failure));
  }

  /** What it means that a chain failed; what is neither of a connection nor of a closed client stays as it is. */
  Throwable failure(Throwable failure) {
    if (failure instanceof IOException broken) {
      return Failures.of(vault, broken);
    }
    return failure instanceof IllegalStateException refused ? closed(refused) : failure;
  }

  /** What an answer says; a {@link VaultException} is thrown for everything that is not 2xx. */
  <T> Reply<T> reply(Call call, Answer answer, Reading<T> reading) {
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
