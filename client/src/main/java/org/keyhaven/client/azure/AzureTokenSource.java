package org.keyhaven.client.azure;

import com.azure.core.credential.TokenCredential;
import java.io.IOException;
import java.util.Objects;
import org.keyhaven.client.AccessToken;
import org.keyhaven.client.TokenRequest;
import org.keyhaven.client.TokenSource;

/** Any credential of Azure Identity, or of the caller's own making, as a source of tokens. Thread-safe as the credential is. */
public final class AzureTokenSource implements TokenSource {
  private final TokenCredential credential;

  public AzureTokenSource(TokenCredential credential) {
    this.credential = Objects.requireNonNull(credential, "credential");
  }

  @Override
  public AccessToken token(TokenRequest request) throws IOException {
    throw new UnsupportedOperationException(credential.getClass().getName());
  }

  @Override
  public String toString() {
    return "Azure credential " + credential.getClass().getName();
  }
}
