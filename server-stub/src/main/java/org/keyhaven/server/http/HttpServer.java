package org.keyhaven.server.http;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import io.javalin.http.MethodNotAllowedResponse;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http2.HTTP2Cipher;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.WindowRateControl;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.keyhaven.server.StartupException;
import org.keyhaven.server.access.AccessPolicies;
import org.keyhaven.server.access.Authenticator;
import org.keyhaven.server.json.Json;
import org.keyhaven.server.vaults.Endpoint;
import org.keyhaven.server.vaults.VaultKind;
import org.keyhaven.server.vaults.Vaults;

/** The running listeners: HTTP/2 and HTTP/1.1 over TLS 1.3 and 1.2, one port a kind of vault. */
public final class HttpServer implements AutoCloseable {
  private static final long IDLE_MILLIS = 30_000;
  private static final int MOST_CONNECTIONS = 1_000;
  /** What idle connections are left when there are no more to be had. */
  private static final long CROWDED_IDLE_MILLIS = 1_000;
  private static final long STOP_MILLIS = 5_000;
  /** Requests at once on a connection of HTTP/2; clients may count on as many (RFC 9113, section 6.5.2). */
  private static final int MOST_STREAMS = 100;
  /** Frames in a second that make work and get nothing done, resets above all; more close the connection. */
  private static final int MOST_IDLE_FRAMES = 128;
  /** How often a free port is looked for that is free on every address. */
  private static final int FREE_PORT_TRIES = 10;

  private final Settings settings;
  private final Gate gate;
  /** One connector an address, all of a kind on one port. */
  private final Map<VaultKind, List<ServerConnector>> connectors = new EnumMap<>(VaultKind.class);
  private final Javalin javalin;
  // Written once, before the first request is read.
  private volatile Map<Integer, Endpoint> endpoints = Map.of();

  /**
   * @param tls the server's certificate and key
   * @param addresses the addresses to listen on
   * @param ports a listener for each kind named here; 0 takes any free port
   * @param hostnames further names of the server, each reaching the default vault
   * @param tenantId the tenant that challenges name
   */
  public record Settings(SSLContext tls, List<InetAddress> addresses, Map<VaultKind, Integer> ports, Set<String> hostnames,
      String tenantId) { }

  private HttpServer(Settings settings, Gate gate, List<Route> routes) {
    this.settings = settings;
    this.gate = gate;
    this.javalin = Javalin.create(config -> configure(config, routes));
  }

  /**
   * Binds the ports and serves.
   *
   * @throws StartupException when a port is taken or cannot be bound
   */
  public static HttpServer start(Settings settings, Vaults vaults, Authenticator authenticator, AccessPolicies policies,
      List<Route> routes) {
    HttpServer server = new HttpServer(settings, new Gate(vaults, authenticator, policies, settings.tenantId()), routes);
    server.start();
    return server;
  }

  /** The address of the listener for this kind, with the port that was bound. */
  public Endpoint endpoint(VaultKind kind) {
    return new Endpoint(kind, connectors.get(kind).get(0).getLocalPort(), settings.hostnames());
  }

  /** Stops accepting, lets running requests end, and closes the ports. */
  @Override
  public void close() {
    javalin.stop();
  }

  private void start() {
    try {
      Server jetty = javalin.jettyServer().server();
      for (Map.Entry<VaultKind, Integer> port : settings.ports().entrySet()) {
        List<ServerConnector> opened = open(jetty, port.getKey(), port.getValue());
        connectors.put(port.getKey(), opened);
        opened.forEach(jetty::addConnector);
      }
      NetworkConnectionLimit limit = new NetworkConnectionLimit(MOST_CONNECTIONS, jetty);
      limit.setEndPointIdleTimeout(CROWDED_IDLE_MILLIS);
      jetty.addBean(limit);
      Map<Integer, Endpoint> bound = new HashMap<>();
      connectors.keySet().forEach(kind -> bound.put(endpoint(kind).port(), endpoint(kind)));
      endpoints = Map.copyOf(bound);
      javalin.start();
    } catch (RuntimeException e) {
      connectors.values().forEach(opened -> opened.forEach(ServerConnector::close));
      throw e;
    }
  }

  private List<ServerConnector> open(Server jetty, VaultKind kind, int port) {
    for (int tries = 1; ; tries++) {
      List<ServerConnector> opened = new ArrayList<>();
      int chosen = port;
      try {
        for (InetAddress address : settings.addresses()) {
          ServerConnector connector = connector(jetty, address, chosen);
          opened.add(connector);
          connector.open();
          chosen = connector.getLocalPort();
        }
        return opened;
      } catch (IOException e) {
        opened.forEach(ServerConnector::close);
        boolean freeOnTheFirstAlone = port == 0 && chosen != 0;
        if (!freeOnTheFirstAlone || tries == FREE_PORT_TRIES) {
          throw cannotOpen(kind, settings.addresses().get(opened.size() - 1), chosen, e);
        }
      }
    }
  }

  private static StartupException cannotOpen(VaultKind kind, InetAddress address, int port, IOException e) {
    if (!ofThisMachine(address)) {
      return new StartupException(address.getHostAddress() + " is no address of this machine. Give one that is with --bind,"
          + " or 0.0.0.0 for all.", e);
    }
    String reason = e.getCause() instanceof BindException || e instanceof BindException
        ? "is taken or not allowed" : "cannot be opened (" + e.getMessage() + ")";
    return new StartupException("Port " + port + " " + reason + ". Stop what uses it, or choose another with "
        + (kind == VaultKind.VAULT ? "--port" : "--hsm-port") + ".", e);
  }

