package org.keyhaven.jmh.server;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.keyhaven.client.wire.ApiVersion;

/**
 * Requests as they go over the wire, made once and sent many times.
 *
 * @param authority what Host says
 * @param token a bearer token
 */
record Requests(String authority, String token) {
  static Requests of(URI url, String token) {
    return new Requests(url.getAuthority(), token);
  }

  byte[] get(String path) {
    return bytes("GET", path, "");
  }

  byte[] post(String path, String json) {
    return bytes("POST", path, json);
  }

  private byte[] bytes(String method, String path, String json) {
    return (method + " " + path + "?api-version=" + ApiVersion.CLIENT_DEFAULT.wireName() + " HTTP/1.1\r\nHost: " + authority
        + (token == null ? "" : "\r\nAuthorization: Bearer " + token)
        + "\r\nAccept: application/json\r\nContent-Type: application/json\r\nContent-Length: " + json.length()
        + "\r\n\r\n" + json)
        .getBytes(StandardCharsets.US_ASCII);
  }
}
