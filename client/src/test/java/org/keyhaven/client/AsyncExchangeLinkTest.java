package org.keyhaven.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.keyhaven.client.http.Answer;
import org.keyhaven.client.http.AsyncExchange;
import org.keyhaven.client.http.Deadline;

class AsyncExchangeLinkTest {
  private final List<String> sent = new ArrayList<>();
  private final AsyncExchangeLink link = new AsyncExchangeLink(new AsyncExchange() {
    @Override
    public CompletableFuture<Answer> send(String method, URI uri, Map<String, String> headers, byte[] body, String contentType,
        Deadline deadline) {
      sent.add(method + " " + uri.getPath());
      return new CompletableFuture<>();
    }

    @Override
    public void close() { }
  });
  private final Call call = new Call(Operation.KEY_CREATE, URI.create("https://vault.example/keys/web/create"), new byte[] {'{', '}'},
      "id", Deadline.after(Duration.ofSeconds(20)), "Bearer the-token");

  @Test
  void whatWasGivenUpBeforeItsTurnIsNotSent() {
    Flight flight = new Flight();
    flight.end();
    assertThat(link.send(call, flight)).isCancelled();
    assertThat(sent).isEmpty();
  }

  @Test
  void givingUpCancelsWhatIsUnderWay() {
    Flight flight = new Flight();
    CompletableFuture<Answer> answer = link.send(call, flight);
    assertThat(sent).containsExactly("POST /keys/web/create");
    assertThat(answer).isNotDone();
    flight.end();
    assertThat(answer).isCompletedExceptionally();
  }
}
