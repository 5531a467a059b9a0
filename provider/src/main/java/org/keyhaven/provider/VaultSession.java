package org.keyhaven.provider;

import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.net.URI;
import java.security.InvalidKeyException;
import java.security.PublicKey;
import java.security.SignatureException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.List;
import org.keyhaven.client.ClientSecretTokenSource;
import org.keyhaven.client.CryptographyClient;
import org.keyhaven.client.KeyhavenClient;
import org.keyhaven.client.TokenSource;
import org.keyhaven.client.VaultException;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.ObjectId;

/**
 * One vault and one way to sign in: client and catalog, which all services with equal settings share. Its connections are
 * closed once nobody uses it, neither a key store nor a key. Thread-safe.
 */
final class VaultSession {
  private static final Cleaner CLEANER = Cleaner.create();

  private final Settings.Connection connection;
  private final KeyhavenClient client;
  private final List<X509Certificate> issuers;
  private final VaultCatalog catalog;

  /**
   * Reads CA file and chain file; touches no network.
   *
   * @throws VaultException when the CA file cannot be used
   * @throws IllegalArgumentException when the vault's address, the token or the chain file cannot be used
   */
  VaultSession(Settings.Connection connection) {
    this.connection = connection;
    KeyhavenClient.Builder builder = KeyhavenClient.builder().vault(connection.vaultUrl())
        .tokenSource(tokenSource(connection.credentials())).deadline(connection.timeout());
    if (connection.caFile() != null) {
      builder.caFile(connection.caFile());
    }
    this.issuers = connection.chainFile() == null ? List.of() : X509.pem(connection.chainFile());
    KeyhavenClient opened = builder.build();
    this.client = opened;
    this.catalog = new VaultCatalog(this, connection.cacheRefresh());
    CLEANER.register(this, opened::close);
  }

  /** What completes chains that the vault shows in part. */
  List<X509Certificate> issuers() {
    return issuers;
  }

  /** The longest a call takes in all. */
  Duration timeout() {
    return connection.timeout();
  }

  KeyhavenClient client() {
    return client;
  }

  VaultCatalog catalog() {
    return catalog;
  }

  URI vault() {
    return client.vault();
  }

  /**
   * The private key that belongs to a public one.
   *
   * @param kid with version
   * @throws InvalidKeyException when it is of a kind or curve that no service of the provider works with
   */
  VaultPrivateKey privateKey(ObjectId kid, PublicKey publicKey) throws InvalidKeyException {
    RemoteSigner signer = signer(client.cryptography(kid));
    if (publicKey instanceof RSAPublicKey rsa) {
      return new VaultRsaPrivateKey(kid, rsa, signer);
    }
    if (publicKey instanceof ECPublicKey ec) {
      KeyCurve curve = PublicKeys.curveOf(ec.getParams())
          .orElseThrow(() -> new InvalidKeyException("unknown curve of the key " + kid));
      return new VaultEcPrivateKey(kid, curve, ec, signer);
    }
    throw new InvalidKeyException("neither an RSA nor an EC key: " + kid);
  }

  /** Holds the session, so that the connections live as long as the key. */
  private RemoteSigner signer(CryptographyClient cryptography) {
    return (algorithm, value) -> {
      try {
        return cryptography.sign(algorithm, value);
      } catch (VaultException e) {
        throw new SignatureException(e.getMessage(), e);
      } finally {
        Reference.reachabilityFence(this);
      }
    };
  }

  private static TokenSource tokenSource(Credentials credentials) {
    if (credentials instanceof Credentials.Custom custom) {
      return custom.source();
    }
    if (credentials instanceof Credentials.Token token) {
      return TokenSource.fixed(token.token());
    }
    if (credentials instanceof Credentials.TokenFile file) {
      return TokenSource.file(file.file());
    }
    if (credentials instanceof Credentials.ClientSecret secret) {
      return clientSecret(secret);
    }
    return AzureIdentity.defaultCredential();
  }

  private static TokenSource clientSecret(Credentials.ClientSecret secret) {
    ClientSecretTokenSource.Builder builder = ClientSecretTokenSource.builder().tenantId(secret.tenantId())
        .clientId(secret.clientId()).clientSecret(secret.secret());
    if (secret.authority() != null) {
      builder.authority(secret.authority());
    }
    if (secret.authorityCa() != null) {
      builder.caFile(secret.authorityCa());
    }
    return builder.build();
  }
}
