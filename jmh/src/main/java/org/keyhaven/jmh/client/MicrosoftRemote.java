package org.keyhaven.jmh.client;

import com.azure.core.credential.AccessToken;
import com.azure.core.credential.TokenCredential;
import com.azure.core.http.HttpClient;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.security.keyvault.keys.cryptography.CryptographyClient;
import com.azure.security.keyvault.keys.cryptography.CryptographyClientBuilder;
import com.azure.security.keyvault.keys.cryptography.models.KeyWrapAlgorithm;
import com.azure.security.keyvault.keys.cryptography.models.SignatureAlgorithm;
import java.time.OffsetDateTime;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.jmh.harness.Connection;
import reactor.core.publisher.Mono;

final class MicrosoftRemote implements Remote {
  private final CryptographyClient rsa;
  private final CryptographyClient ec;

  MicrosoftRemote(Connection connection, BenchKeys keys) throws Exception {
    HttpClient http = new JdkHttpClientBuilder(java.net.http.HttpClient.newBuilder().sslContext(connection.tls())).build();
    AccessToken token = new AccessToken(connection.token(), OffsetDateTime.now().plusHours(1));
    rsa = client(keys.rsa(), http, request -> Mono.just(token));
    ec = client(keys.ec(), http, request -> Mono.just(token));
  }

  private static CryptographyClient client(ObjectId key, HttpClient http, TokenCredential credential) {
    return new CryptographyClientBuilder().keyIdentifier(key.toString()).credential(credential).httpClient(http)
        .disableChallengeResourceVerification().buildClient();
  }

  @Override
  public byte[] signRs256(byte[] digest) {
    return rsa.sign(SignatureAlgorithm.RS256, digest).getSignature();
  }

  @Override
  public byte[] signEs256(byte[] digest) {
    return ec.sign(SignatureAlgorithm.ES256, digest).getSignature();
  }

  @Override
  public boolean verifyRs256(byte[] digest, byte[] signature) {
    return rsa.verify(SignatureAlgorithm.RS256, digest, signature).isValid();
  }

  @Override
  public byte[] unwrap(byte[] wrapped) {
    return rsa.unwrapKey(KeyWrapAlgorithm.RSA_OAEP_256, wrapped).getKey();
  }

  /** Microsoft's clients have nothing to close. */
  @Override
  public void close() { }
}
