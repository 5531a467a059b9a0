package org.keyhaven.client.http;

import java.net.URI;
import java.util.Map;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;

/**
 * A request as the caller has it.
 *
 * @param headers by name
 * @param body null for none
 * @param contentType of the body; may be null
 */
record Outgoing(String method, URI uri, Map<String, String> headers, byte[] body, String contentType) {

  boolean isSecure() {
    return "https".equals(uri.getScheme());
  }

  /** Adds headers and body. */
  <T extends ClassicHttpRequest> T into(T request) {
    for (Map.Entry<String, String> header : headers.entrySet()) {
      request.setHeader(header.getKey(), header.getValue());
    }
    if (!request.containsHeader(HttpHeaders.USER_AGENT)) {
      request.setHeader(HttpHeaders.USER_AGENT, Exchange.USER_AGENT);
    }
    if (body != null) {
      if (contentType != null) {
        // A header is sent as it is; an entity's own type would be taken apart and put together again.
        request.setHeader(HttpHeaders.CONTENT_TYPE, contentType);
      }
      request.setEntity(new ByteArrayEntity(body, null));
    }
    return request;
  }
}
