package org.keyhaven.server.keys.release;

import java.net.URI;
import org.keyhaven.server.outbound.OutboundException;

/** Gets what an authority publishes. */
@FunctionalInterface
public interface Fetcher {

  /** @param most bytes */
  byte[] fetch(URI address, int most) throws OutboundException;
}
