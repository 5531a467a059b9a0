package org.keyhaven.server.http;

import io.javalin.http.Context;
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
      LOG.info("{} {} {} {} ms", context.method(), context.path(), context.statusCode(), tenths(millis));
    }
  }

  /** With one decimal; java.util.Formatter costs more than the rest of the line. */
  static String tenths(float millis) {
    long tenths = Math.round(millis * 10.0);
    return tenths / 10 + "." + tenths % 10;
  }
}
