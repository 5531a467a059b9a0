package org.keyhaven.client;

/** A challenge that is broken or not to be trusted; the message says how, and is fit for the user. */
final class MalformedChallengeException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedChallengeException(String message) {
    super(message.length() <= 300 ? message : message.substring(0, 300) + "…");
  }
}
