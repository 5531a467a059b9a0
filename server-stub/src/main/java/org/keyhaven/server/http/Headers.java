package org.keyhaven.server.http;

import io.javalin.http.Context;
import java.util.UUID;
import java.util.regex.Pattern;
import org.keyhaven.client.wire.BuildVersion;

/** The response headers of the API. */
final class Headers {
  static final String REQUEST_ID = "x-ms-request-id";
  static final String JSON = "application/json; charset=utf-8";

  private static final String CLIENT_REQUEST_ID = "x-ms-client-request-id";
  private static final Pattern ECHOED = Pattern.compile("[!-~]{1,128}");

  private Headers() { }

  static void start(Context context) {
    context.header(REQUEST_ID, UUID.randomUUID().toString());
    context.header("x-ms-keyvault-service-version", BuildVersion.get());
    context.header("x-ms-keyvault-region", "local");
    context.header("Cache-Control", "no-store");
    context.header("X-Content-Type-Options", "nosniff");
    String clientId = context.header(CLIENT_REQUEST_ID);
    if (clientId != null && ECHOED.matcher(clientId).matches()) {
      context.header(CLIENT_REQUEST_ID, clientId);
    }
  }
}
