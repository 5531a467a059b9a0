package org.keyhaven.server.http;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;

/**
 * What shipping clients do to a request line, undone before routing: empty path segments ({@code /keys/NAME//sign}, a slash
 * at the end) mean the latest version, and a POST with X-HTTP-METHOD stands in for the method it names. Javalin's own header
 * of that purpose, which works on any method, is taken away. The authority of HTTP/2 becomes the header Host that everything
 * behind reads.
 */
final class RequestNormalizer implements HttpConfiguration.Customizer {
  private static final Set<String> STAND_INS = Set.of("PUT", "PATCH", "DELETE");
  private static final String JAVALIN_OVERRIDE = "X-HTTP-Method-Override";

  @Override
  public Request customize(Request request, HttpFields.Mutable responseHeaders) {
    String method = method(request);
    HttpURI uri = uri(request.getHttpURI());
    HttpFields headers = headers(request);
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

  private static HttpFields headers(Request request) {
    HttpFields headers = request.getHeaders();
    String host = missingHost(request);
    if (host == null && !headers.contains(JAVALIN_OVERRIDE)) {
      return headers;
    }
    HttpFields.Mutable changed = HttpFields.build(headers).remove(JAVALIN_OVERRIDE);
    return (host == null ? changed : changed.put(HttpHeader.HOST, host)).asImmutable();
  }

  /** The authority of a request that need not have a Host; two that differ are one too many (RFC 9113, section 8.3.1). */
  private static String missingHost(Request request) {
    String authority = request.getHttpURI().getAuthority();
    if (request.getConnectionMetaData().getHttpVersion() != HttpVersion.HTTP_2 || authority == null) {
      return null;
    }
    List<String> hosts = request.getHeaders().getValuesList(HttpHeader.HOST);
    if (hosts.isEmpty()) {
      return authority;
    }
    if (hosts.size() > 1 || !hosts.get(0).equalsIgnoreCase(authority)) {
      throw new HttpException.RuntimeException(HttpStatus.BAD_REQUEST_400, "Host is not the authority");
    }
    return null;
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
