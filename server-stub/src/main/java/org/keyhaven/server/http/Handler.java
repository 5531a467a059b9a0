package org.keyhaven.server.http;

/** What a route does, once the request was let in. Called by many threads at once. */
@FunctionalInterface
public interface Handler {

  /** @throws org.keyhaven.server.ApiError when the request cannot be served */
  Answer handle(Call call);
}
