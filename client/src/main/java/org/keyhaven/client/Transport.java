package org.keyhaven.client;

import java.net.URI;
import java.util.Locale;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.client.wire.Page;
import tools.jackson.databind.ObjectReader;

/** The one way to the vault: retry, then challenge authentication, then the exchange. */
final class Transport implements AutoCloseable {
  private final URI vault;

  Transport(KeyhavenClient.Builder builder) {
    this.vault = builder.vault;
  }

  <T> T call(Operation operation, String path, Object body, ObjectReader reader) {
    throw new UnsupportedOperationException(operation.method() + vault + path + body + reader);
  }

  <T> Page<T> page(Operation operation, String path, String link, ObjectReader reader) {
    return call(operation, link == null ? path : link, null, reader);
  }

  static String path(String collection, String name) {
    if (!ObjectId.isName(name)) {
      throw new IllegalArgumentException("not an object name (1 to 127 letters, digits and hyphens): " + name);
    }
    return "/" + collection + "/" + name;
  }

  /** @param version null for the latest */
  static String path(String collection, String name, String version) {
    if (version != null && !ObjectId.isVersion(version)) {
      throw new IllegalArgumentException("not an object version (32 hexadecimal digits): " + version);
    }
    return path(collection, name) + (version == null ? "" : "/" + version);
  }

  static URI vaultOf(URI address) {
    String path = address.getRawPath();
    if (!"https".equalsIgnoreCase(address.getScheme()) || address.getHost() == null || address.getRawUserInfo() != null
        || address.getRawQuery() != null || address.getRawFragment() != null
        || path != null && !path.isEmpty() && !path.equals("/")) {
      throw new IllegalArgumentException("not a vault's address (https://HOST[:PORT]): " + address);
    }
    String port = address.getPort() < 0 ? "" : ":" + address.getPort();
    return URI.create("https://" + address.getHost().toLowerCase(Locale.ROOT) + port);
  }

  @Override
  public void close() { }
}
