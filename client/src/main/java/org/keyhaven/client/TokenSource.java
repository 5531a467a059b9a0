package org.keyhaven.client;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Where bearer tokens come from. The client caches what it gets, asks for one token at a time, and asks again before expiry and
 * when the vault refuses a token.
 *
 * <p>Implementations are called on a thread of the client's own: by one at a time for what the vault asks, but by another besides
 * where it meanwhile asks for something else, such as claims; so they are thread-safe. Secrets stay out of {@code toString} and of
 * exception messages.
 */
@FunctionalInterface
public interface TokenSource {

  /**
   * Gets a token; may block, but no longer than {@link TokenRequest#timeout()}.
   *
   * @throws IOException when the place tokens come from cannot be reached or read; tried again within the deadline
   * @throws VaultException.Unauthenticated when it refuses; final
   */
  AccessToken token(TokenRequest request) throws IOException;

  /**
   * Whether tokens depend on resource and tenant, which the vault's first answer (401 with a challenge) names. A source that
   * always gives the same token says false, and saves that round trip; of a JWT the client then checks that its audience is the
   * vault's before it is sent, an opaque token goes to whatever vault is configured.
   */
  default boolean needsChallenge() {
    return true;
  }

  /** One token, used until it expires. */
  static TokenSource fixed(String token) {
    return new FixedTokenSource(token);
  }

  /** A file that holds a token and nothing else; read again when it changes, for instance by a sidecar that renews it. */
  static TokenSource file(Path file) {
    return new FileTokenSource(file);
  }

  /**
   * What the environment has, chosen by the variables that Azure's own tools read. Where azure-identity is on the class path this is its
   * {@code DefaultAzureCredential}, over this client's HTTP stack: client secret, client certificate, workload identity, managed
   * identity, Azure CLI and the others that it knows. Otherwise a client secret ({@code AZURE_CLIENT_ID}, {@code AZURE_CLIENT_SECRET}) or a
   * workload identity ({@code AZURE_CLIENT_ID}, {@code AZURE_FEDERATED_TOKEN_FILE}), each with {@code AZURE_TENANT_ID} and
   * {@code AZURE_AUTHORITY_HOST} where these are set, which needs nothing else. With an authority of its own, {@code KEYHAVEN_CA_FILE} names
   * the CA that is trusted there.
   *
   * <p>It reads credentials alone: not the vault's address, and not the CA of the vault.
   *
   * @throws IllegalStateException when there is nothing to be used; with azure-identity, the first call of the client fails
   *     instead, with {@link VaultException.Unauthenticated}
   */
  static TokenSource fromEnvironment() {
    return EnvironmentTokenSource.of(System::getenv, EnvironmentTokenSource.azureIdentityPresent());
  }

  /**
   * A managed identity of the Azure machine that this runs on, asked at the endpoint that {@code IDENTITY_ENDPOINT} and
   * {@code IDENTITY_HEADER} name (App Service, Functions, Container Apps), otherwise at the Instance Metadata Service of a virtual machine.
   * Needs no further library; for Azure Arc and Service Fabric use azure-identity.
   *
   * @param id of a user-assigned identity: its client id where the environment names the endpoint, its object id on a virtual machine; null
   *     for the machine's own identity
   */
  static TokenSource managedIdentity(String id) {
    return new ManagedIdentityTokenSource(id, System::getenv);
  }
}
