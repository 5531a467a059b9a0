package org.keyhaven.server.http;

import java.util.Map;

/**
 * What a handler gives back.
 *
 * @param status the HTTP status
 * @param body a value of {@code client.wire}, or anything Jackson writes; null for an empty answer
 * @param headers further response headers
 */
public record Answer(int status, Object body, Map<String, String> headers) {

  public static Answer ok(Object body) {
    return new Answer(200, body, Map.of());
  }

  public static Answer of(int status, Object body) {
    return new Answer(status, body, Map.of());
  }

  public static Answer noContent() {
    return new Answer(204, null, Map.of());
  }
}
