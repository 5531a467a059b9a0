package org.keyhaven.client;

import java.io.IOException;
import org.keyhaven.client.http.Answer;

/** One link of the chain that a request passes: it adds one concern and hands on to the next. */
interface Link {

  /**
   * @return the answer, whatever its status
   * @throws IOException when there is no answer
   * @throws VaultException when the link itself refuses to go on
   */
  Answer send(Call call) throws IOException;
}
