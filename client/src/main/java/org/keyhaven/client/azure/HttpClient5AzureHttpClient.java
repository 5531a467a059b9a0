package org.keyhaven.client.azure;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.keyhaven.client.http.Answer;
import org.keyhaven.client.http.Deadline;
import org.keyhaven.client.http.Exchange;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** azure-core's HTTP client over ours. Answers are read whole, up to 16 MiB. Thread-safe. */
final class HttpClient5AzureHttpClient implements HttpClient {
  private final Exchange exchange;
  private final Duration timeout;

  HttpClient5AzureHttpClient(Exchange exchange, Duration timeout) {
    this.exchange = exchange;
    this.timeout = timeout;
  }

  @Override
  public Mono<HttpResponse> send(HttpRequest request) {
    return Mono.fromCallable(() -> exchange(request)).subscribeOn(Schedulers.boundedElastic());
  }

  @Override
  public HttpResponse sendSync(HttpRequest request, Context context) {
    try {
      return exchange(request);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private HttpResponse exchange(HttpRequest request) throws IOException {
    Map<String, String> headers = new LinkedHashMap<>();
    request.getHeaders().stream()
        // Both follow from the body.
        .filter(header -> !header.getName().equalsIgnoreCase("Content-Length") && !header.getName().equalsIgnoreCase("Content-Type"))
        .forEach(header -> headers.put(header.getName(), header.getValue()));
    byte[] body = request.getBodyAsBinaryData() == null ? null : request.getBodyAsBinaryData().toBytes();
    String method = request.getHttpMethod().toString();
    if (body == null && (method.equals("POST") || method.equals("PUT") || method.equals("PATCH"))) {
      body = new byte[0];
    }
    try {
      Answer answer = exchange.send(method, request.getUrl().toURI(), headers, body,
          request.getHeaders().getValue(HttpHeaderName.CONTENT_TYPE), Deadline.after(timeout));
      return new BufferedResponse(request, answer);
    } catch (URISyntaxException e) {
      throw new IOException("not an address: " + request.getUrl(), e);
    }
  }
}
