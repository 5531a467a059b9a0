package org.keyhaven.client.envelope;

import java.io.IOException;

/**
 * A message that is refused: it is not in the format, was altered, cut or lengthened, belongs to another context, or names a
 * key that is not allowed. Nothing of it that was not verified has been given out. That the vault cannot be asked is no such
 * thing: it is a {@link org.keyhaven.client.VaultException}.
 */
public final class EnvelopeException extends IOException {
  private static final long serialVersionUID = 1L;

  EnvelopeException(String message) {
    super(message);
  }

  EnvelopeException(String message, Throwable cause) {
    super(message, cause);
  }
}
