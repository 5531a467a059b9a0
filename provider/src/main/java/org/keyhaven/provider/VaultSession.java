package org.keyhaven.provider;

import java.lang.ref.Cleaner;
import java.net.URI;
import java.security.InvalidKeyException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.keyhaven.client.ClientSecretTokenSource;
import org.keyhaven.client.KeyhavenClient;
import org.keyhaven.client.TokenSource;
import org.keyhaven.client.VaultException;
import org.keyhaven.client.wire.Certificates.CertificateBundle;
import org.keyhaven.client.wire.Certificates.CertificateItem;
import org.keyhaven.client.wire.Json;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyOperation;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.Keys.KeyBundle;
import org.keyhaven.client.wire.Keys.KeyItem;
import org.keyhaven.client.wire.Keys.KeyOperationResult;
import org.keyhaven.client.wire.Keys.KeySignParameters;
import org.keyhaven.client.wire.ObjectId;

/**
 * One vault and one way to sign in: client and catalog, which all services with equal settings share. Its connections are
 * closed once nobody uses it, neither a key store nor a key. Thread-safe.
 */
final class VaultSession {
  private static final Cleaner CLEANER = Cleaner.create();
  private static final Set<KeyOperation> AES_OPERATIONS = Set.of(KeyOperation.ENCRYPT, KeyOperation.DECRYPT,
      KeyOperation.WRAP_KEY, KeyOperation.UNWRAP_KEY);

  private final Settings.Connection connection;
  private final KeyhavenClient client;
  private final List<X509Certificate> issuers;
  private final VaultCatalog catalog;

  /**
   * Reads CA file and chain file, and begins to connect to the vault; waits for no network.
   *
   * @throws VaultException when the CA file cannot be used
   * @throws IllegalArgumentException when the vault's address, the token or the chain file cannot be used
   */
  VaultSession(Settings.Connection connection) {
    this.connection = connection;
    KeyhavenClient.Builder builder = KeyhavenClient.builder().vault(connection.vaultUrl())
        .tokenSource(tokenSource(connection.credentials())).deadline(connection.timeout())
        .challengeVerification(connection.challengeVerification()).connectAhead();
    if (connection.caFile() != null) {
      builder.caFile(connection.caFile());
    }
    this.issuers = connection.chainFile() == null ? List.of() : X509.pem(connection.chainFile());
    KeyhavenClient opened = builder.build();
    this.client = opened;
    this.catalog = new VaultCatalog(this, connection.cacheRefresh(), connection.aliases());
    // The client connects meanwhile.
    Json.prepare(CertificateItem.class, KeyItem.class, CertificateBundle.class, KeySignParameters.class, KeyOperationResult.class);
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
    RemoteKey remote = remote(kid);
    if (publicKey instanceof RSAPublicKey rsa) {
      return new VaultRsaPrivateKey(kid, rsa, remote, remote);
    }
    if (publicKey instanceof ECPublicKey ec) {
      Optional<KeyCurve> curve = PublicKeys.curveOf(ec.getParams());
      if (curve.isEmpty()) {
        throw new InvalidKeyException("unknown curve of the key " + kid);
      }
      return new VaultEcPrivateKey(kid, curve.get(), ec, remote);
    }
    throw new InvalidKeyException("neither an RSA nor an EC key: " + kid);
  }

  /**
   * A symmetric key, for AES unless it may do nothing but HMAC.
   *
   * @throws InvalidKeyException when it is none
   */
  VaultSecretKey secretKey(KeyBundle bundle) throws InvalidKeyException {
    JsonWebKey key = bundle.key();
    if (key.kty().family() != KeyType.Family.OCT) {
      throw new InvalidKeyException("not a symmetric key: " + key.kid());
    }
    Integer bits = bundle.attributes() == null ? null : bundle.attributes().keySize();
    boolean authenticates = key.keyOps() != null && key.keyOps().contains(KeyOperation.SIGN.wireName())
        && AES_OPERATIONS.stream().noneMatch(operation -> key.keyOps().contains(operation.wireName()));
    return secretKey(key.kid(), authenticates ? MacService.nameFor(bits) : "AES", bits);
  }

  /** @param bits null when unknown */
  VaultSecretKey secretKey(ObjectId kid, String algorithm, Integer bits) throws InvalidKeyException {
    RemoteKey remote = remote(kid);
    return new VaultSecretKey(kid, algorithm, bits, remote, remote);
  }

  private RemoteKey remote(ObjectId kid) throws InvalidKeyException {
    if (kid == null) {
      throw new InvalidKeyException("the vault names no key of it");
    }
    try {
      return new RemoteKey(this, client.cryptography(kid));
    } catch (IllegalArgumentException e) {
      throw new InvalidKeyException(e.getMessage(), e);
    }
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
    if (credentials instanceof Credentials.ManagedIdentity identity) {
      return TokenSource.managedIdentity(identity.id());
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
