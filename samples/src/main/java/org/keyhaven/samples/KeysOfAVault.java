package org.keyhaven.samples;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.keyhaven.client.CryptographyClient;
import org.keyhaven.client.EncryptResult;
import org.keyhaven.client.KeyhavenClient;
import org.keyhaven.client.TokenSource;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.Keys.KeyBundle;
import org.keyhaven.client.wire.Keys.KeyCreateParameters;
import org.keyhaven.client.wire.Keys.KeyItem;
import org.keyhaven.client.wire.SignatureAlgorithm;

/**
 * The client without JCA: makes a key, signs and encrypts with it, rotates and deletes it. The environment says which
 * vault, and who calls: see {@code connection.env}.
 *
 * <pre>java -cp ... org.keyhaven.samples.KeysOfAVault NAME</pre>
 */
public final class KeysOfAVault {
  private KeysOfAVault() { }

  public static void main(String[] args) {
    var builder = KeyhavenClient.builder()
        .vault(URI.create(System.getenv("KEYHAVEN_VAULT_URL")))
        .tokenSource(TokenSource.fromEnvironment());              // AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, ...
    String ca = System.getenv("KEYHAVEN_CA_FILE");                // not set for Azure, whose certificates every JDK trusts
    try (KeyhavenClient client = (ca == null ? builder : builder.caFile(Path.of(ca))).build()) {
      tour(client, args[0]);
    }
  }

  static void tour(KeyhavenClient client, String name) {
    byte[] message = "for the vault's eyes only".getBytes(StandardCharsets.UTF_8);

    KeyBundle key = client.keys().create(name, KeyCreateParameters.rsa(2048).inHsm());
    CryptographyClient rsa = client.cryptography(key.key().kid());
    byte[] signature = rsa.signData(SignatureAlgorithm.PS256, message);
    boolean good = rsa.verifyData(SignatureAlgorithm.PS256, message, signature);          // here, with no call to the vault
    EncryptResult secret = rsa.encrypt(EncryptionAlgorithm.RSA_OAEP_256, message);        // here too
    byte[] opened = rsa.decrypt(secret.toDecrypt()).plaintext();

    client.keys().rotate(name);
    for (KeyItem version : client.keys().listVersions(name)) {
      System.out.println(version.kid() + " of " + version.attributes().created());
    }
    client.keys().beginDelete(name).await(Duration.ofSeconds(30));

    System.out.println("signature " + (good ? "verified" : "wrong") + ", opened: "
        + new String(opened, StandardCharsets.UTF_8));
  }
}
