package org.keyhaven.jmh.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Security;
import javax.net.ssl.SSLContext;
import org.keyhaven.jmh.harness.Connection;
import org.keyhaven.provider.KeyhavenProvider;

/** Where the private key of a TLS endpoint is. */
public enum KeyPlace {
  /** In a vault, whose HSM signs. PKIX, as the documentation says, so that a rotation is seen. */
  VAULT("PKIX") {
    @Override
    KeyStore open(TlsKeys keys, String key) throws GeneralSecurityException, IOException {
      Path connection = Connection.ofWorker().file();
      // Of this one key: which of two suits a peer is not to be measured.
      System.setProperty("keyhaven.alias.filter", TlsKeys.alias(key));
      Security.removeProvider(KeyhavenProvider.NAME);
      Security.addProvider(new KeyhavenProvider().configure(connection.toString()));
      KeyStore store = KeyStore.getInstance(KeyhavenProvider.NAME);
      store.load(null, null);
      return store;
    }
  },
  /**
   * In this process, from a PKCS#12 file. SunX509, the JDK's default, which reads the key once; PKIX would decrypt it in
   * each handshake.
   */
  PROCESS("SunX509") {
    @Override
    KeyStore open(TlsKeys keys, String key) throws GeneralSecurityException, IOException {
      return keys.local(key);
    }
  };

  private final String keyManagers;

  KeyPlace(String keyManagers) {
    this.keyManagers = keyManagers;
  }

  /** A context that shows the certificate of this key. */
  SSLContext context(TlsKeys keys, String key) throws GeneralSecurityException, IOException {
    return keys.context(open(keys, key), keyManagers);
  }

  abstract KeyStore open(TlsKeys keys, String key) throws GeneralSecurityException, IOException;
}
