package org.keyhaven.client.http;

import java.io.IOException;

/** The proxy did not open a tunnel to the server; nothing reached the server. */
public final class ProxyRefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int status;

  ProxyRefusedException(int status) {
    super("the proxy answered " + status + " in place of a tunnel");
    this.status = status;
  }

  /** What the proxy answered. */
  public int status() {
    return status;
  }
}
