package org.keyhaven.client.http;

/** How requests get to servers, over pooled connections. Thread-safe. */
interface Sender {

  /** Nothing is sent yet. */
  Sending prepare(Outgoing request, Deadline deadline);

  /** Closes all connections at once, also those in use. */
  void close();
}
