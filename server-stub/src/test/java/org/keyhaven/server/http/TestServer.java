package org.keyhaven.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Clock;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.access.AccessPolicies;
import org.keyhaven.server.access.Authenticator;
import org.keyhaven.server.access.Permission;
import org.keyhaven.server.access.Principal;
import org.keyhaven.server.admin.CertificateAuthority;
import org.keyhaven.server.admin.DataDirectory;
import org.keyhaven.server.admin.ServerState;
import org.keyhaven.server.hsm.KeyEngine;
import org.keyhaven.server.hsm.Sealer;
import org.keyhaven.server.hsm.SoftwareEngine;
import org.keyhaven.server.json.Json;
import org.keyhaven.server.store.Database;
import org.keyhaven.server.vaults.SoftDelete;
import org.keyhaven.server.vaults.Vault;
import org.keyhaven.server.vaults.VaultDefinition;
import org.keyhaven.server.vaults.VaultEngines;
import org.keyhaven.server.vaults.VaultKind;
import org.keyhaven.server.vaults.Vaults;
import tools.jackson.databind.JsonNode;

/**
 * The real HTTP server on free ports over real TLS, with any routes, in a directory of its own. A bearer token is the name
 * of its principal: "all" may do everything, "reader" get and list keys, "keys" everything with keys alone, "nobody" nothing;
 * others are refused.
 */
public final class TestServer implements AutoCloseable {
  public static final String TENANT = "8d5b3d6a-0000-4000-8000-3a1f6d1c2b4e";

  private final DataDirectory directory;
  private final Database database;
  private final Vaults vaults;
  private final HttpServer http;
  private final SSLContext trust;

  private TestServer(Path path, boolean hsm, Clock clock, Function<Database, List<Route>> routes) {
    directory = DataDirectory.open(path);
    ServerState.open(directory);
    CertificateAuthority authority = CertificateAuthority.open(directory, List.of(), clock);
    database = Database.open(directory.file("keyhaven.db"));
    vaults = Vaults.open(database, List.of(new VaultDefinition("default", VaultKind.VAULT, SoftDelete.DEFAULT),
        new VaultDefinition("other", VaultKind.VAULT, new SoftDelete(7, true)),
        new VaultDefinition("default", VaultKind.MANAGED_HSM, SoftDelete.DEFAULT)), new TestEngines(hsm));
    AccessPolicies policies = AccessPolicies.open(database, vaults.all());
    for (Vault vault : vaults.all()) {
      policies.grant(vault, "all", EnumSet.allOf(Permission.class));
      policies.grant(vault, "reader", Set.of(Permission.KEYS_GET, Permission.KEYS_LIST));
      policies.grant(vault, "keys", Arrays.stream(Permission.values()).filter(each -> each.collection().equals("keys"))
          .collect(Collectors.toSet()));
    }
    http = HttpServer.start(new HttpServer.Settings(authority.serverTls(), List.of(InetAddress.getLoopbackAddress()),
        Map.of(VaultKind.VAULT, 0, VaultKind.MANAGED_HSM, 0), Set.of(), TENANT), vaults, new NamedPrincipals(), policies,
        routes.apply(database));
    trust = trusting(authority);
  }

  public static TestServer start(Path path, Function<Database, List<Route>> routes) {
    return new TestServer(path, true, Clock.systemUTC(), routes);
  }

  public static TestServer startWithoutHsm(Path path, Function<Database, List<Route>> routes) {
    return new TestServer(path, false, Clock.systemUTC(), routes);
  }

  public Database database() {
    return database;
  }

  public Vault vault(VaultKind kind, String name) {
    return vaults.find(kind, name).orElseThrow();
  }

  public int port(VaultKind kind) {
    return http.endpoint(kind).port();
  }

  /** Trusts this server alone. */
  SSLContext trust() {
    return trust;
  }

  /** A client of the default vault that may do everything. */
  public Client client() {
    return new Client(VaultKind.VAULT, "localhost", "Bearer all");
  }

