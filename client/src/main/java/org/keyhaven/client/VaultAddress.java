package org.keyhaven.client;

import java.net.URI;
import java.util.Locale;
import org.keyhaven.client.VaultException.Details;
import org.keyhaven.client.wire.ApiVersion;
import org.keyhaven.client.wire.ObjectId;

/**
 * Where the calls of one client go.
 *
 * @param vault scheme, host and port, as {@link #origin} spells them
 */
record VaultAddress(URI vault, ApiVersion version) {

  /** @param path starts with a slash */
  URI of(String path) {
    return URI.create(vault + path + "?api-version=" + version.wireName());
  }

  /**
   * The address of the next page of a listing, with the vault spelled as here: Azure names the port 443, too. The token goes to the
   * vault alone, whatever a page calls its successor.
   *
   * @throws VaultException when it lies outside of the vault
   */
  URI next(String link) {
    URI uri;
    try {
      uri = URI.create(link);
    } catch (IllegalArgumentException e) {
      throw foreignLink(e);
    }
    if (uri.getScheme() == null || uri.getHost() == null || uri.getRawUserInfo() != null || !origin(uri).equals(vault)) {
      throw foreignLink(null);
    }
    return URI.create(vault + uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery()));
  }

  private VaultException foreignLink(Throwable cause) {
    return new VaultException(Details.local("UnexpectedAnswer", vault + " gave an address outside of itself for the next page",
        "check that the address is a vault's", cause));
  }

  /** @throws IllegalArgumentException when it is no name */
  static String path(String collection, String name) {
    if (!ObjectId.isName(name)) {
      throw new IllegalArgumentException("not an object name (1 to 127 letters, digits and hyphens): " + name);
    }
    return "/" + collection + "/" + name;
  }

  /**
   * @param version null for the latest
   * @throws IllegalArgumentException when it is no name, or no version
   */
  static String path(String collection, String name, String version) {
    if (version != null && !ObjectId.isVersion(version)) {
      throw new IllegalArgumentException("not an object version (32 hexadecimal digits): " + version);
    }
    return path(collection, name) + (version == null ? "" : "/" + version);
  }

  /**
   * @param whose for the message
   * @throws IllegalArgumentException when the address is anything else than {@code https://HOST[:PORT]}
   */
  static URI originOf(URI address, String whose) {
    String path = address.getRawPath();
    if (!"https".equalsIgnoreCase(address.getScheme()) || address.getHost() == null || address.getRawUserInfo() != null
        || address.getRawQuery() != null || address.getRawFragment() != null
        || path != null && !path.isEmpty() && !path.equals("/")) {
      throw new IllegalArgumentException("not " + whose + " address (https://HOST[:PORT]): " + address);
    }
    return origin(address);
  }

  /** Scheme, host and port in one spelling: the host in lower case, the default port left out. */
  static URI origin(URI address) {
    String port = address.getPort() < 0 || address.getPort() == 443 ? "" : ":" + address.getPort();
    return URI.create(address.getScheme().toLowerCase(Locale.ROOT) + "://" + address.getHost().toLowerCase(Locale.ROOT) + port);
  }
}
