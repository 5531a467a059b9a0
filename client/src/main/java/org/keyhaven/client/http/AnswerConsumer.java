package org.keyhaven.client.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.nio.AsyncResponseConsumer;
import org.apache.hc.core5.http.nio.CapacityChannel;
import org.apache.hc.core5.http.protocol.HttpContext;

/** Collects one answer as it arrives, up to a limit. */
final class AnswerConsumer implements AsyncResponseConsumer<Answer> {
  private final int limit;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private HttpResponse head;
  private FutureCallback<Answer> done;

  AnswerConsumer(int limit) {
    this.limit = limit;
  }

  @Override
  public void consumeResponse(HttpResponse response, EntityDetails entity, HttpContext context, FutureCallback<Answer> callback)
      throws IOException {
    head = response;
    done = callback;
    if (entity == null) {
      callback.completed(new Answer(response, new byte[0]));
    } else if (entity.getContentLength() > limit) {
      throw new AnswerTooLargeException(limit);
    }
  }

  /** 1xx says nothing that is of use here. */
  @Override
  public void informationResponse(HttpResponse response, HttpContext context) { }

  @Override
  public void updateCapacity(CapacityChannel channel) throws IOException {
    channel.update(Integer.MAX_VALUE);
  }

  @Override
  public void consume(ByteBuffer source) throws IOException {
    if (source.remaining() > limit - body.size()) {
      throw new AnswerTooLargeException(limit);
    }
    byte[] bytes = new byte[source.remaining()];
    source.get(bytes);
    body.write(bytes);
  }

  @Override
  public void streamEnd(List<? extends Header> trailers) {
    done.completed(new Answer(head, body.toByteArray()));
  }

  /** The exchange's own callback tells of it. */
  @Override
  public void failed(Exception cause) { }

  @Override
  public void releaseResources() { }
}
