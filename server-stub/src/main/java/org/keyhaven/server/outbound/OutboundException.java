package org.keyhaven.server.outbound;

/** That another server was not reached, was too slow, or answered something that is not used. */
public final class OutboundException extends Exception {
  private static final long serialVersionUID = 1L;

  public OutboundException(String message, Throwable cause) {
    super(message, cause);
  }

  public OutboundException(String message) {
    super(message);
  }
}
