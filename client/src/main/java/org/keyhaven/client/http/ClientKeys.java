package org.keyhaven.client.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/** The certificate that this side shows to a server that asks for one (mutual TLS). Immutable. */
public final class ClientKeys {
  private static final Pattern PKCS8 =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
  private static final List<String> JDK_STORES = List.of("SUN", "SunJSSE");

  private final KeyManager[] managers;

  private ClientKeys(KeyManager[] managers) {
    this.managers = managers;
  }

  /**
   * What the JVM's properties say: {@code javax.net.ssl.keyStore}, {@code .keyStorePassword} and {@code .keyStoreType}; files of the
   * types that the JDK itself reads. A store of another provider is left alone, since it may be this library's own.
   *
   * @throws IOException when the store cannot be opened
   */
  public static ClientKeys platform() throws IOException {
    String file = System.getProperty("javax.net.ssl.keyStore", "");
    String type = System.getProperty("javax.net.ssl.keyStoreType", KeyStore.getDefaultType());
    if (file.isEmpty() || file.equals("NONE")) {
      return new ClientKeys(null);
    }
    char[] password = System.getProperty("javax.net.ssl.keyStorePassword", "").toCharArray();
    for (String provider : JDK_STORES) {
      try {
        KeyStore store = KeyStore.getInstance(type.toLowerCase(Locale.ROOT), provider);
        try (InputStream in = Files.newInputStream(Path.of(file))) {
          store.load(in, password);
        }
        return of(store, password);
      } catch (java.security.KeyStoreException e) {
        // Not a type of this provider: the next one, or none.
        continue;
      } catch (GeneralSecurityException e) {
        throw new IOException("the key store " + file + " (javax.net.ssl.keyStore) cannot be used: " + e.getMessage(), e);
      }
    }
    return new ClientKeys(null);
  }

  /**
   * A pair of PEM files.
   *
   * @param certificates the client's certificate first, then its issuers
   * @param key PKCS#8, not encrypted ({@code BEGIN PRIVATE KEY})
   * @throws IOException when they cannot be read or are none
   */
  public static ClientKeys of(Path certificates, Path key) throws IOException {
    try {
      Collection<? extends Certificate> chain = CertificateFactory.getInstance("X.509", "SUN")
          .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(certificates)));
      if (chain.isEmpty()) {
        throw new IOException("no certificate in " + certificates);
      }
      Certificate[] certified = chain.toArray(new Certificate[0]);
      char[] password = {'p', 'e', 'm'};
      KeyStore store = KeyStore.getInstance("JKS", "SUN");
      store.load(null, null);
      store.setKeyEntry("client", privateKey(key, certified[0].getPublicKey().getAlgorithm()), password, certified);
      return of(store, password);
    } catch (GeneralSecurityException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /**
   * A key store of the caller's.
   *
   * @throws IOException when the password does not open its keys
   */
  public static ClientKeys of(KeyStore store, char[] password) throws IOException {
    try {
      KeyManagerFactory factory = KeyManagerFactory.getInstance("SunX509", Trust.JSSE);
      factory.init(store, password);
      return new ClientKeys(factory.getKeyManagers());
    } catch (UnrecoverableKeyException e) {
      throw new IOException("the password does not open the key of the client's certificate", e);
    } catch (GeneralSecurityException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static PrivateKey privateKey(Path file, String algorithm) throws IOException, GeneralSecurityException {
    byte[] pem = Files.readAllBytes(file);
    byte[] der = null;
    try {
      Matcher found = PKCS8.matcher(new String(pem, StandardCharsets.US_ASCII));
      if (!found.find()) {
        throw new IOException("no unencrypted PKCS#8 key (BEGIN PRIVATE KEY) in " + file
            + "; openssl pkcs8 -topk8 -nodes makes one of other forms");
      }
      der = Base64.getMimeDecoder().decode(found.group(1));
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (java.security.spec.InvalidKeySpecException e) {
      // Neither message nor cause is passed on: they may quote the key.
      throw new IOException("the key in " + file + " is not one of the certificate's kind, " + algorithm);
    } finally {
      Arrays.fill(pem, (byte) 0);
      if (der != null) {
        Arrays.fill(der, (byte) 0);
      }
    }
  }

  /** Null for none. */
  KeyManager[] managers() {
    return managers;
  }

  /** Without keys. */
  @Override
  public String toString() {
    return managers == null ? "no client certificate" : "a client certificate";
  }
}
