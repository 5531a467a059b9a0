package org.keyhaven.server.http;

import java.util.Locale;
import java.util.Set;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;

/**
 * What shipping clients do to a request line, undone before routing: empty path segments ({@code /keys/NAME//sign}, a slash
 * at the end) mean the latest version, and a POST with X-HTTP-METHOD stands in for the method it names. Javalin's own header
 * of that purpose, which works on any method, is taken away.
 */
final class RequestNormalizer implements HttpConfiguration.Customizer {
  private static final Set<String> STAND_INS = Set.of("PUT", "PATCH", "DELETE");
  private static final String JAVALIN_OVERRIDE = "X-HTTP-Method-Override";

  @Override
  public Request customize(Request request, HttpFields.Mutable responseHeaders) {
    String method = method(request);
    HttpURI uri = uri(request.getHttpURI());
    HttpFields headers = headers(request.getHeaders());
    if (method.equals(request.getMethod()) && uri == request.getHttpURI() && headers == request.getHeaders()) {
      return request;
    }
    return new Request.Wrapper(request) {
      @Override
      public String getMethod() {
        return method;
      }

      @Override
      public HttpURI getHttpURI() {
        return uri;
      }

      @Override
      public HttpFields getHeaders() {
        return headers;
      }
    };
  }

  private static String method(Request request) {
    String standIn = request.getHeaders().get("X-HTTP-METHOD");
    String upper = standIn == null ? "" : standIn.toUpperCase(Locale.ROOT);
    return "POST".equals(request.getMethod()) && STAND_INS.contains(upper) ? upper : request.getMethod();
  }

  private static HttpFields headers(HttpFields headers) {
    return headers.contains(JAVALIN_OVERRIDE) ? HttpFields.build(headers).remove(JAVALIN_OVERRIDE).asImmutable() : headers;
  }

  private static HttpURI uri(HttpURI uri) {
    String path = uri.getPath();
    if (path == null || !path.contains("//") && (!path.endsWith("/") || path.length() == 1)) {
      return uri;
    }
    String single = path.replaceAll("/{2,}", "/");
    String trimmed = single.length() > 1 && single.endsWith("/") ? single.substring(0, single.length() - 1) : single;
    return HttpURI.build(uri).path(trimmed).asImmutable();
  }
}
