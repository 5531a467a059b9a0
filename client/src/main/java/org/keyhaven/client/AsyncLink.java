package org.keyhaven.client;

import java.util.concurrent.CompletableFuture;
import org.keyhaven.client.http.Answer;

/** A {@link Link} that waits for nothing. */
interface AsyncLink {

  /**
   * @param flight is told of what there is to cancel
   * @return the answer, whatever its status; fails with what {@link Link#send} throws
   */
  CompletableFuture<Answer> send(Call call, Flight flight);
}
