package org.keyhaven.server.http;

import io.javalin.http.Context;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line a request: method, path, status, milliseconds. Never query, headers or body, which may hold secrets. */
final class AccessLog {
  private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);

  private AccessLog() { }

  /** Of a request that the client gave up while it was served. */
  static void givenUp(String methodAndPath) {
    LOG.info("{} given up by the client", methodAndPath);
  }

  static void write(Context context, float millis) {
    if (LOG.isInfoEnabled()) {
      LOG.info("{} {} {} {} ms", context.method(), context.path(), context.statusCode(),
          String.format(Locale.ROOT, "%.1f", millis));
    }
  }
}
