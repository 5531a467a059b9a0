package org.keyhaven.server.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.keyhaven.client.wire.ErrorBody;
import org.keyhaven.server.json.Json;

/** The error body for requests so broken that they never reach a route. */
final class ConnectorErrors extends ErrorHandler {

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, Headers.JSON);
    response.write(true, body(response.getStatus()), callback);
    return true;
  }

  private static ByteBuffer body(int status) {
    String code = status < 500 ? "BadRequest" : "InternalServerError";
    return ByteBuffer.wrap(Json.mapper().writeValueAsBytes(ErrorBody.of(code, "The request cannot be read.", null)));
  }
}
