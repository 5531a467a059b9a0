package org.keyhaven.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.keyhaven.client.wire.ObjectId;

/**
 * {@link KeyhavenClient} for those who do not wait: each method begins a call, and gives the future of what its blocking twin
 * returns. Immutable and thread-safe; closed with the client it came from.
 *
 * <pre>{@code
 * CompletableFuture<byte[]> signature = client.async().cryptography(kid).sign(SignatureAlgorithm.ES256, digest);
 * }</pre>
 *
 * <p><b>Connections.</b> Where the vault speaks HTTP/2, calls share one connection, up to a hundred at once, and further ones
 * share the next; with HTTP/1.1 each call has a connection of its own. {@link KeyhavenClient.Builder#maxConnections} bounds both,
 * beside the connections of blocking calls; what is too many waits. Behind a proxy calls take the blocking client's connections, and
 * a thread each.
 *
 * <p><b>Failures.</b> Futures fail with the {@link VaultException} that the blocking twin throws; {@code get} and {@code join} wrap it
 * ({@link java.util.concurrent.ExecutionException}, {@link CompletionException}), and so do dependent stages. Arguments that are none
 * are refused at once, by an {@link IllegalArgumentException}. The client's deadline bounds each call as a whole: sign-in, waiting
 * for a connection and waiting to try again included.
 *
 * <p><b>Cancelling.</b> {@link CompletableFuture#cancel} on a future that a method here returned ends the call on the wire: its stream
 * is reset, or its connection closed, and what it occupied is free. So does completing it in any other way, for
 * instance by {@link CompletableFuture#orTimeout}. The future then fails with what ended it, which is no
 * {@link VaultException}: a {@link java.util.concurrent.CancellationException} or a
 * {@link java.util.concurrent.TimeoutException}. A stage derived from it ({@code thenApply}) is another future: cancelling
 * that one does not reach the call. What the vault has done by then stays done.
 *
 * <p><b>Threads.</b> Futures are completed on daemon threads of the client, never on those that serve connections: code that follows
 * in a dependent stage may block, and holds up nothing but itself. A future that was complete already runs it on the caller's.
 */
public final class KeyhavenAsyncClient {
  private final AsyncTransport transport;
  private final VaultAddress address;
  private final KeyAsyncClient keys;
  private final CertificateAsyncClient certificates;

  KeyhavenAsyncClient(AsyncTransport transport, VaultAddress address) {
    this.transport = transport;
    this.address = address;
    this.keys = new KeyAsyncClient(transport, address);
    this.certificates = new CertificateAsyncClient(transport, address);
  }

  public KeyAsyncClient keys() {
    return keys;
  }

  public CertificateAsyncClient certificates() {
    return certificates;
  }

  /**
   * The operations of one key. Keep what this gives: it looks the public half up once. Without a version it keeps to the one
   * that was the latest at first use; call again to follow a rotation.
   *
   * @param kid a key of this vault, with version or without
   * @throws IllegalArgumentException when it is no key, or of another vault
   */
  public CryptographyAsyncClient cryptography(ObjectId kid) {
    KeyhavenClient.requireOwn(kid, address.vault());
    return new CryptographyAsyncClient(new AsyncCryptography(transport, address, kid));
  }

  /** The operations of the version of a key that is the latest at first use. */
  public CryptographyAsyncClient cryptography(String name) {
    return cryptography(name, null);
  }

  /** The operations of one version of a key; null for the version that is the latest at first use. */
  public CryptographyAsyncClient cryptography(String name, String version) {
    return cryptography(new ObjectId(address.vault(), "keys", name, version));
  }

  void close() {
    transport.close();
  }
}
