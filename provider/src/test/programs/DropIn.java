import com.azure.security.keyvault.jca.KeyVaultJcaProvider;
import com.azure.security.keyvault.jca.KeyVaultKeyStore;
import com.azure.security.keyvault.jca.KeyVaultLoadStoreParameter;
import java.net.InetAddress;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Security;
import java.security.Signature;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** What programs do with Microsoft's provider; compiled against its jar, and run with Keyhaven's. */
public final class DropIn {
  private DropIn() { }

  public static void main(String[] arguments) throws Exception {
    Security.addProvider(new KeyVaultJcaProvider());
    KeyStore store = arguments[0].equals("properties") ? KeyVaultKeyStore.getKeyVaultKeyStoreBySystemProperty()
        : byParameter(arguments);
    String alias = System.getProperty("alias");
    System.out.println("aliases: " + Collections.list(store.aliases()));
    System.out.println("key entry: " + store.isKeyEntry(alias));

    PrivateKey key = (PrivateKey) store.getKey(alias, null);
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(key);
    signature.update(new byte[100]);
    byte[] signed = signature.sign();
    System.out.println("signed by: " + signature.getProvider().getName());
    Signature verifier = Signature.getInstance("SHA256withECDSA");
    verifier.initVerify(store.getCertificate(alias));
    verifier.update(new byte[100]);
    System.out.println("verified: " + verifier.verify(signed));
    System.out.println("handshake: " + handshake(store));
    System.exit(0);
  }

  private static KeyStore byParameter(String[] arguments) throws Exception {
    KeyStore store = KeyStore.getInstance(KeyVaultKeyStore.KEY_STORE_TYPE, KeyVaultJcaProvider.PROVIDER_NAME);
    KeyVaultLoadStoreParameter parameter =
        new KeyVaultLoadStoreParameter(arguments[1], arguments[2], arguments[3], arguments[4]);
    parameter.disableChallengeResourceVerification();
    store.load(parameter);
    return store;
  }

  private static String handshake(KeyStore store) throws Exception {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, "".toCharArray());
    TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    try (SSLServerSocket server =
        (SSLServerSocket) tls.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Void> served = CompletableFuture.runAsync(() -> {
        try (SSLSocket socket = (SSLSocket) server.accept()) {
          socket.getOutputStream().write(socket.getInputStream().read());
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      });
      try (SSLSocket client = (SSLSocket) tls.getSocketFactory()
          .createSocket(InetAddress.getLoopbackAddress(), server.getLocalPort())) {
        client.getOutputStream().write(7);
        int answer = client.getInputStream().read();
        served.join();
        return client.getSession().getProtocol() + " " + answer;
      }
    }
  }
}
