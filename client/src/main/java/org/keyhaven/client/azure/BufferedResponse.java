package org.keyhaven.client.azure;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpHeaders;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.BinaryData;
import com.azure.core.util.CoreUtils;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import org.keyhaven.client.http.Answer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** An answer that is already here, as azure-core wants to see it. */
final class BufferedResponse extends HttpResponse {
  private final Answer answer;
  private final HttpHeaders headers = new HttpHeaders();

  BufferedResponse(HttpRequest request, Answer answer) {
    super(request);
    this.answer = answer;
    answer.forEachHeader((name, value) -> headers.add(HttpHeaderName.fromString(name), value));
  }

  @Override
  public int getStatusCode() {
    return answer.status();
  }

  /** @deprecated as it is in azure-core */
  @Deprecated
  @Override
  public String getHeaderValue(String name) {
    return headers.getValue(HttpHeaderName.fromString(name));
  }

  @Override
  public HttpHeaders getHeaders() {
    return headers;
  }

  @Override
  public Flux<ByteBuffer> getBody() {
    return answer.body().length == 0 ? Flux.empty() : Flux.defer(() -> Flux.just(ByteBuffer.wrap(answer.body())));
  }

  @Override
  public BinaryData getBodyAsBinaryData() {
    return BinaryData.fromBytes(answer.body());
  }

  @Override
  public Mono<byte[]> getBodyAsByteArray() {
    return answer.body().length == 0 ? Mono.empty() : Mono.just(answer.body());
  }

  @Override
  public Mono<String> getBodyAsString() {
    return getBodyAsByteArray()
        .map(bytes -> CoreUtils.bomAwareToString(bytes, headers.getValue(HttpHeaderName.CONTENT_TYPE)));
  }

  @Override
  public Mono<String> getBodyAsString(Charset charset) {
    return getBodyAsByteArray().map(bytes -> new String(bytes, charset));
  }

  @Override
  public HttpResponse buffer() {
    return this;
  }
}
