package org.keyhaven.samples;

import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.util.Base64;
import java.util.Collections;
import org.keyhaven.provider.KeyhavenProvider;

/**
 * Signs with a key in a vault, and verifies with its public half as any JVM would.
 *
 * <pre>java -cp ... org.keyhaven.samples.SignAndVerify CONNECTION_FILE ALIAS ALGORITHM</pre>
 */
public final class SignAndVerify {
  private SignAndVerify() { }

  public static void main(String[] args) throws Exception {
    if (args.length != 3) {
      System.err.println("usage: SignAndVerify CONNECTION_FILE ALIAS ALGORITHM, for instance"
          + " ~/.keyhaven/connection.env release SHA256withECDSA");
      System.exit(2);
    }
    Provider keyhaven = new KeyhavenProvider().configure(args[0]);
    Security.addProvider(keyhaven);

    KeyStore vault = KeyStore.getInstance("Keyhaven");
    vault.load(null, null);
    PrivateKey key = (PrivateKey) vault.getKey(args[1], null);
    if (key == null) {
      throw new KeyStoreException("the vault has no key " + args[1] + "; it has " + Collections.list(vault.aliases()));
    }
    byte[] message = "made by a key that nobody has seen".getBytes(StandardCharsets.UTF_8);

    // The key picks the provider: only a hash of the message travels to the vault.
    Signature signer = Signature.getInstance(args[2]);
    signer.initSign(key);
    signer.update(message);
    byte[] signature = signer.sign();

    // A public key is an ordinary key: the JDK verifies, with no call to the vault.
    PublicKey publicKey = vault.getCertificate(args[1]).getPublicKey();
    Signature verifier = Signature.getInstance(args[2]);
    verifier.initVerify(publicKey);
    verifier.update(message);
    if (!verifier.verify(signature)) {
      throw new IllegalStateException("the signature is wrong");
    }
    System.out.println(args[2] + " by " + signer.getProvider().getName() + ", verified by " + verifier.getProvider().getName()
        + ": " + Base64.getEncoder().encodeToString(signature));
  }
}
