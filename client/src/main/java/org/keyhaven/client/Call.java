package org.keyhaven.client;

import java.net.URI;
import org.keyhaven.client.http.Deadline;

/**
 * One request on its way through the chain.
 *
 * @param body JSON; null for none
 * @param id sent as {@code x-ms-client-request-id}
 * @param authorization the Authorization header's value; null before the authenticating link
 */
record Call(Operation operation, URI uri, byte[] body, String id, Deadline deadline, String authorization) {

  Call authorized(String headerValue) {
    return new Call(operation, uri, body, id, deadline, headerValue);
  }

  Call withoutBody() {
    return new Call(operation, uri, null, id, deadline, null);
  }

  /** Without the token, and without the body. */
  @Override
  public String toString() {
    return operation + " " + uri;
  }
}
