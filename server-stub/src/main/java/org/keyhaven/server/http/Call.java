package org.keyhaven.server.http;

import io.javalin.http.Context;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.keyhaven.client.wire.ApiVersion;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.access.Principal;
import org.keyhaven.server.json.Json;
import org.keyhaven.server.vaults.Endpoint;
import org.keyhaven.server.vaults.Vault;
import tools.jackson.core.JacksonException;

/** One request, as a handler sees it: let in, and all of its body there. */
public final class Call {
  private static final int MOST_RESULTS = 25;
  private static final int LONGEST_TOKEN = 1024;

  private final Context context;
  private final Map<String, String> query;
  private final Entry entry;
  private final byte[] body;

  /**
   * What the gate found out.
   *
   * @param vault the vault that the host means
   * @param base {@code https://HOST[:PORT]} as the client wrote it, validated
   * @param principal null on open routes
   * @param apiVersion null on open routes
   */
  record Entry(Endpoint endpoint, List<Endpoint> endpoints, Vault vault, URI base, Principal principal,
      ApiVersion apiVersion) { }

  Call(Context context, Map<String, String> query, Entry entry) {
    this(context, query, entry, new byte[0]);
  }

  private Call(Context context, Map<String, String> query, Entry entry, byte[] body) {
    this.context = context;
    this.query = query;
    this.entry = entry;
    this.body = body;
  }

  /** This request with its body, which is read after the request was let in. */
  Call withBody(byte[] bytes) {
    return new Call(context, query, entry, bytes);
  }

  /** The listener the request came in through. */
  public Endpoint endpoint() {
    return entry.endpoint();
  }

  /** All listeners of the server. */
  public List<Endpoint> endpoints() {
    return entry.endpoints();
  }

  /** The vault that is meant; on open routes too. */
  public Vault vault() {
    return entry.vault();
  }

  /** {@code https://HOST[:PORT]} as the client wrote it, validated: the start of every identifier in the answer. */
  public URI base() {
    return entry.base();
  }

  /** Who is calling; null on open routes. */
  public Principal principal() {
    return entry.principal();
  }

  /** The version the client speaks; null on open routes. */
  public ApiVersion apiVersion() {
    return entry.apiVersion();
  }

  /** The path parameter of this name, decoded. */
  public String path(String parameter) {
    return context.pathParam(parameter);
  }

  /**
   * The path parameter {@code name}.
   *
   * @throws ApiError 400 when it is no object name
   */
  public String name() {
    String name = path("name");
    if (!ObjectId.isName(name)) {
      throw ApiError.badParameter(
          "The request URI contains an invalid name: 1 to 127 letters, digits and hyphens are allowed.");
    }
    return name;
  }

  /**
   * The path parameter {@code version}, in lower case.
   *
   * @throws ApiError 400 when it is no version
   */
  public String version() {
    String version = path("version");
    if (!ObjectId.isVersion(version)) {
      throw ApiError.badParameter("The request URI contains an invalid version: 32 hexadecimal digits are expected.");
    }
    return version.toLowerCase(Locale.ROOT);
  }

  /** The first query parameter of this name. */
  public Optional<String> query(String parameter) {
    return Optional.ofNullable(query.get(parameter));
  }

  public Optional<String> header(String name) {
    return Optional.ofNullable(context.header(name));
  }

  /**
   * The body as JSON.
   *
   * @throws ApiError 400 when there is none or it is not what {@code type} describes
   */
  public <T> T body(Class<T> type) {
    if (body.length == 0) {
      throw ApiError.badParameter("The request has no body; a JSON object is expected.");
    }
    try {
      T value = Json.mapper().readValue(body, type);
      if (value == null) {
        throw ApiError.badParameter("The request body is null; a JSON object is expected.");
      }
      return value;
    } catch (JacksonException e) {
      throw BadJson.error(e);
    }
  }

  /** The body as JSON, or {@code ifEmpty} when there is none. */
  public <T> T bodyOr(Class<T> type, T ifEmpty) {
    return body.length == 0 ? ifEmpty : body(type);
  }

  /**
   * The body as an HTML form; of a name that comes twice, the first value.
   *
   * @throws ApiError 400 when it is no form
   */
  public Map<String, String> form() {
    return UrlEncoded.parse(new String(body, StandardCharsets.UTF_8));
  }

  /**
   * How many items a page of a listing has.
   *
   * @throws ApiError 400 unless {@code maxresults} is 1 to 25
   */
  public int maxResults() {
    Optional<String> text = query("maxresults");
    if (text.isEmpty()) {
      return MOST_RESULTS;
    }
    try {
      int number = Integer.parseInt(text.get());
      if (number >= 1 && number <= MOST_RESULTS) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new ApiError(400, "BadParameter", null, "The query parameter maxresults must be a number from 1 to 25.", e);
    }
    throw ApiError.badParameter("The query parameter maxresults must be a number from 1 to 25.");
  }

  /**
   * Where a listing goes on: what {@link #nextLink} was given for the page before; empty on the first page.
   *
   * @throws ApiError 400 when it is not such a token
   */
  public Optional<String> after() {
    return query("$skiptoken").map(token -> {
      try {
        if (token.length() > LONGEST_TOKEN) {
          throw new IllegalArgumentException("too long");
        }
        return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
      } catch (IllegalArgumentException e) {
        throw new ApiError(400, "BadParameter", null, "The query parameter $skiptoken is not one of this service's.", e);
      }
    });
  }

  /** The address of the page that starts after {@code last}; null when {@code last} is, which means there are no more. */
  public String nextLink(String last) {
    if (last == null) {
      return null;
    }
    String token = Base64.getUrlEncoder().withoutPadding().encodeToString(last.getBytes(StandardCharsets.UTF_8));
    return base() + context.path() + "?api-version=" + apiVersion().wireName() + "&$skiptoken=" + token + "&maxresults="
        + maxResults();
  }
}
