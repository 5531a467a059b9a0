package org.keyhaven.server.keys.release;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.json.Json;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Under which conditions a key may be released: one authority's assertion, with claims that meet that authority's conditions
 * ("Azure Key Vault secure key release policy grammar", version 1.0.0, whose one operator is {@code equals}). Immutable.
 */
public final class ReleasePolicy {
  private static final int LARGEST = 64 * 1024;
  private static final int MOST_CONDITIONS = 500;
  private static final int DEEPEST = 16;
  private static final int LONGEST_CLAIM = 512;

  private final List<Authority> authorities;

  /** @param url normalized: no slash at the end */
  record Authority(URI url, Condition condition) { }

  private ReleasePolicy(List<Authority> authorities) {
    this.authorities = authorities;
  }

  /**
   * Reads a policy.
   *
   * @throws ApiError 400 when it is none, with the place where it is wrong
   */
  public static ReleasePolicy parse(byte[] data) {
    if (data.length > LARGEST) {
      throw invalid("", "it is larger than " + LARGEST + " bytes");
    }
    JsonNode policy;
    try {
      policy = Json.mapper().readTree(data);
    } catch (JacksonException e) {
      throw new ApiError(400, "BadParameter", null, "Property 'release_policy.data' is not the JSON of a policy.", e);
    }
    return new Parser().policy(policy);
  }

  /** The authority whose assertions name {@code issuer}; empty when the policy does not trust it. */
  Optional<URI> authority(String issuer) {
    return authorities.stream().filter(authority -> authority.url().toString().equals(trimmed(issuer))).map(Authority::url)
        .findFirst();
  }

  /** Whether an assertion that this authority signed is enough. */
  boolean permits(URI authority, JsonNode claims) {
    return authorities.stream()
        .anyMatch(trusted -> trusted.url().equals(authority) && trusted.condition().holds(claims));
  }

  private static String trimmed(String url) {
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  private static ApiError invalid(String place, String reason) {
    return ApiError.badParameter("Property 'release_policy.data' is not a valid policy: "
        + (place.isEmpty() ? "" : place + ": ") + reason + ".");
  }

  private static final class Parser {
    private int conditions;

    ReleasePolicy policy(JsonNode node) {
      if (!node.isObject() || !"1.0.0".equals(node.path("version").asString(""))) {
        throw invalid("", "it must be an object with the version \"1.0.0\"");
      }
      JsonNode anyOf = member(node, "anyOf");
      if (anyOf == null || !anyOf.isArray() || anyOf.isEmpty()) {
        throw invalid("anyOf", "it must list at least one authority");
      }
      // What is not understood could be a condition, here too.
      if (node.size() != 2) {
        throw invalid("", "it must have 'version' and 'anyOf', and nothing else");
      }
      List<Authority> authorities = new ArrayList<>();
      for (JsonNode authority : anyOf) {
        authorities.add(authority(authority, "anyOf[" + authorities.size() + "]"));
      }
      return new ReleasePolicy(List.copyOf(authorities));
    }

    private Authority authority(JsonNode node, String place) {
      JsonNode url = node.get("authority");
      if (url == null || !url.isString()) {
        throw invalid(place, "it must name an 'authority'");
      }
      if (node.has("claim")) {
        throw invalid(place, "an authority has 'allOf' or 'anyOf'");
      }
      return new Authority(address(url.asString(), place), condition(node, place, 0));
    }

    private static URI address(String text, String place) {
      try {
        URI url = new URI(trimmed(text));
        if ("https".equals(url.getScheme()) && url.getHost() != null && url.getRawUserInfo() == null
            && url.getRawQuery() == null && url.getRawFragment() == null) {
          return url;
        }
      } catch (URISyntaxException e) {
        throw new ApiError(400, "BadParameter", null, invalid(place, "'authority' is not an https address").getMessage(), e);
      }
      throw invalid(place, "'authority' is not an https address");
    }

    private Condition condition(JsonNode node, String place, int depth) {
      conditions++;
      if (!node.isObject() || depth > DEEPEST || conditions > MOST_CONDITIONS) {
        throw invalid(place, "a condition is an object; at most " + MOST_CONDITIONS + ", and " + DEEPEST + " deep");
      }
      JsonNode all = member(node, "allOf");
      JsonNode any = member(node, "anyOf");
      JsonNode claim = node.get("claim");
      if (claim != null) {
        return claim(node, claim, place);
      }
      // What is not understood could be a condition, so nothing may be left over.
      boolean one = (all == null) != (any == null) && node.size() == (node.has("authority") ? 2 : 1);
      if (!one || node.has("authority") && depth > 0) {
        throw invalid(place, "it must have one of 'claim', 'allOf' and 'anyOf', and nothing else");
      }
      return all != null ? new Condition.AllOf(list(all, place + ".allOf", depth))
          : new Condition.AnyOf(list(any, place + ".anyOf", depth));
    }

    private List<Condition> list(JsonNode node, String place, int depth) {
      if (!node.isArray() || node.isEmpty()) {
        throw invalid(place, "it must list at least one condition");
      }
      List<Condition> list = new ArrayList<>();
      for (JsonNode condition : node) {
        list.add(condition(condition, place + "[" + list.size() + "]", depth + 1));
      }
      return List.copyOf(list);
    }

    private static Condition claim(JsonNode node, JsonNode claim, String place) {
      JsonNode value = member(node, "equals");
      if (!claim.isString() || claim.asString().isEmpty() || claim.asString().length() > LONGEST_CLAIM || value == null
          || !(value.isString() || value.isNumber() && Condition.Equals.finite(value) || value.isBoolean())
          || node.size() != 2) {
        throw invalid(place, "a claim has a name and 'equals' with a text, number or boolean, and no other operator");
      }
      return new Condition.Equals(claim.asString(), value);
    }

    /** The grammar's own text writes allof and anyof too. */
    private static JsonNode member(JsonNode node, String name) {
      JsonNode exact = node.get(name);
      return exact != null ? exact : node.get(name.toLowerCase(Locale.ROOT));
    }
  }
}
