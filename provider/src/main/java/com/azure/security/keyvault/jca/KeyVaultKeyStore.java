package com.azure.security.keyvault.jca;

import java.io.IOException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;

/** The key store's names, and how programs open it. The key store itself comes from {@code KeyStore.getInstance}. */
public final class KeyVaultKeyStore {
  /** The type: another name of {@code Keyhaven}. */
  public static final String KEY_STORE_TYPE = "AzureKeyVault";

  /** The same. */
  public static final String ALGORITHM_NAME = KEY_STORE_TYPE;

  private KeyVaultKeyStore() { }

  /**
   * Opens the vault that the system properties name, with a provider that is installed.
   *
   * @throws IOException when the configuration is unusable
   */
  public static KeyStore getKeyVaultKeyStoreBySystemProperty()
      throws CertificateException, NoSuchAlgorithmException, KeyStoreException, IOException {
    KeyStore store = KeyStore.getInstance(KEY_STORE_TYPE);
    store.load(null, null);
    return store;
  }
}
