package org.keyhaven.client;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import org.keyhaven.client.VaultException.Details;
import org.keyhaven.client.http.Answer;
import org.keyhaven.client.http.Deadline;
import org.keyhaven.client.http.Exchange;
import org.keyhaven.client.http.Trust;
import org.keyhaven.client.wire.Json;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.client.wire.Page;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectReader;

/**
 * The one way to the vault: a named chain of retry, challenge authentication and the exchange itself, within one deadline. What
 * comes back is a record, or a {@link VaultException}.
 */
final class Transport implements AutoCloseable {
  private final URI vault;
  private final String query;
  private final Duration limit;
  private final Exchange exchange;
  private final Link chain;
  private final String idPrefix = Long.toHexString(ThreadLocalRandom.current().nextLong()) + "-";
  private final AtomicLong calls = new AtomicLong();

  /** @param retryAfter when the service wants to be asked again */
  record Reply<T>(T value, Optional<Duration> retryAfter) { }

  Transport(KeyhavenClient.Builder builder) {
    this.vault = builder.vault;
    this.query = "?api-version=" + builder.apiVersion.wireName();
    this.limit = builder.deadline;
    this.exchange = new Exchange(new Exchange.Settings(trust(builder), builder.connectTimeout, builder.maxConnections,
        builder.proxy != null ? builder.proxy : Exchange.systemProxies(vault), Json.MAX_BODY_BYTES, false));
    Link wire = new ExchangeLink(exchange);
    Authentication authentication = new Authentication(vault, builder.tokenSource, builder.challengeVerification);
    this.chain = new RetryLink(new ChallengeLink(wire, authentication), new RetryPolicy());
  }

  private static SSLContext trust(KeyhavenClient.Builder builder) {
    if (builder.sslContext != null) {
      return builder.sslContext;
    }
    try {
      return builder.caFile == null ? Trust.platform() : Trust.of(builder.caFile);
    } catch (IOException e) {
      String what = builder.caFile == null ? "TLS is not to be had: " : "the CA file " + builder.caFile + " cannot be used: ";
      throw new VaultException.Unavailable(Details.local("NoTrust", what + Failures.reason(e),
          builder.caFile == null ? null : "give a readable PEM file with the vault's CA certificate", e));
    }
  }

  /** @param body null for none */
  <T> T call(Operation operation, String path, Object body, ObjectReader reader) {
    return this.<T>exchange(operation, uri(path), body, reader).value();
  }

  <T> Reply<T> reply(Operation operation, String path, ObjectReader reader) {
    return exchange(operation, uri(path), null, reader);
  }

  /** @param link the address of the page as the service gave it; null for the first */
  <T> Page<T> page(Operation operation, String path, String link, ObjectReader reader) {
    return this.<Page<T>>exchange(operation, link == null ? uri(path) : ownAddress(link), null, reader).value();
  }

  URI uri(String path) {
    return URI.create(vault + path + query);
  }

  <T> Reply<T> exchange(Operation operation, URI uri, Object body, ObjectReader reader) {
    byte[] json = body == null ? null : Json.mapper().writeValueAsBytes(body);
    Call call = new Call(operation, uri, json, idPrefix + calls.incrementAndGet(), Deadline.after(limit), null);
    Answer answer;
    try {
      answer = chain.send(call);
    } catch (IOException e) {
      throw Failures.of(vault, e);
    } catch (IllegalStateException e) {
      throw new VaultException.Unavailable(Details.local("Closed", "the client of " + vault + " is closed", null, e));
    }
    if (answer.status() < 200 || answer.status() > 299) {
      throw Failures.of(vault, operation, answer);
    }
    return new Reply<>(read(answer, reader), RetryAfter.of(answer));
  }

  private <T> T read(Answer answer, ObjectReader reader) {
    if (!Failures.isJson(answer)) {
      throw Failures.unreadable(vault, answer, "something other than JSON (" + answer.header("Content-Type") + ")");
    }
    try {
      T value = reader.readValue(answer.body());
      if (value != null) {
        return value;
      }
    } catch (JacksonException e) {
      // Jackson's own message may quote the answer, which may hold a secret: only where it broke is told.
      throw Failures.unreadable(vault, answer, "JSON that is not what was asked for, at " + e.getLocation().offsetDescription());
    }
    throw Failures.unreadable(vault, answer, "an empty answer");
  }

  /** The token goes to the vault alone, whatever a page calls its successor. */
  private URI ownAddress(String link) {
    URI uri;
    try {
      uri = URI.create(link);
    } catch (IllegalArgumentException e) {
      throw foreignLink(e);
    }
    if (uri.getHost() == null || uri.getRawUserInfo() != null || !origin(uri).equals(vault)) {
      throw foreignLink(null);
    }
    return uri;
  }

  private VaultException foreignLink(Throwable cause) {
    return new VaultException(Details.local("UnexpectedAnswer", vault + " gave an address outside of itself for the next page",
        "check that the address is a vault's", cause));
  }

  static String path(String collection, String name) {
    if (!ObjectId.isName(name)) {
      throw new IllegalArgumentException("not an object name (1 to 127 letters, digits and hyphens): " + name);
    }
    return "/" + collection + "/" + name;
  }

  /** @param version null for the latest */
  static String path(String collection, String name, String version) {
    if (version != null && !ObjectId.isVersion(version)) {
      throw new IllegalArgumentException("not an object version (32 hexadecimal digits): " + version);
    }
    return path(collection, name) + (version == null ? "" : "/" + version);
  }

  /**
   * @param whose for the message
   * @throws IllegalArgumentException when the address is anything else than {@code https://HOST[:PORT]}
   */
  static URI originOf(URI address, String whose) {
    String path = address.getRawPath();
    if (!"https".equalsIgnoreCase(address.getScheme()) || address.getHost() == null || address.getRawUserInfo() != null
        || address.getRawQuery() != null || address.getRawFragment() != null
        || path != null && !path.isEmpty() && !path.equals("/")) {
      throw new IllegalArgumentException("not " + whose + " address (https://HOST[:PORT]): " + address);
    }
    return origin(address);
  }

  /** Scheme, host and port in one spelling: the host in lower case, the default port left out. */
  static URI origin(URI address) {
    String port = address.getPort() < 0 || address.getPort() == 443 ? "" : ":" + address.getPort();
    return URI.create(address.getScheme().toLowerCase(Locale.ROOT) + "://" + address.getHost().toLowerCase(Locale.ROOT) + port);
  }

  @Override
  public void close() {
    exchange.close();
  }
}
