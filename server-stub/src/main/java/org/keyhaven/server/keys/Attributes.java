package org.keyhaven.server.keys;

import java.time.Instant;
import java.util.Map;
import org.keyhaven.client.wire.ObjectAttributes;
import org.keyhaven.server.ApiError;

/** The attributes and tags of requests: defaults and limits ("About keys, secrets, and certificates"). */
public final class Attributes {
  private static final int MOST_TAGS = 15;
  private static final int LONGEST_TAG = 256;
  private static final ObjectAttributes NONE = ObjectAttributes.of(null, null, null);

  private Attributes() { }

  /** @throws ApiError 400 when the key would never be valid, or is one outside the server */
  static ObjectAttributes valid(ObjectAttributes asked) {
    ObjectAttributes attributes = asked == null ? NONE : asked;
    requireWindow(attributes.nbf(), attributes.exp());
    if (attributes.externalKey() != null) {
      throw ApiError.badParameter("Property 'attributes.external_key': there is no external key manager here. Leave it out "
          + "for a key of this server's own.");
    }
    return attributes;
  }

  static void requireWindow(Instant nbf, Instant exp) {
    if (nbf != null && exp != null && !nbf.isBefore(exp)) {
      throw ApiError.badParameter("Property 'attributes.exp' must be later than 'attributes.nbf'.");
    }
  }

  /** @throws ApiError 400 when there are too many, or one is too long or has no value */
  public static Map<String, String> valid(Map<String, String> tags) {
    if (tags == null) {
      return Map.of();
    }
    if (tags.size() > MOST_TAGS) {
      throw ApiError.badParameter("An object has at most " + MOST_TAGS + " tags.");
    }
    tags.forEach((name, value) -> {
      if (value == null || name.length() > LONGEST_TAG || value.length() > LONGEST_TAG) {
        throw ApiError.badParameter("Names and values of tags are texts of at most " + LONGEST_TAG + " characters.");
      }
    });
    return tags;
  }
}
