package org.keyhaven.client.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyManagementException;
import java.security.KeyStore;
import java.security.NoSuchProviderException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Which servers are trusted. TLS comes from the JDK's own providers by name: the connection to the vault must not depend on a
 * provider that itself needs the vault.
 */
public final class Trust {
  static final String JSSE = "SunJSSE";
  /** Types of key stores that are vaults themselves: reading one to find out how to reach it would never end. */
  private static final List<String> VAULTS = List.of("Keyhaven", "AzureKeyVault");

  private Trust() { }

  /**
   * The platform's trust: {@code javax.net.ssl.trustStore}, or else the JDK's own certificates, also where
   * {@code javax.net.ssl.trustStoreType} is a vault; with the platform's client certificate ({@link ClientKeys#platform}).
   */
  public static SSLContext platform() throws IOException {
    return platform(ClientKeys.platform());
  }

  /** The platform's trust, and a client certificate. */
  public static SSLContext platform(ClientKeys keys) throws IOException {
    return guarded(() -> context(trustManagers(null), keys));
  }

  /**
   * The certificates of a PEM file alone.
   *
   * @throws IOException when the file cannot be read, holds no certificate, or this JVM has no SunJSSE
   */
  public static SSLContext of(Path pem, ClientKeys keys) throws IOException {
    return guarded(() -> context(trustManagers(keyStore(certificates(pem))), keys));
  }

  /**
   * The platform's trust and client certificate, and the certificates of a PEM file in addition. The platform's, more than a hundred,
   * are read once a server comes up that the file alone does not vouch for.
   */
  public static SSLContext platformAnd(Path pem) throws IOException {
    return guarded(() -> {
      Collection<? extends Certificate> added = certificates(pem);
      TrustManager both = new FallbackTrust(extended(keyStore(added)), () -> {
        List<Certificate> all = new ArrayList<>(added);
        all.addAll(List.of(extended(null).getAcceptedIssuers()));
        return extended(keyStore(all));
      });
      return context(new TrustManager[] {both}, ClientKeys.platform());
    });
  }

  private static SSLContext context(TrustManager[] managers, ClientKeys keys) throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS", JSSE);
    context.init(keys.managers(), managers, null);
    return context;
  }

  /** @param anchors null for the platform's */
  private static TrustManager[] trustManagers(KeyStore anchors) throws GeneralSecurityException, IOException {
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX", JSSE);
    String type = System.getProperty("javax.net.ssl.trustStoreType", KeyStore.getDefaultType());
    factory.init(anchors == null && isVault(type) ? ofJdk() : anchors);
    return factory.getTrustManagers();
  }

  private static boolean isVault(String storeType) {
    for (String vault : VAULTS) {
      if (vault.equalsIgnoreCase(storeType)) {
        return true;
      }
    }
    return false;
  }

  /** The JDK's own certificates, where SunJSSE looks for them when no property names a trust store. */
  private static KeyStore ofJdk() throws GeneralSecurityException, IOException {
    Path folder = Path.of(System.getProperty("java.home"), "lib", "security");
    Path site = folder.resolve("jssecacerts");
    KeyStore store = KeyStore.getInstance("JKS", "SUN");
    try (InputStream in = Files.newInputStream(Files.exists(site) ? site : folder.resolve("cacerts"))) {
      store.load(in, null);
    }
    return store;
  }

  /** SunJSSE's managers verify host names and algorithms too. */
  private static X509ExtendedTrustManager extended(KeyStore anchors) throws GeneralSecurityException, IOException {
    for (TrustManager manager : trustManagers(anchors)) {
      if (manager instanceof X509ExtendedTrustManager x509) {
        return x509;
      }
    }
    throw new KeyManagementException("SunJSSE has no trust manager for X.509");
  }

  private static KeyStore keyStore(Collection<? extends Certificate> certificates) throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("JKS", "SUN");
    store.load(null, null);
    int number = 0;
    for (Certificate certificate : certificates) {
      store.setCertificateEntry("trusted-" + number++, certificate);
    }
    return store;
  }

  private static Collection<? extends Certificate> certificates(Path pem) throws GeneralSecurityException, IOException {
    Collection<? extends Certificate> certificates = CertificateFactory.getInstance("X.509", "SUN")
        .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(pem)));
    if (certificates.isEmpty()) {
      throw new IOException("no certificate in it");
    }
    return certificates;
  }

  private static SSLContext guarded(Source source) throws IOException {
    try {
      return source.make();
    } catch (NoSuchProviderException e) {
      throw new IOException("this JVM lacks the JDK's provider that TLS needs (" + e.getMessage()
          + "); give the client an SSLContext of your own", e);
    } catch (GeneralSecurityException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private interface Source {
    SSLContext make() throws GeneralSecurityException, IOException;
  }
}
