package org.keyhaven.server.http;

import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import org.keyhaven.client.wire.ErrorBody;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.json.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every failure's way to the client: {@link ApiError} as it says, anything else as a 500 that tells its request id. */
final class ErrorAnswers {
  private static final Logger LOG = LoggerFactory.getLogger(ErrorAnswers.class);

  private ErrorAnswers() { }

  /** Throws nothing: Javalin hands whatever is thrown here to this method again, and that for ever if it always throws. */
  static void write(Context context, Throwable failure) {
    try {
      // Whatever comes of the rest.
      context.status(500);
      tell(context, failure);
    } catch (RuntimeException over) {
      // So does an exchange to everything that has ended meanwhile, because the client gave the request up.
      LOG.info("A failure could not be told any more ({})", over.toString(), failure);
    }
  }

  private static void tell(Context context, Throwable failure) {
    ApiError error = failure instanceof ApiError known ? known : translate(context, failure);
    String requestId = context.res().getHeader(Headers.REQUEST_ID);
    if (error.status() >= 500) {
      LOG.error("Request {} failed: {} {}", requestId, context.method(), context.path(), failure);
    } else {
      LOG.debug("Request {} refused: {} {}", requestId, error.status(), error.code());
    }
    context.status(error.status()).contentType(Headers.JSON).result(
        Json.mapper().writeValueAsBytes(ErrorBody.of(error.code(), error.getMessage(), error.innerCode())));
  }

  private static ApiError translate(Context context, Throwable failure) {
    if (failure instanceof HttpResponseException http && http.getStatus() == 404) {
      return Gate.notFound();
    }
    if (failure instanceof HttpResponseException http && http.getStatus() == 405) {
      return new ApiError(405, "MethodNotAllowed", "The method is not one that this URI takes.");
    }
    if (failure instanceof HttpResponseException http && http.getStatus() < 500) {
      return new ApiError(http.getStatus(), "BadRequest", "The request cannot be read.");
    }
    return new ApiError(500, "InternalServerError", null, "The service failed. The operator finds request "
        + context.res().getHeader(Headers.REQUEST_ID) + " in its log.", failure);
  }
}
