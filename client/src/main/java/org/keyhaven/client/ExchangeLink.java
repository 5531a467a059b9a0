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
  static final String BODY_TYPE = "application/json";
  private static final Logger LOG = LoggerFactory.getLogger(KeyhavenClient.class);

  private final Exchange exchange;

  ExchangeLink(Exchange exchange) {
    this.exchange = exchange;
  }

  @Override
  public Answer send(Call call) throws IOException {
    long start = System.nanoTime();
    Answer answer = exchange.send(call.operation().method(), call.uri(), headers(call), body(call), BODY_TYPE, call.deadline());
    log(call, answer, start);
    return answer;
  }

  static Map<String, String> headers(Call call) {
    Map<String, String> headers = new HashMap<>(4);
    headers.put("Accept", "application/json");
    headers.put("x-ms-client-request-id", call.id());
    if (call.authorization() != null) {
      headers.put("Authorization", call.authorization());
    }
    return headers;
  }

  /** A POST or PATCH without a body still says so: some servers want its length. */
  static byte[] body(Call call) {
    String method = call.operation().method();
    return call.body() == null && !method.equals("GET") && !method.equals("DELETE") ? new byte[0] : call.body();
  }

  static void log(Call call, Answer answer, long startNanos) {
    if (LOG.isDebugEnabled()) {
      LOG.debug("{} {} {} {} ms, request {}", call.operation().method(), call.uri().getRawPath(), answer.status(),
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos), call.id());
    }
  }
}
