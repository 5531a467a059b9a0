package org.keyhaven.client;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.keyhaven.client.http.Answer;
import org.keyhaven.client.http.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The last link: one request over the wire. Logs method, path, status and time, never headers or bodies. */
final class ExchangeLink implements Link {
  private static final Logger LOG = LoggerFactory.getLogger(KeyhavenClient.class);

  private final Exchange exchange;

  ExchangeLink(Exchange exchange) {
    this.exchange = exchange;
  }

  @Override
  public Answer send(Call call) throws IOException {
    Map<String, String> headers = new HashMap<>(4);
    headers.put("Accept", "application/json");
    headers.put("x-ms-client-request-id", call.id());
    if (call.authorization() != null) {
      headers.put("Authorization", call.authorization());
    }
    String method = call.operation().method();
    // A POST or PATCH without a body still says so: some servers want its length.
    byte[] body = call.body() == null && !method.equals("GET") && !method.equals("DELETE") ? new byte[0] : call.body();
    long start = System.nanoTime();
    Answer answer = exchange.send(method, call.uri(), headers, body, "application/json", call.deadline());
    if (LOG.isDebugEnabled()) {
      LOG.debug("{} {} {} {} ms, request {}", method, call.uri().getRawPath(), answer.status(),
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start), call.id());
    }
    return answer;
  }
}
