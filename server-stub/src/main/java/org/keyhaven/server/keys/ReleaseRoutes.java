package org.keyhaven.server.keys;

import java.time.Clock;
import java.util.List;
import org.keyhaven.client.wire.KeyRelease.KeyReleaseParameters;
import org.keyhaven.client.wire.Keys.SecureKeyUnwrapParameters;
import org.keyhaven.client.wire.Keys.SecureKeyWrapParameters;
import org.keyhaven.server.access.Permission;
import org.keyhaven.server.http.Answer;
import org.keyhaven.server.http.Call;
import org.keyhaven.server.http.Method;
import org.keyhaven.server.http.Route;
import org.keyhaven.server.keys.release.Fetcher;
import org.keyhaven.server.keys.release.ReleaseDecision;
import org.keyhaven.server.keys.release.ReleaseSigner;
import org.keyhaven.server.store.Database;
import org.keyhaven.server.vaults.VaultKind;

/**
 * The routes by which keys, or proofs of them, get out (OpenAPI: Keys; release, getKeyAttestation, securewrapkey,
 * secureunwrapkey).
 */
public final class ReleaseRoutes {
  private final KeyReleases releases;
  private final KeyAttestation attestation;
  private final SecureWrapping wrapping;

  /**
   * @param fetcher gets the keys of attestation authorities
   * @param signer signs what is released
   */
  public ReleaseRoutes(Database database, Clock clock, Fetcher fetcher, ReleaseSigner signer) {
    KeyAccess access = new KeyAccess(database, clock);
    ReleaseDecision decision = new ReleaseDecision(fetcher, clock);
    this.releases = new KeyReleases(access, decision, signer);
    this.wrapping = new SecureWrapping(access, decision);
    this.attestation = new KeyAttestation(database);
  }

  public List<Route> routes() {
    return List.of(
        Route.of(Method.POST, "/keys/{name}/release", Permission.KEYS_RELEASE, call -> release(call, null)),
        Route.of(Method.POST, "/keys/{name}/{version}/release", Permission.KEYS_RELEASE,
            call -> release(call, call.version())),
        Route.of(Method.GET, "/keys/{name}/attestation", Permission.KEYS_GET, call -> attest(call, null)),
        Route.of(Method.GET, "/keys/{name}/{version}/attestation", Permission.KEYS_GET,
            call -> attest(call, call.version())),
        Route.of(VaultKind.MANAGED_HSM, Method.POST, "/keys/{name}/securewrapkey", Permission.KEYS_WRAP_KEY,
            call -> wrap(call, null)),
        Route.of(VaultKind.MANAGED_HSM, Method.POST, "/keys/{name}/{version}/securewrapkey", Permission.KEYS_WRAP_KEY,
            call -> wrap(call, call.version())),
        Route.of(VaultKind.MANAGED_HSM, Method.POST, "/keys/{name}/secureunwrapkey", Permission.KEYS_UNWRAP_KEY,
            call -> unwrap(call, null)),
        Route.of(VaultKind.MANAGED_HSM, Method.POST, "/keys/{name}/{version}/secureunwrapkey", Permission.KEYS_UNWRAP_KEY,
            call -> unwrap(call, call.version())));
  }

  private Answer release(Call call, String version) {
    String name = call.name();
    return Answer.ok(releases.release(call.vault(), call.base(), call.apiVersion(), name, version,
        call.body(KeyReleaseParameters.class)));
  }

  private Answer attest(Call call, String version) {
    throw attestation.refusal(call.vault(), call.name(), version);
  }

  private Answer wrap(Call call, String version) {
    String name = call.name();
    return Answer.ok(wrapping.wrap(call.vault(), call.base(), name, version, call.body(SecureKeyWrapParameters.class)));
  }

  private Answer unwrap(Call call, String version) {
    String name = call.name();
    return Answer.ok(wrapping.unwrap(call.vault(), call.base(), name, version, call.body(SecureKeyUnwrapParameters.class)));
  }
}
