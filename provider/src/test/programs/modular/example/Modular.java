package example;

import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Security;
import java.security.Signature;
import org.keyhaven.client.KeyhavenClient;
import org.keyhaven.provider.KeyhavenProvider;

/** Signs with a key in the vault, and says where the classes are from. */
public final class Modular {
  private Modular() { }

  public static void main(String[] arguments) throws Exception {
    Security.addProvider(new KeyhavenProvider().configure(arguments[0]));
    KeyStore store = KeyStore.getInstance("Keyhaven");
    store.load(null, null);
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign((PrivateKey) store.getKey(arguments[1], null));
    signature.update(new byte[10]);
    byte[] signed = signature.sign();
    signature.initVerify(store.getCertificate(arguments[1]));
    signature.update(new byte[10]);
    System.out.println(Modular.class.getModule() + " with " + KeyhavenProvider.class.getModule() + " and "
        + KeyhavenClient.class.getModule() + ", verified: " + signature.verify(signed));
  }
}
