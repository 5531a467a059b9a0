package org.keyhaven.jmh.server;

import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.keyhaven.jmh.harness.Connection;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Load on a server: each thread has one connection that stays open, and sends the same bytes again and again. Every
 * status is looked at; the JDK verifies the last signature of each connection after each round. On the {@linkplain
 * BareRoute bare route} the requests are the same, and there is no key behind them.
 */
@State(Scope.Benchmark)
public class LoadBenchmark {
  /** System property: the connection.env of the bare route, when that is what gets the load. */
  static final String BARE = "keyhaven.bench.bare";
  /** System property: the name of the EC key that signs. */
  static final String EC_KEY = "keyhaven.bench.ec";

  private static final byte[] MESSAGE = new byte[1024];
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(20);
  /** Names of keys that are made are unique for a run. */
  private static final AtomicInteger CREATED = new AtomicInteger();

  private Connection target;
  private SSLContext tls;
  private int port;
  private Requests requests;
  private ServerKeys keys;
  private boolean bare;
  private String digest;

  /** Finds the keys. */
  @Setup
  public void find() throws Exception {
    Cores.load(ProcessHandle.current());
    Connection vault = Connection.ofWorker();
    bare = System.getProperty(BARE) != null;
    target = bare ? Connection.of(Path.of(System.getProperty(BARE))) : vault;
    tls = target.tls();
    port = target.vault().getPort();
    requests = Requests.of(target.vault(), vault.token());
    keys = ServerKeys.of(vault, System.getProperty(EC_KEY, ServerKeys.EC));
    digest = Base64.getUrlEncoder().withoutPadding().encodeToString(MessageDigest.getInstance("SHA-256").digest(MESSAGE));
  }

  /** What a thread has for itself. */
  @State(Scope.Thread)
  public static class Line {
    private KeepAlive connection;
    private byte[] request;
    private String operation = "";
    private KeepAlive.Reply last;
    private long used;

    /** Anew only where the others' turns took so long that the server has closed, or will close, what was idle. */
    @Setup(Level.Iteration)
    public void connect(LoadBenchmark benchmark) throws IOException {
      if (connection != null && System.nanoTime() - used > IDLE_NANOS) {
        connection.close();
        connection = null;
      }
      if (connection == null) {
        connection = KeepAlive.open(benchmark.tls, benchmark.port);
      }
    }

    @TearDown(Level.Iteration)
    public void verify(LoadBenchmark benchmark) throws Exception {
      used = System.nanoTime();
      if (last != null && !benchmark.bare) {
        benchmark.keys.verify(operation, MESSAGE, last);
      }
    }

    @TearDown
    public void close() throws IOException {
      connection.close();
    }

    private KeepAlive.Reply send(String name, byte[] bytes) throws IOException {
      operation = name;
      last = connection.exchange(bytes);
      if (last.status() != 200) {
        throw new IOException(name + ": status " + last.status() + " " + last.text());
      }
      return last;
    }
  }

  @Benchmark
  public Object signEs256(Line line) throws IOException {
    return sign(line, "ES256", keys.ecPath());
  }

  @Benchmark
  public Object signRs256(Line line) throws IOException {
    return sign(line, "RS256", keys.rsaPath());
  }

  @Benchmark
  public Object verifyRs256(Line line) throws IOException {
    if (line.request == null) {
      String signature = sign(line, "RS256", keys.rsaPath()).value();
      line.request = requests.post(keys.rsaPath() + "/verify",
          "{\"alg\":\"RS256\",\"digest\":\"" + digest + "\",\"value\":\"" + signature + "\"}");
    }
    KeepAlive.Reply reply = line.send("verify", line.request);
    if (!reply.text().contains("\"value\":true")) {
      throw new IllegalStateException("a good signature is refused: " + reply.text());
    }
    return reply;
  }

  @Benchmark
  public Object encryptOaep(Line line) throws IOException {
    if (line.request == null) {
      line.request = requests.post(keys.rsaPath() + "/encrypt", "{\"alg\":\"RSA-OAEP-256\",\"value\":\"" + digest + "\"}");
    }
    return line.send("encrypt", line.request);
  }

  @Benchmark
  public Object getKey(Line line) throws IOException {
    if (line.request == null) {
      line.request = requests.get(keys.ecPath());
    }
    return line.send("get", line.request);
  }

  /** The first page. */
  @Benchmark
  public Object listKeys(Line line) throws IOException {
    if (line.request == null) {
      line.request = requests.get("/keys");
    }
    return line.send("list", line.request);
  }

  /** A new EC key in the HSM, of a new name. */
  @Benchmark
  public Object createEcKey(Line line) throws IOException {
    String name = "made-" + ProcessHandle.current().pid() + "-" + CREATED.incrementAndGet();
    return line.send("create", requests.post("/keys/" + name + "/create", "{\"kty\":\"EC-HSM\"}"));
  }

  /** A new connection with a full handshake, and one small request over it. */
  @Benchmark
  public Object connect() throws Exception {
    // A session of an earlier handshake would be resumed, so the context is new.
    try (KeepAlive fresh = KeepAlive.open(target.tls(), port)) {
      KeepAlive.Reply reply = fresh.exchange(requests.get(keys.ecPath()));
      if (reply.status() != 200) {
        throw new IOException("status " + reply.status() + " " + reply.text());
      }
      return reply;
    }
  }

  private KeepAlive.Reply sign(Line line, String algorithm, String path) throws IOException {
    if (line.request == null) {
      line.request = requests.post(path + "/sign", "{\"alg\":\"" + algorithm + "\",\"value\":\"" + digest + "\"}");
    }
    return line.send(algorithm, line.request);
  }
}
