package org.keyhaven.client.http;

import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.core5.http.HttpEntity;

/**
 * Reads bodies of answers.
 *
 * @param maxBytes larger ones end in {@link AnswerTooLargeException}
 */
record BodyReader(int maxBytes) {

  /** @param entity null for none, which reads as empty */
  byte[] read(HttpEntity entity) throws IOException {
    if (entity == null) {
      return new byte[0];
    }
    long announced = entity.getContentLength();
    if (announced > maxBytes) {
      throw new AnswerTooLargeException(maxBytes);
    }
    // Not closed on the way out of a failure: closing reads the rest to reuse the connection; closing the response drops it.
    InputStream in = entity.getContent();
    byte[] bytes = in.readNBytes(announced < 0 ? maxBytes + 1 : (int) announced);
    if (bytes.length > maxBytes) {
      throw new AnswerTooLargeException(maxBytes);
    }
    in.close();
    return bytes;
  }
}
