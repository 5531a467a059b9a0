package org.keyhaven.client.http;

import java.io.IOException;
import org.apache.hc.core5.concurrent.Cancellable;

/** One request under way. It may be cancelled at any time, also more than once, and fails then in whatever way. */
interface Sending extends Cancellable {

  /**
   * Sends the request, once, and waits for the answer.
   *
   * @throws IllegalStateException when the pool was closed, the request cancelled between two of its steps, or the thread
   *     interrupted while it waited for a connection
   */
  Answer send() throws IOException;
}
