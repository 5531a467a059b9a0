package org.keyhaven.jmh.server;

import ch.qos.logback.classic.Level;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.keyhaven.client.wire.Keys.KeyOperationResult;
import org.keyhaven.client.wire.Keys.KeySignParameters;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.access.AccessPolicies;
import org.keyhaven.server.admin.CertificateAuthority;
import org.keyhaven.server.admin.ConnectionFile;
import org.keyhaven.server.admin.DataDirectory;
import org.keyhaven.server.hsm.KeyEngine;
import org.keyhaven.server.hsm.MasterKeyFile;
import org.keyhaven.server.hsm.Sealer;
import org.keyhaven.server.hsm.SoftwareEngine;
import org.keyhaven.server.http.Answer;
import org.keyhaven.server.http.Call;
import org.keyhaven.server.http.HttpServer;
import org.keyhaven.server.http.Method;
import org.keyhaven.server.http.Route;
import org.keyhaven.server.store.Database;
import org.keyhaven.server.vaults.SoftDelete;
import org.keyhaven.server.vaults.VaultDefinition;
import org.keyhaven.server.vaults.VaultEngines;
import org.keyhaven.server.vaults.VaultKind;
import org.keyhaven.server.vaults.Vaults;
import org.slf4j.LoggerFactory;

/**
 * The floor of HTTP: the server's own HTTP server with the same TLS, and one route that reads the same JSON and writes
 * the same. There is no token, no permission, no database, no HSM and no audit log behind it. A process of its own, with
 * the server's class path; argument: a directory that does not exist yet, where connection.env says how to reach it.
 * Prints READY.
 */
public final class BareRoute {
  private static final byte[] SIGNATURE = new byte[64];
  private static final byte[] LONG_SIGNATURE = new byte[256];

  private BareRoute() { }

  public static void main(String[] args) throws Exception {
    ((ch.qos.logback.classic.Logger) LoggerFactory.getLogger("org.keyhaven")).setLevel(Level.WARN);
    DataDirectory directory = DataDirectory.open(Path.of(args[0]));
    CertificateAuthority authority = CertificateAuthority.open(directory, List.of(), Clock.systemUTC());
    Database database = Database.open(directory.file("keyhaven.db"));
    Vaults vaults = Vaults.open(database, List.of(new VaultDefinition("default", VaultKind.VAULT, SoftDelete.DEFAULT)),
        new NoHsm(directory.file("master.key")));
    HttpServer http = HttpServer.start(new HttpServer.Settings(authority.serverTls(),
        List.of(InetAddress.getLoopbackAddress()), Map.of(VaultKind.VAULT, 0), Set.of(), "none"), vaults,
        (authorization, audiences) -> {
          throw new ApiError(401, "Unauthorized", "nobody signs in here");
        }, AccessPolicies.open(database, vaults.all()),
        List.of(Route.open(Method.POST, "/keys/{name}/{version}/sign", BareRoute::sign)));
    String url = http.endpoint(VaultKind.VAULT).url();
    new ConnectionFile(url, url, authority.file(), "none", "none", "none", url).write(directory.file(ConnectionFile.NAME));
    System.out.println("READY " + url);
    // Until whoever started it has no more use for it, or is gone.
    System.in.transferTo(OutputStream.nullOutputStream());
    http.close();
    vaults.close();
    database.close();
    directory.close();
  }

  private static Answer sign(Call call) {
    KeySignParameters parameters = call.body(KeySignParameters.class);
    byte[] signature = parameters.alg().wireName().startsWith("RS") ? LONG_SIGNATURE : SIGNATURE;
    return Answer.ok(KeyOperationResult.of(new ObjectId(call.base(), "keys", call.name(), call.version()), signature));
  }

  /** The vault is only there to be found by its host name. */
  private record NoHsm(Path masterKey) implements VaultEngines {
    @Override
    public void prepare(String vaultId) {
      MasterKeyFile.createOrOpen(masterKey);
    }

    @Override
    public Sealer sealer(String vaultId) {
      return MasterKeyFile.open(masterKey);
    }

    @Override
    public KeyEngine software(String vaultId, byte[] key) {
      return new SoftwareEngine(key);
    }

    @Override
    public Optional<KeyEngine> hsm(String vaultId) {
      return Optional.empty();
    }
  }
}
