package org.keyhaven.client.http;

import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.io.ModalCloseable;

/** How requests get to servers, over pooled connections. Thread-safe. */
interface Sender extends ModalCloseable {

  /** Nothing is sent yet. */
  Sending prepare(Outgoing request, Deadline deadline);

  @Override
  default void close() {
    close(CloseMode.GRACEFUL);
  }
}