  private static boolean ofThisMachine(InetAddress address) {
    try {
      return address.isAnyLocalAddress() || NetworkInterface.getByInetAddress(address) != null;
    } catch (SocketException e) {
      // The machine does not tell: then the reason is what opening the port said.
      return true;
    }
  }

  private ServerConnector connector(Server jetty, InetAddress address, int port) {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setSendDateHeader(true);
    // Shipping clients send empty path segments; RequestNormalizer takes them out.
    http.setUriCompliance(UriCompliance.RFC3986.with("empty segments", UriCompliance.Violation.AMBIGUOUS_EMPTY_SEGMENT));
    // The gate checks the host name itself, and clients may connect by address.
    SecureRequestCustomizer secure = new SecureRequestCustomizer(false);
    http.addCustomizer(secure);
    http.addCustomizer(new RequestNormalizer());
    SslContextFactory.Server tls = new SslContextFactory.Server();
    tls.setSslContext(settings.tls());
    tls.setIncludeProtocols("TLSv1.3", "TLSv1.2");
    // HTTP/2 forbids many ciphers of TLS 1.2; where one of them is chosen, HTTP/1.1 is too, if the client offers it.
    tls.setCipherComparator(HTTP2Cipher.COMPARATOR);
    HttpConnectionFactory single = new HttpConnectionFactory(http);
    HTTP2ServerConnectionFactory multiplexed = new HTTP2ServerConnectionFactory(http);
    multiplexed.setMaxConcurrentStreams(MOST_STREAMS);
    multiplexed.setRateControlFactory(new WindowRateControl.Factory(MOST_IDLE_FRAMES));
    multiplexed.setStreamIdleTimeout(IDLE_MILLIS);
    multiplexed.setConnectProtocolEnabled(false);
    // By their names in RFC 7301, in which case matters: Jetty's own name of the second is upper case.
    ALPNServerConnectionFactory chosen = new ALPNServerConnectionFactory("h2", "http/1.1");
    chosen.setDefaultProtocol(single.getProtocol());
    ServerConnector connector = new ServerConnector(jetty, new SslConnectionFactory(tls, chosen.getProtocol()), chosen,
        multiplexed, single);
    connector.setHost(address.getHostAddress());
    connector.setPort(port);
    connector.setIdleTimeout(IDLE_MILLIS);
    return connector;
  }

  private void configure(JavalinConfig config, List<Route> routes) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    config.http.prefer405over404 = true;
    config.http.compressionStrategy = CompressionStrategy.NONE;
    config.jetty.modifyServer(server -> {
      server.setErrorHandler(new ConnectorErrors());
      server.setStopTimeout(STOP_MILLIS);
    });
    config.requestLogger.http(AccessLog::write);
    config.routes.before(Headers::start);
    config.routes.before(HttpServer::refuseJavalins);
    config.routes.exception(Exception.class, (failure, context) -> ErrorAnswers.write(context, failure));
    config.routes.exception(HttpResponseException.class, (failure, context) -> refuseUnrouted(context, failure));
    // Javalin takes the first route that matches, trying regular expressions one by one. Literal segments win over parameters.
    // Only routes of as many segments match the same path, so those of many, which use keys, may come first.
    List<Route> ordered = new ArrayList<>(routes);
    ordered.sort(Comparator.comparingLong((Route route) -> -count(route.path(), '/'))
        .thenComparingLong(route -> count(route.path(), '{')));
    for (Route route : ordered) {
      config.routes.addHttpHandler(HandlerType.findOrCreate(route.method().name()), route.path(), context ->
          serve(context, route));
    }
  }

  private static long count(String path, char wanted) {
    return path.chars().filter(c -> c == wanted).count();
  }

  private void serve(Context context, Route route) throws IOException {
    Call call = gate.admit(context, route, endpoint(context), List.copyOf(endpoints.values()));
    int most = RequestBody.most(route.permission() == null);
    byte[] arrived = RequestBody.arrived(context.req(), most);
    if (arrived != null) {
      write(context, route.handler().handle(call.withBody(arrived)));
      return;
    }
    String asked = context.method() + " " + context.path();
    context.future(() -> {
      Presence client = Presence.watch(context.req().getAsyncContext(), asked);
      CompletableFuture<Answer> made = RequestBody.await(context.req(), most).handleAsync((body, failure) -> {
        if (failure == null) {
          return route.handler().handle(call.withBody(body));
        }
        if (!client.gone() && !RequestBody.isMultiplexed(context.req())) {
          // What is left of the body would be taken for the next request.
          context.header("Connection", "close");
        }
        throw RequestBody.error(failure);
      }, javalin.jettyServer().server().getThreadPool());
      return client.whileThere(made).thenAccept(answer -> write(context, answer));
    });
  }

  private static void write(Context context, Answer answer) {
    context.status(answer.status());
    answer.headers().forEach(context::header);
    if (answer.body() != null) {
      context.contentType(Headers.JSON).result(Json.mapper().writeValueAsBytes(answer.body()));
    }
  }

  /**
   * What Javalin would answer by itself, past the gate: HEAD for each GET route, and a method of the name that it has for what
   * comes before routes, for which it takes such as one.
   */
  private static void refuseJavalins(Context context) {
    if (context.method().equals(HandlerType.HEAD) || context.method().equals(HandlerType.BEFORE)) {
      throw new MethodNotAllowedResponse();
    }
  }

  /** For what no route takes. */
  private void refuseUnrouted(Context context, HttpResponseException failure) {
    Exception reason = failure;
    try {
      gate.requireKnownCaller(context, endpoint(context));
    } catch (RuntimeException e) {
      reason = e;
    }
    ErrorAnswers.write(context, reason);
  }

  private Endpoint endpoint(Context context) {
    return endpoints.get(context.req().getLocalPort());
  }
}
