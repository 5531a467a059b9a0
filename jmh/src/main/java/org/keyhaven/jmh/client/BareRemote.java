package org.keyhaven.jmh.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.keyhaven.client.wire.ApiVersion;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.jmh.harness.Connection;

/** The floor of a client on HttpClient 5: bodies are put together and answers taken apart as text, with no JSON library. */
final class BareRemote implements Remote {
  private static final int MOST_CONNECTIONS = 64;

  private final CloseableHttpClient http;
  private final String authorization;
  private final BenchKeys keys;

  BareRemote(Connection connection, BenchKeys keys) throws Exception {
    this.keys = keys;
    this.authorization = "Bearer " + connection.token();
    this.http = HttpClients.custom()
        .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
            .setTlsSocketStrategy(new DefaultClientTlsStrategy(connection.tls()))
            .setMaxConnTotal(MOST_CONNECTIONS).setMaxConnPerRoute(MOST_CONNECTIONS).build())
        .disableAutomaticRetries().disableCookieManagement().disableRedirectHandling().disableAuthCaching()
        .build();
  }

  @Override
  public byte[] signRs256(byte[] digest) throws IOException {
    return value(post(keys.rsa(), "sign", "{\"alg\":\"RS256\",\"value\":\"" + base64(digest) + "\"}"));
  }

  @Override
  public byte[] signEs256(byte[] digest) throws IOException {
    return value(post(keys.ec(), "sign", "{\"alg\":\"ES256\",\"value\":\"" + base64(digest) + "\"}"));
  }

  @Override
  public boolean verifyRs256(byte[] digest, byte[] signature) throws IOException {
    return post(keys.rsa(), "verify", "{\"alg\":\"RS256\",\"digest\":\"" + base64(digest) + "\",\"value\":\""
        + base64(signature) + "\"}").contains("\"value\":true");
  }

  @Override
  public byte[] unwrap(byte[] wrapped) throws IOException {
    return value(post(keys.rsa(), "unwrapkey", "{\"alg\":\"RSA-OAEP-256\",\"value\":\"" + base64(wrapped) + "\"}"));
  }

  @Override
  public void close() throws IOException {
    http.close();
  }

  private String post(ObjectId key, String operation, String body) throws IOException {
    HttpPost request = new HttpPost(key + "/" + operation + "?api-version=" + ApiVersion.CLIENT_DEFAULT.wireName());
    request.setHeader("Authorization", authorization);
    request.setEntity(new ByteArrayEntity(body.getBytes(StandardCharsets.US_ASCII), ContentType.APPLICATION_JSON));
    return http.execute(request, answer -> {
      if (answer.getCode() != 200) {
        throw new IOException("status " + answer.getCode());
      }
      return EntityUtils.toString(answer.getEntity(), StandardCharsets.UTF_8);
    });
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static byte[] value(String answer) {
    int start = answer.indexOf("\"value\":\"") + "\"value\":\"".length();
    return Base64.getUrlDecoder().decode(answer.substring(start, answer.indexOf('"', start)));
  }
}
