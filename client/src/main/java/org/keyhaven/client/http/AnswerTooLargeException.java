package org.keyhaven.client.http;

import java.io.IOException;

/** The answer is larger than this side reads. */
public final class AnswerTooLargeException extends IOException {
  private static final long serialVersionUID = 1L;

  AnswerTooLargeException(int limit) {
    super("the answer is larger than " + limit + " bytes");
  }
}
