package org.keyhaven.client;

import java.net.URI;

/**
 * One call of the service, described once for blocking and asynchronous clients: {@link Transport#call} runs it.
 *
 * @param uri with the api-version; {@link VaultAddress} makes it
 * @param body written as JSON; null for none
 * @param reading null where nothing comes back
 */
record Request<T>(Operation operation, URI uri, Object body, Reading<T> reading) {

  /** The same call of another address: the next page of a listing. */
  Request<T> at(URI other) {
    return new Request<>(operation, other, body, reading);
  }

  /** Without the body, which may hold a key. */
  @Override
  public String toString() {
    return operation + " " + uri;
  }
}
