package org.keyhaven.client.envelope;

/** A wrapped data key that is none; becomes an {@link EnvelopeException} where the message is known. */
final class RefusedKeyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RefusedKeyException(String message, Throwable cause) {
    super(message, cause);
  }
}
