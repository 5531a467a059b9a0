package org.keyhaven.server.http;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.keyhaven.server.ApiError;

class ErrorAnswersTest {
  /** As one is that has ended, because the client reset it while it was answered. */
  private static Context over() {
    return (Context) Proxy.newProxyInstance(Context.class.getClassLoader(), new Class<?>[] {Context.class},
        (self, method, given) -> {
          throw new IllegalStateException("Response does not exist (likely recycled)");
        });
  }

  /** Javalin would have whatever is thrown answered in the same way, and so on for ever. */
  @Test
  void aFailureThatCanBeToldToNobodyIsNoFurtherFailure() {
    for (Exception failure : List.of(new ApiError(403, "Forbidden", "no"), new NotFoundResponse(),
        new IllegalStateException("Response does not exist (likely recycled)"))) {
      assertThatCode(() -> ErrorAnswers.write(over(), failure)).doesNotThrowAnyException();
    }
  }
}
