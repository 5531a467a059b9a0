package org.keyhaven.server.keys;

import java.time.Clock;
import java.util.List;
import org.keyhaven.client.wire.KeyRelease.KeyReleaseParameters;
import org.keyhaven.server.access.Permission;
import org.keyhaven.server.http.Answer;
import org.keyhaven.server.http.Call;
import org.keyhaven.server.http.Method;
import org.keyhaven.server.http.Route;
import org.keyhaven.server.keys.release.Fetcher;
import org.keyhaven.server.keys.release.ReleaseSigner;
import org.keyhaven.server.store.Database;

/** The routes by which keys, or proofs of them, get out (OpenAPI: Keys; release, getKeyAttestation). */
public final class ReleaseRoutes {
  private final KeyReleases releases;
  private final KeyAttestation attestation;

  /**
   * @param fetcher gets the keys of attestation authorities
   * @param signer signs what is released
   */
  public ReleaseRoutes(Database database, Clock clock, Fetcher fetcher, ReleaseSigner signer) {
    this.releases = new KeyReleases(database, clock, fetcher, signer);
    this.attestation = new KeyAttestation(database);
  }

  public List<Route> routes() {
    return List.of(
        Route.of(Method.POST, "/keys/{name}/release", Permission.KEYS_RELEASE, call -> release(call, null)),
        Route.of(Method.POST, "/keys/{name}/{version}/release", Permission.KEYS_RELEASE,
            call -> release(call, call.version())),
        Route.of(Method.GET, "/keys/{name}/attestation", Permission.KEYS_GET, call -> attest(call, null)),
        Route.of(Method.GET, "/keys/{name}/{version}/attestation", Permission.KEYS_GET,
            call -> attest(call, call.version())));
  }

  private Answer release(Call call, String version) {
    String name = call.name();
    return Answer.ok(releases.release(call.vault(), call.base(), call.apiVersion(), name, version,
        call.body(KeyReleaseParameters.class)));
  }

  private Answer attest(Call call, String version) {
    throw attestation.refusal(call.vault(), call.name(), version);
  }
}