  @Override
  public void close() {
    http.close();
    vaults.close();
    database.close();
    try {
      directory.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What came back. */
  public record Reply(int status, Map<String, String> headers, String text) {
    public JsonNode json() {
      return Json.mapper().readTree(text);
    }

    public String header(String name) {
      return headers.get(name.toLowerCase(Locale.ROOT));
    }

    public String errorCode() {
      return json().path("error").path("code").asString();
    }

    public String innerCode() {
      return json().path("error").path("innererror").path("code").asString("");
    }
  }

  /** Sends requests exactly as they are given. */
  public final class Client {
    private final VaultKind kind;
    private final String host;
    private final String authorization;
    private Connection connection;

    private Client(VaultKind kind, String host, String authorization) {
      this.kind = kind;
      this.host = host;
      this.authorization = authorization;
    }

    public Client in(VaultKind otherKind) {
      return new Client(otherKind, host, authorization);
    }

    public Client host(String otherHost) {
      return new Client(kind, otherHost, authorization);
    }

    /** @param header the Authorization header; null for none */
    public Client as(String header) {
      return new Client(kind, host, header);
    }

    public String base() {
      return "https://" + host + ":" + port(kind);
    }

    public Reply get(String path) {
      return send("GET", versioned(path), Map.of(), null);
    }

    public Reply post(String path, String body) {
      return send("POST", versioned(path), Map.of("Content-Type", "application/json"), body);
    }

    public Reply patch(String path, String body) {
      return send("PATCH", versioned(path), Map.of("Content-Type", "application/json"), body);
    }

    public Reply delete(String path) {
      return send("DELETE", versioned(path), Map.of(), null);
    }

    /** The status of the answer to a HEAD request, which has no body. */
    public int head(String path) {
      try (Connection fresh = new Connection(kind)) {
        fresh.write(head("HEAD", versioned(path), Map.of()));
        return fresh.readHead().status();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    /** A connection on which a POST waits for a body that never comes. */
    public AutoCloseable stall(String path) throws IOException {
      Connection fresh = new Connection(kind);
      fresh.write(head("POST", path, Map.of("Content-Length", "1000")));
      return fresh;
    }

    /** A POST whose body comes in a TLS record of its own, after the server was seen to have read the head. */
    public Reply sendInTwo(String path, Map<String, String> headers, String body) throws IOException {
      try (Connection fresh = new Connection(kind)) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put("Expect", "100-continue");
        fresh.write(head("POST", path, all));
        assertThat(fresh.readHead().status()).isEqualTo(100);
        return fresh.exchange(body);
      }
    }

    /** @param path raw, with its query */
    public Reply send(String method, String path, Map<String, String> headers, String body) {
      Map<String, String> all = new LinkedHashMap<>(headers);
      if (body != null) {
        all.putIfAbsent("Content-Length", Integer.toString(body.getBytes(StandardCharsets.UTF_8).length));
      }
      return exchange(head(method, path, all) + (body == null ? "" : body));
    }

    private String head(String method, String path, Map<String, String> headers) {
      StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
      Map<String, String> all = new LinkedHashMap<>(headers);
      all.putIfAbsent("Host", host + ":" + port(kind));
      if (authorization != null) {
        all.put("Authorization", authorization);
      }
      all.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
      return head + "\r\n";
    }

    /** Sends any bytes, on a connection of their own. */
    public Reply sendRaw(String request) {
      try (Connection fresh = new Connection(kind)) {
        return fresh.exchange(request);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    private synchronized Reply exchange(String request) {
      try {
        if (connection == null || connection.finished) {
          connection = new Connection(kind);
        }
        return connection.exchange(request);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    private static String versioned(String path) {
      return path + (path.contains("?") ? "&" : "?") + "api-version=7.4";
    }
  }

  /** One TLS connection; kept while the server keeps it. */
  private final class Connection implements AutoCloseable {
    /** The four bytes of two line ends. */
    private static final int HEAD_END = 0x0d0a0d0a;

    private final SSLSocket socket;
    private final InputStream in;
    private boolean finished;

    Connection(VaultKind kind) throws IOException {
      socket = (SSLSocket) trust.getSocketFactory().createSocket("127.0.0.1", port(kind));
      socket.setSoTimeout(30_000);
      in = new BufferedInputStream(socket.getInputStream());
    }

    Reply exchange(String request) throws IOException {
      finished = true;
      write(request);
      Reply head = readHead();
      String length = head.header("content-length");
      boolean chunked = "chunked".equalsIgnoreCase(head.header("transfer-encoding"));
      boolean unbounded = length == null && !chunked && head.status() != 204;
      byte[] body = chunked ? chunks(in) : unbounded ? in.readAllBytes()
          : in.readNBytes(length == null ? 0 : Integer.parseInt(length));
      finished = "close".equalsIgnoreCase(head.header("connection")) || unbounded;
      return new Reply(head.status(), head.headers(), new String(body, StandardCharsets.UTF_8));
    }

    /** RFC 9112, section 7.1, without trailers. */
    private static byte[] chunks(InputStream in) throws IOException {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      for (int size = Integer.parseInt(line(in), 16); size > 0; size = Integer.parseInt(line(in), 16)) {
        body.write(in.readNBytes(size));
        line(in);
      }
      line(in);
      return body.toByteArray();
    }

    private static String line(InputStream in) throws IOException {
      StringBuilder line = new StringBuilder();
      for (int next = in.read(); next != '\n'; next = in.read()) {
        if (next < 0) {
          throw new EOFException("the answer ended in a chunk");
        }
        line.append((char) next);
      }
      return line.toString().strip();
    }

    void write(String text) throws IOException {
      OutputStream out = socket.getOutputStream();
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
    }

    Reply readHead() throws IOException {
      ByteArrayOutputStream head = new ByteArrayOutputStream();
      int last = 0;
      while (last != HEAD_END) {
        int next = in.read();
        if (next < 0) {
          throw new EOFException("no answer: " + head);
        }
        head.write(next);
        last = last << 8 | next;
      }
      String[] lines = head.toString(StandardCharsets.UTF_8).strip().split("\r\n");
      Map<String, String> headers = new LinkedHashMap<>();
      Arrays.stream(lines).skip(1).map(line -> line.split(": ?", 2))
          .forEach(pair -> headers.put(pair[0].toLowerCase(Locale.ROOT), pair[1]));
      return new Reply(Integer.parseInt(lines[0].split(" ")[1]), headers, "");
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private static SSLContext trusting(CertificateAuthority authority) {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setCertificateEntry("ca", authority.certificate());
      TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, factory.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class NamedPrincipals implements Authenticator {
    @Override
    public Principal authenticate(String authorization, Set<String> audiences) {
      if (authorization == null) {
        throw new ApiError(401, "Unauthorized", "AKV10000: Request is missing a Bearer or PoP token.");
      }
      String name = authorization.substring(authorization.indexOf(' ') + 1);
      if (!Set.of("all", "reader", "keys", "nobody").contains(name)) {
        throw new ApiError(401, "Unauthorized", "AKV10032: the token is not valid.");
      }
      return new Principal(name, name + "-app", TENANT);
    }
  }

  private record TestEngines(boolean withHsm) implements VaultEngines {
    @Override
    public void prepare(String vaultId) { }

    @Override
    public Sealer sealer(String vaultId) {
      return new Sealer() {
        @Override
        public byte[] seal(byte[] secret, byte[] context) {
          return secret.clone();
        }

        @Override
        public byte[] unseal(byte[] blob, byte[] context) {
          return blob.clone();
        }
      };
    }

    @Override
    public KeyEngine software(String vaultId, byte[] key) {
      return new SoftwareEngine(key);
    }

    @Override
    public Optional<KeyEngine> hsm(String vaultId) {
      return withHsm ? Optional.of(new ShownAsHsm(new SoftwareEngine(new byte[32]))) : Optional.empty();
    }
  }
}
