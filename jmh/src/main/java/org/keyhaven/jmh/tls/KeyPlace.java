package org.keyhaven.jmh.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Security;
import org.keyhaven.jmh.harness.Connection;
import org.keyhaven.provider.KeyhavenProvider;

/** Where the private key of a TLS endpoint is. */
public enum KeyPlace {
  /** In a vault, whose HSM signs. */
  VAULT {
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
  /** In this process, from a PKCS#12 file. */
  PROCESS {
    @Override
    KeyStore open(TlsKeys keys, String key) throws GeneralSecurityException, IOException {
      return keys.local(key);
    }
  };

  abstract KeyStore open(TlsKeys keys, String key) throws GeneralSecurityException, IOException;
}
