package org.keyhaven.client.http;

import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpResponse;

/** A complete answer: status, headers, and the body, which is empty when there is none. */
public final class Answer {
  private final HttpResponse head;
  private final byte[] body;

  Answer(HttpResponse head, byte[] body) {
    this.head = head;
    this.body = body;
  }

  public int status() {
    return head.getCode();
  }

  /** The first header of the name, in any case; null when there is none. */
  public String header(String name) {
    Header header = head.getFirstHeader(name);
    return header == null ? null : header.getValue();
  }

  /** Every header of the name, in any case. */
  public List<String> headers(String name) {
    return Arrays.stream(head.getHeaders(name)).map(Header::getValue).toList();
  }

  public void forEachHeader(BiConsumer<String, String> action) {
    for (Header header : head.getHeaders()) {
      action.accept(header.getName(), header.getValue());
    }
  }

  /** Not copied. */
  public byte[] body() {
    return body;
  }
}
