package org.keyhaven.client.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import org.apache.hc.core5.http.ssl.TlsCiphers;
import org.junit.jupiter.api.Test;

class TrustedTest {
  @Test
  void whatHttpClientCallsWeakIsNotOffered() throws NoSuchAlgorithmException {
    String[] all = SSLContext.getDefault().getSocketFactory().getSupportedCipherSuites();
    assertThat(Trusted.strong(all)).isNotEmpty().containsExactly(TlsCiphers.excludeWeak(all));
    String[] old = {"TLS_AES_128_GCM_SHA256", "TLS_RSA_WITH_NULL_SHA256", "TLS_NULL_WITH_NULL_NULL", "SSL_DH_anon_WITH_RC4_128_MD5",
        "TLS_ECDH_anon_WITH_AES_128_CBC_SHA", "SSL_RSA_EXPORT_WITH_DES40_CBC_SHA", "SSL_RSA_WITH_DES_CBC_SHA",
        "SSL_DHE_RSA_WITH_3DES_EDE_CBC_SHA", "SSL_RSA_EXPORT_WITH_RC2_CBC_40_MD5", "TLS_KRB5_EXPORT_WITH_DES_CBC_40_MD5",
        "TLS_ECDHE_RSA_WITH_RC4_128_SHA"};
    assertThat(TlsCiphers.excludeWeak(old)).containsExactly("TLS_AES_128_GCM_SHA256");
    assertThat(Trusted.strong(old)).containsExactly("TLS_AES_128_GCM_SHA256");
  }
}
