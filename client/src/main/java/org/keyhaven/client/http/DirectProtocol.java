package org.keyhaven.client.http;

import java.io.IOException;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;

/**
 * Stands in HttpClient's chain where no proxy is, in place of its link that gives passwords to servers and proxies. Nobody is given
 * one there, and that link takes the address of every request apart for it, a tenth of a call's work. Reads the body at once,
 * and gives the connection back. Thread-safe.
 */
final class DirectProtocol implements ExecChainHandler {
  private final BodyReader bodies;

  DirectProtocol(BodyReader bodies) {
    this.bodies = bodies;
  }

  @Override
  public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
      throws IOException, HttpException {
    boolean whole = false;
    try {
      if (request.getAuthority().getUserInfo() != null) {
        throw new ProtocolException("an address with a user in it");
      }
      ClassicHttpResponse response = chain.proceed(request, scope);
      response.setEntity(new ByteArrayEntity(bodies.read(response.getEntity()), null));
      scope.execRuntime.releaseEndpoint();
      whole = true;
      return response;
    } finally {
      if (!whole) {
        scope.execRuntime.discardEndpoint();
      }
    }
  }
}
