package org.keyhaven.client.wire;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The identifier of a vault object: {@code https://HOST[:PORT]/COLLECTION/NAME[/VERSION]}.
 *
 * @param vault scheme, host and port of the vault, with no path and no trailing slash
 * @param collection {@code keys}, {@code certificates}, {@code secrets} or their {@code deleted…} twins
 * @param name 1 to 127 letters, digits and hyphens
 * @param version 32 hexadecimal digits; null stands for the latest version
 */
public record ObjectId(URI vault, String collection, String name, String version) {
  private static final Pattern NAME = Pattern.compile("[0-9a-zA-Z-]{1,127}");
  private static final Pattern VERSION = Pattern.compile("[0-9a-fA-F]{32}");
  private static final int LONGEST = 1024;

  public ObjectId {
    Objects.requireNonNull(vault, "vault");
    Objects.requireNonNull(collection, "collection");
    if (!isName(name)) {
      throw new IllegalArgumentException("not an object name (1 to 127 letters, digits and hyphens): " + abbreviate(name));
    }
    if (version != null && !isVersion(version)) {
      throw new IllegalArgumentException("not an object version (32 hexadecimal digits): " + abbreviate(version));
    }
  }

  /** Written out: what the compiler makes of a record is linked at its first use, which short-lived programs pay. */
  @Override
  public int hashCode() {
    return 31 * (31 * vault.hashCode() + name.hashCode()) + Objects.hashCode(version);
  }

  public static boolean isName(String name) {
    return name != null && NAME.matcher(name).matches();
  }

  public static boolean isVersion(String version) {
    return version != null && VERSION.matcher(version).matches();
  }

  /** @throws IllegalArgumentException when the text is no object identifier */
  @JsonCreator
  public static ObjectId parse(String text) {
    if (text == null || text.length() > LONGEST) {
      throw new IllegalArgumentException("not an object identifier: " + abbreviate(text));
    }
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("not an object identifier: " + abbreviate(text), e);
    }
    String path = uri.getRawPath();
    if (!"https".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null || uri.getRawUserInfo() != null
        || uri.getRawQuery() != null || uri.getRawFragment() != null || path == null || path.isEmpty()) {
      throw new IllegalArgumentException("not an object identifier: " + abbreviate(text));
    }
    String[] parts = path.substring(1).split("/", -1);
    boolean emptyVersion = parts.length == 3 && parts[2].isEmpty();
    if (parts.length < 2 || parts.length > 3) {
      throw new IllegalArgumentException("not an object identifier: " + abbreviate(text));
    }
    return new ObjectId(vaultOf(uri), parts[0], parts[1], parts.length == 3 && !emptyVersion ? parts[2] : null);
  }

  /** The same object with another version; null for the latest. */
  public ObjectId withVersion(String otherVersion) {
    return new ObjectId(vault, collection, name, otherVersion);
  }

  /** The path of the object within its vault, starting with a slash. */
  public String path() {
    return "/" + collection + "/" + name + (version == null ? "" : "/" + version);
  }

  @JsonValue
  @Override
  public String toString() {
    return vault + path();
  }

  private static URI vaultOf(URI uri) {
    return URI.create("https://" + uri.getHost().toLowerCase(Locale.ROOT) + (uri.getPort() < 0 ? "" : ":" + uri.getPort()));
  }

  private static String abbreviate(String text) {
    return text == null || text.length() <= 200 ? text : text.substring(0, 200) + "…";
  }
}
