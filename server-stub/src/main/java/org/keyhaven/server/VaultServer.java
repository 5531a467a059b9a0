package org.keyhaven.server;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.keyhaven.server.access.AccessPolicies;
import org.keyhaven.server.access.Permission;
import org.keyhaven.server.admin.CertificateAuthority;
import org.keyhaven.server.admin.ConnectionFile;
import org.keyhaven.server.admin.DataDirectory;
import org.keyhaven.server.admin.ServerState;
import org.keyhaven.server.certificates.CertificateRoutes;
import org.keyhaven.server.events.EventQueue;
import org.keyhaven.server.events.Webhook;
import org.keyhaven.server.http.HttpServer;
import org.keyhaven.server.http.Route;
import org.keyhaven.server.identity.BuiltInClient;
import org.keyhaven.server.identity.Issuer;
import org.keyhaven.server.identity.IssuerRoutes;
import org.keyhaven.server.keys.KeyCaretaker;
import org.keyhaven.server.keys.KeyRoutes;
import org.keyhaven.server.keys.ReleaseRoutes;
import org.keyhaven.server.keys.RotationRoutes;
import org.keyhaven.server.keys.release.ReleaseSigner;
import org.keyhaven.server.outbound.Outbound;
import org.keyhaven.server.schedule.Scheduler;
import org.keyhaven.server.schedule.Ticker;
import org.keyhaven.server.store.Collection;
import org.keyhaven.server.store.Database;
import org.keyhaven.server.vaults.Endpoint;
import org.keyhaven.server.vaults.SoftDelete;
import org.keyhaven.server.vaults.VaultDefinition;
import org.keyhaven.server.vaults.VaultKind;
import org.keyhaven.server.vaults.Vaults;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running server: puts the features together, and takes them apart again. Thread-safe. */
public final class VaultServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(VaultServer.class);

  /** What {@link #close} closes, last opened first. */
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private Endpoint vaults;
  private Endpoint managedHsms;
  private Path connectionFile;
  private Runnable background;

  private VaultServer() { }

  /**
   * Starts a server: on return it serves, and {@code connection.env} says how to reach it. On the data directory of an earlier
   * start it finds everything again.
   *
   * @throws StartupException when it cannot; nothing is left open
   */
  public static VaultServer start(ServerOptions options) {
    return start(options, Clock.systemUTC());
  }

  /** As {@link #start(ServerOptions)}, with another clock: for tests that move time. */
  static VaultServer start(ServerOptions options, Clock clock) {
    VaultServer server = new VaultServer();
    try {
      server.open(options, clock);
      return server;
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /** The default vault, {@code https://localhost:PORT}. */
  public String vaultUrl() {
    return vaults.url();
  }

  /** The default Managed HSM, {@code https://localhost:PORT}. */
  public String hsmUrl() {
    return managedHsms.url();
  }

  /** The {@code connection.env} that tells clients how to connect. */
  public Path connectionFile() {
    return connectionFile;
  }

  /** Lets running requests end, then closes ports, database, HSM and data directory. */
  @Override
  public void close() {
    synchronized (open) {
      while (!open.isEmpty()) {
        try {
          open.pop().close();
        } catch (Exception e) {
          // The others must be closed all the same.
          LOG.warn("A part of the server did not close: {}", e.toString());
        }
      }
    }
  }

  private void open(ServerOptions options, Clock clock) {
    DataDirectory directory = opened(DataDirectory.open(options.data()));
    ServerState state = ServerState.open(directory)
        .withSoftDelete(directory, options.deletion().days(), options.deletion().purgeProtection());
    SoftDelete softDelete = new SoftDelete(state.softDeleteDays(), state.purgeProtection());
    CertificateAuthority authority = CertificateAuthority.open(directory, options.hostnames(), clock);
    OpenVaults storage = opened(OpenVaults.open(directory, state, options.keys(), definitions(options, softDelete)));
    Database database = storage.database();
    Vaults stored = storage.vaults();
    AccessPolicies policies = AccessPolicies.open(database, stored.all());
    stored.all().forEach(vault -> policies.grant(vault, state.objectId(), EnumSet.allOf(Permission.class)));

    Outbound outbound = Outbound.trusting(options.outgoing().authorities());
    // The ports are known only once they are bound, and the issuer's name and audiences contain them.
    CompletableFuture<HttpServer> listening = new CompletableFuture<>();
    Issuer issuer = Issuer.open(directory.file("issuer.jwk"), state.tenantId(),
        new BuiltInClient(state.clientId(), state.clientSecret(), state.objectId()),
        () -> listening.join().endpoint(VaultKind.VAULT).url(), () -> audiences(listening.join()), clock);
    HttpServer http = opened(HttpServer.start(
        new HttpServer.Settings(authority.serverTls(), options.addresses(),
            Map.of(VaultKind.VAULT, options.port(), VaultKind.MANAGED_HSM, options.hsmPort()), hostnames(options),
            state.tenantId()),
        stored, issuer.authenticator(), policies,
        routes(database, issuer, clock, new ReleaseRoutes(database, clock, outbound::get,
            new ReleaseSigner(authority::issueSigning)))));
    listening.complete(http);
    background = background(options.outgoing(), outbound, database, stored, http, clock);
    opened(Ticker.start(List.of(this::runBackground)));

    vaults = http.endpoint(VaultKind.VAULT);
    managedHsms = http.endpoint(VaultKind.MANAGED_HSM);
    connectionFile = directory.file(ConnectionFile.NAME);
    try {
      new ConnectionFile(vaultUrl(), hsmUrl(), authority.file(), state.tenantId(), state.clientId(), state.clientSecret(),
          vaultUrl()).write(connectionFile);
    } catch (IOException e) {
      throw new StartupException("cannot write " + connectionFile + ": " + e.getMessage(), e);
    }
  }

  /** Does now what is done every few seconds anyway: scheduled work, then the delivery of events. */
  void runBackground() {
    synchronized (background) {
      background.run();
    }
  }

  private static Runnable background(ServerOptions.Outgoing outgoing, Outbound outbound, Database database, Vaults vaults,
      HttpServer http, Clock clock) {
    EventQueue events = new EventQueue(database, outgoing.eventWebhook() != null);
    KeyCaretaker keys = new KeyCaretaker(database, clock, events,
        vault -> URI.create(http.endpoint(vault.kind()).url(vault)));
    Scheduler scheduler = new Scheduler(database, vaults.all(), Map.of(Collection.KEYS, keys), clock);
    if (outgoing.eventWebhook() == null) {
      return scheduler::run;
    }
    Webhook webhook = new Webhook(events, outbound, outgoing.eventWebhook());
    return () -> {
      scheduler.run();
      vaults.all().forEach(vault -> webhook.deliver(vault, clock.instant()));
    };
  }

  private static List<Route> routes(Database database, Issuer issuer, Clock clock, ReleaseRoutes releases) {
    return Stream.of(new IssuerRoutes(issuer, clock).routes(), new KeyRoutes(database, clock).routes(),
        new RotationRoutes(database, clock).routes(), releases.routes(),
        new CertificateRoutes(database, clock).routes()).flatMap(List::stream).toList();
  }

  private static List<VaultDefinition> definitions(ServerOptions options, SoftDelete softDelete) {
    List<VaultDefinition> definitions = new ArrayList<>();
    define(definitions, VaultKind.VAULT, options.vaults(), softDelete);
    define(definitions, VaultKind.MANAGED_HSM, options.managedHsms(), softDelete);
    return definitions;
  }

  private static void define(List<VaultDefinition> definitions, VaultKind kind, List<String> names,
      SoftDelete softDelete) {
    definitions.add(new VaultDefinition(Endpoint.DEFAULT_VAULT, kind, softDelete));
    Set<String> seen = new HashSet<>(Set.of(Endpoint.DEFAULT_VAULT));
    for (String name : names) {
      try {
        VaultDefinition definition = new VaultDefinition(name, kind, softDelete);
        if (seen.add(name.toLowerCase(Locale.ROOT))) {
          definitions.add(definition);
        }
      } catch (IllegalArgumentException e) {
        throw new StartupException(e.getMessage(), e);
      }
    }
  }

  /** As they stand in a Host header. */
  private static Set<String> hostnames(ServerOptions options) {
    return options.hostnames().stream().map(name -> name.toLowerCase(Locale.ROOT))
        .map(name -> name.contains(":") ? "[" + name + "]" : name).collect(Collectors.toSet());
  }

  private static Set<String> audiences(HttpServer http) {
    Set<String> all = new HashSet<>(http.endpoint(VaultKind.VAULT).audiences());
    all.addAll(http.endpoint(VaultKind.MANAGED_HSM).audiences());
    return all;
  }

  private <T extends AutoCloseable> T opened(T part) {
    open.push(part);
    return part;
  }
}
