package org.keyhaven.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.keyhaven.client.http.ClientKeys;
import org.keyhaven.client.http.Proxies;
import org.keyhaven.client.wire.ApiVersion;
import org.keyhaven.client.wire.ObjectId;

/**
 * A client of one vault: one connection pool, one token cache. Immutable and thread-safe; make one and keep it.
 *
 * <pre>{@code
 * try (KeyhavenClient client = KeyhavenClient.builder()
 *     .vault(URI.create("https://myvault.vault.azure.net"))
 *     .tokenSource(new AzureTokenSource(new DefaultAzureCredentialBuilder().build()))
 *     .build()) {
 *   KeyBundle key = client.keys().get("web");
 *   byte[] signature = client.cryptography(key.key().kid()).sign(SignatureAlgorithm.ES256, digest);
 * }
 * }</pre>
 */
public final class KeyhavenClient implements AutoCloseable {
  private static final int MOST_VERSIONS = 1024;

  private final URI vault;
  private final Transport transport;
  private final KeyClient keys;
  private final CertificateClient certificates;
  private KeyhavenAsyncClient async;
  private boolean closed;
  /** One object a key version, so that everybody shares its public half; the least recently used go first. */
  private final Map<ObjectId, CryptographyClient> versions = new LinkedHashMap<>(16, 0.75f, true) {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<ObjectId, CryptographyClient> eldest) {
      return size() > MOST_VERSIONS;
    }
  };

  private KeyhavenClient(Builder builder) {
    this.vault = builder.vault;
    this.transport = new Transport(builder);
    this.keys = new KeyClient(transport);
    this.certificates = new CertificateClient(transport);
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Scheme, host and port of the vault, with no path and no trailing slash. */
  public URI vault() {
    return vault;
  }

  public KeyClient keys() {
    return keys;
  }

  public CertificateClient certificates() {
    return certificates;
  }

  /**
   * The operations of one key. Without a version, keep what this gives, which looks the public half up once and keeps to the
   * version that was the latest at its first use; call again to follow a rotation. With a version, all share one lookup.
   *
   * @param kid a key of this vault, with version or without
   * @throws IllegalArgumentException when it is no key, or of another vault
   */
  public CryptographyClient cryptography(ObjectId kid) {
    requireOwn(kid, vault);
    if (kid.version() == null) {
      return new CryptographyClient(transport, kid);
    }
    synchronized (versions) {
      CryptographyClient version = versions.get(kid);
      if (version == null) {
        version = new CryptographyClient(transport, kid);
        versions.put(kid, version);
      }
      return version;
    }
  }

  /** The operations of the version of a key that is the latest at first use; as {@link #cryptography(ObjectId)}. */
  public CryptographyClient cryptography(String name) {
    return cryptography(name, null);
  }

  /** The operations of one version of a key; null for the version that is the latest at first use. */
  public CryptographyClient cryptography(String name, String version) {
    return cryptography(new ObjectId(vault, "keys", name, version));
  }

  static void requireOwn(ObjectId kid, URI vault) {
    if (!kid.collection().equals("keys") || !VaultAddress.origin(kid.vault()).equals(vault)) {
      throw new IllegalArgumentException("not a key of " + vault + ": " + kid);
    }
  }

  /**
   * The same for those who do not wait, with the same settings and tokens. Its connections and threads begin with the first call of
   * this method, and end with this client.
   *
   * @throws IllegalStateException when this client is closed
   */
  public synchronized KeyhavenAsyncClient async() {
    if (closed) {
      throw new IllegalStateException("the client of " + vault + " is closed");
    }
    if (async == null) {
      async = new KeyhavenAsyncClient(transport.async(), transport.address());
    }
    return async;
  }

  /**
   * Closes every connection. Calls under way and later ones fail with {@link VaultException.Unavailable}; later ones with
   * the code {@code Closed}.
   */
  @Override
  public void close() {
    transport.close();
    synchronized (this) {
      closed = true;
      if (async != null) {
        async.close();
      }
    }
  }

  /** Not thread-safe. {@link #vault} and {@link #tokenSource} must be set. */
  public static final class Builder {
    URI vault;
    TokenSource tokenSource;
    Path caFile;
    SSLContext sslContext;
    Duration deadline = Duration.ofSeconds(30);
    Duration connectTimeout = Duration.ofSeconds(10);
    RetrySettings retry = RetrySettings.DEFAULT;
    CircuitBreakerSettings circuitBreaker;
    List<CallListener> listeners;
    int maxConnections = 64;
    Duration idleTimeToLive = Duration.ofMinutes(3);
    Proxies proxies;
    KeysReader clientKeys;
    ApiVersion apiVersion = ApiVersion.CLIENT_DEFAULT;
    boolean challengeVerification = true;
    boolean connectAhead;

    /** Reads the client's certificate and key when the client is built. */
    interface KeysReader {
      ClientKeys read() throws IOException;
    }

    private Builder() { }

    /**
     * The vault's address; https alone, with no path beyond a slash.
     *
     * @throws IllegalArgumentException when it is anything else
     */
    public Builder vault(URI address) {
      this.vault = VaultAddress.originOf(address, "a vault's");
      return this;
    }

    /**
     * Where tokens come from: one of {@link TokenSource}'s own, a credential of Azure Identity in a
     * {@link org.keyhaven.client.azure.AzureTokenSource}, or the caller's.
     */
    public Builder tokenSource(TokenSource source) {
      this.tokenSource = Objects.requireNonNull(source, "source");
      return this;
    }

    /** PEM certificates to trust in place of the platform's; read by {@link #build}. Default: the platform's trust. */
    public Builder caFile(Path pem) {
      this.caFile = Objects.requireNonNull(pem, "pem");
      return this;
    }

    /**
     * Trust, and client certificates, of the caller's own making; in place of {@link #caFile} and {@link #clientCertificate}. Host
     * names are verified anyway.
     */
    public Builder sslContext(SSLContext context) {
      this.sslContext = Objects.requireNonNull(context, "context");
      return this;
    }

    /** The longest a call takes in all: retries, sign-in and waiting for a connection included. Default 30 seconds. */
    public Builder deadline(Duration limit) {
      this.deadline = positive(limit);
      return this;
    }

    /** The longest a TCP connection may take to come about. Default 10 seconds. */
    public Builder connectTimeout(Duration limit) {
      this.connectTimeout = positive(limit);
      return this;
    }

    /** How often calls that failed for a passing reason are sent again. Default {@link RetrySettings#DEFAULT}. */
    public Builder retry(RetrySettings settings) {
      this.retry = Objects.requireNonNull(settings, "settings");
      return this;
    }

    /** Leaves a vault that is down alone for a while. Default: off. */
    public Builder circuitBreaker(CircuitBreakerSettings settings) {
      this.circuitBreaker = Objects.requireNonNull(settings, "settings");
      return this;
    }

    /**
     * Adds one that hears of every call; {@link org.keyhaven.client.observe} has some for Micrometer and OpenTelemetry. Default, as long
     * as none is given: timers in Micrometer's global registry and spans of the application's global OpenTelemetry, where these are
     * on the class path. A listener given here takes their place: give theirs too, to keep them.
     */
    public Builder listener(CallListener listener) {
      Objects.requireNonNull(listener, "listener");
      if (listeners == null) {
        listeners = new ArrayList<>();
      }
      listeners.add(listener);
      return this;
    }

    /** Connections kept at most; more calls at once wait for one, within their deadline. Default 64. */
    public Builder maxConnections(int count) {
      if (count < 1) {
        throw new IllegalArgumentException("at least one connection is needed, not " + count);
      }
      this.maxConnections = count;
      return this;
    }

    /**
     * A connection that was not used for this long is closed rather than used again. Default 3 minutes, which is less than the four
     * after which Azure's load balancers forget a connection.
     */
    public Builder idleTimeToLive(Duration limit) {
      this.idleTimeToLive = positive(limit);
      return this;
    }

    /**
     * An HTTP proxy, {@code http://host:port}; TLS goes through it to the vault (CONNECT). Default: what the JVM says, that is
     * {@code https.proxyHost}, {@code https.proxyPort} and {@code http.nonProxyHosts} with {@code https.proxyUser} and
     * {@code https.proxyPassword}, or the application's {@link java.net.ProxySelector} and {@link java.net.Authenticator}.
     *
     * @throws IllegalArgumentException when it is anything else, for instance with a user in it
     */
    public Builder proxy(URI address) {
      this.proxies = Proxies.of(proxySelector(address), null, null);
      return this;
    }

    /** As {@link #proxy(URI)}, for a proxy that wants to know who asks (Basic or Digest, RFC 7617 and 7616). The password is copied. */
    public Builder proxy(URI address, String user, char[] password) {
      this.proxies = Proxies.of(proxySelector(address), Objects.requireNonNull(user, "user"), password);
      return this;
    }

    /** The proxy's name is looked up at each connection: it may move, and nothing is to be asked of the network here. */
    static ProxySelector proxySelector(URI address) {
      if (!"http".equalsIgnoreCase(address.getScheme()) || address.getHost() == null || address.getPort() < 0
          || address.getRawUserInfo() != null) {
        // Not quoted: a user's password may stand in it.
        throw new IllegalArgumentException("not a proxy's address, which is http://HOST:PORT; credentials are given separately");
      }
      return ProxySelector.of(InetSocketAddress.createUnresolved(address.getHost(), address.getPort()));
    }

    /**
     * The certificate to show to a vault, or a gateway before it, that asks for one (mutual TLS); read by {@link #build}. Default:
     * {@code javax.net.ssl.keyStore} and its relatives.
     *
     * @param certificates PEM: the client's certificate first, then its issuers
     * @param key PEM: its private key, PKCS#8, not encrypted
     */
    public Builder clientCertificate(Path certificates, Path key) {
      Objects.requireNonNull(certificates, "certificates");
      Objects.requireNonNull(key, "key");
      this.clientKeys = () -> ClientKeys.of(certificates, key);
      return this;
    }

    /** As {@link #clientCertificate(Path, Path)}, from a key store. The password is copied. */
    public Builder clientCertificate(KeyStore store, char[] password) {
      Objects.requireNonNull(store, "store");
      char[] copy = password.clone();
      this.clientKeys = () -> ClientKeys.of(store, copy);
      return this;
    }

    /** Default {@link ApiVersion#CLIENT_DEFAULT}. */
    public Builder apiVersion(ApiVersion version) {
      this.apiVersion = Objects.requireNonNull(version, "version");
      return this;
    }

    /**
     * Whether the resource of a challenge must be the vault's host or a domain above it, so that a rogue server gets no token for
     * another audience. Default true; false only for a vault whose domain is not its audience's.
     */
    public Builder challengeVerification(boolean verify) {
      this.challengeVerification = verify;
      return this;
    }

    /**
     * Connects to the vault as soon as the client is built, on a daemon thread of its own, where no proxy is in the way; nothing is
     * sent. The first call that waits for its answer uses that connection if it comes within five seconds, after which it is closed;
     * calls of {@link KeyhavenClient#async} have connections of their own. What goes wrong meanwhile is not reported: the first call
     * then connects itself, and fails with the reason. For programs that start in order to make a call: in a fresh JVM a TLS handshake
     * takes as long as everything else in a first call. Default: the first call connects.
     */
    public Builder connectAhead() {
      this.connectAhead = true;
      return this;
    }

    /**
     * No network is touched yet, except as {@link #connectAhead} says.
     *
     * @throws IllegalStateException when vault or token source are missing
     * @throws VaultException.Unavailable when the CA file or the client's certificate cannot be read, or this JVM offers no TLS
     */
    public KeyhavenClient build() {
      if (vault == null) {
        throw new IllegalStateException("no vault given: call vault(URI)");
      }
      if (tokenSource == null) {
        throw new IllegalStateException("no credentials given: call tokenSource(...)");
      }
      return new KeyhavenClient(this);
    }

    private static Duration positive(Duration limit) {
      if (limit.isNegative() || limit.isZero()) {
        throw new IllegalArgumentException("a time limit must be longer than zero, not " + limit);
      }
      return limit;
    }
  }
}
