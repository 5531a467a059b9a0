package org.keyhaven.client.http;

import java.io.IOException;

/** The deadline passed before the answer was complete. */
public final class DeadlinePassedException extends IOException {
  private static final long serialVersionUID = 1L;

  public DeadlinePassedException(Deadline deadline, Throwable cause) {
    super("no answer within " + deadline.limit().toMillis() + " ms", cause);
  }
}
