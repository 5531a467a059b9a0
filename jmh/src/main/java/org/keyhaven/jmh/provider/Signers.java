package org.keyhaven.jmh.provider;

import com.azure.security.keyvault.jca.KeyVaultJcaProvider;
import com.azure.security.keyvault.jca.KeyVaultLoadStoreParameter;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.util.EnumMap;
import java.util.Map;
import net.jsign.KeyStoreBuilder;
import org.keyhaven.client.CryptographyClient;
import org.keyhaven.client.KeyhavenClient;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.jmh.harness.Connection;
import org.keyhaven.jmh.harness.MicrosoftJca;
import org.keyhaven.jmh.harness.PublicHalf;
import org.keyhaven.provider.KeyhavenProvider;

/** How each of {@link Through} is opened. */
final class Signers {
  private Signers() { }

  static Signer keyhaven(Connection connection, Inputs inputs) throws Exception {
    Provider provider = new KeyhavenProvider().configure(inputs.providerConfiguration().toString());
    Security.addProvider(provider);
    return loaded(KeyStore.getInstance("Keyhaven"), null, provider);
  }

  /** The class is Microsoft's own where its jar stands first on the class path, as it does in this contestant's JVM. */
  static Signer microsoft(Connection connection, Inputs inputs) throws Exception {
    Provider provider = new KeyVaultJcaProvider();
    Security.addProvider(provider);
    KeyVaultLoadStoreParameter parameter = new KeyVaultLoadStoreParameter(MicrosoftJca.vault(connection),
        connection.value("TENANT_ID"), connection.value("CLIENT_ID"), connection.value("CLIENT_SECRET"));
    parameter.disableChallengeResourceVerification();
    KeyStore store = KeyStore.getInstance("AzureKeyVault");
    store.load(parameter);
    return signer(store, null, provider);
  }

  static Signer jsign(Connection connection, Inputs inputs) throws Exception {
    KeyStoreBuilder builder = new KeyStoreBuilder().storetype("AZUREKEYVAULT").keystore(connection.vault().toString())
        .storepass(connection.token());
    return signer(builder.build(), null, builder.provider());
  }

  static Signer pkcs11(Connection connection, Inputs inputs) throws Exception {
    Provider provider = Security.getProvider("SunPKCS11").configure(inputs.pkcs11Configuration().toString());
    Security.addProvider(provider);
    return loaded(KeyStore.getInstance("PKCS11", provider), Inputs.PIN.toCharArray(), provider);
  }

  static Signer local(Connection connection, Inputs inputs) throws Exception {
    KeyStore store = KeyStore.getInstance(inputs.localKeys().toFile(), Inputs.PASSWORD.toCharArray());
    return signer(store, Inputs.PASSWORD.toCharArray(), null);
  }

  static Signer client(Connection connection, Inputs inputs) throws Exception {
    KeyhavenClient client = sdk(connection);
    Map<KeyKind, CryptographyClient> keys = new EnumMap<>(KeyKind.class);
    Map<KeyKind, PublicKey> publicKeys = new EnumMap<>(KeyKind.class);
    for (KeyKind kind : KeyKind.values()) {
      JsonWebKey key = client.keys().get(kind.alias()).key();
      keys.put(kind, client.cryptography(key.kid()));
      publicKeys.put(kind, PublicHalf.of(key));
    }
    return new ClientSigner(client, keys, publicKeys);
  }

  static KeyhavenClient sdk(Connection connection) throws GeneralSecurityException, IOException, InterruptedException {
    return connection.client(connection.token()).build();
  }

  private record ClientSigner(KeyhavenClient client, Map<KeyKind, CryptographyClient> keys,
      Map<KeyKind, PublicKey> publicKeys) implements Signer {
    @Override
    public byte[] sign(KeyKind kind, byte[] message) throws GeneralSecurityException {
      return keys.get(kind).sign(kind.algorithm(), MessageDigest.getInstance("SHA-256").digest(message));
    }

    @Override
    public PublicKey publicKey(KeyKind kind) {
      return publicKeys.get(kind);
    }

    @Override
    public void close() {
      client.close();
    }
  }

  private static Signer loaded(KeyStore store, char[] password, Provider provider)
      throws GeneralSecurityException, IOException {
    store.load(null, password);
    return signer(store, null, provider);
  }

  /** @param expected who must sign; null for any of the JDK's */
  private static Signer signer(KeyStore store, char[] keyPassword, Provider expected) throws GeneralSecurityException {
    Map<KeyKind, PrivateKey> keys = new EnumMap<>(KeyKind.class);
    Map<KeyKind, PublicKey> publicKeys = new EnumMap<>(KeyKind.class);
    for (KeyKind kind : KeyKind.values()) {
      PrivateKey key = (PrivateKey) store.getKey(kind.alias(), keyPassword);
      if (key == null) {
        throw new IllegalStateException("no key " + kind.alias() + " in " + store.getType());
      }
      keys.put(kind, key);
      publicKeys.put(kind, store.getCertificate(kind.alias()).getPublicKey());
    }
    return new JcaSigner(expected, keys, publicKeys);
  }

  private record JcaSigner(Provider provider, Map<KeyKind, PrivateKey> keys, Map<KeyKind, PublicKey> publicKeys)
      implements Signer {
    @Override
    public byte[] sign(KeyKind kind, byte[] message) throws GeneralSecurityException {
      Signature signature = provider == null ? Signature.getInstance(kind.jcaName())
          : Signature.getInstance(kind.jcaName(), provider);
      signature.initSign(keys.get(kind));
      signature.update(message);
      return signature.sign();
    }

    @Override
    public PublicKey publicKey(KeyKind kind) {
      return publicKeys.get(kind);
    }
  }
}
