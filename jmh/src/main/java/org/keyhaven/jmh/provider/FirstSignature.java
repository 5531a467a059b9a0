package org.keyhaven.jmh.provider;

import com.azure.security.keyvault.jca.KeyVaultJcaProvider;
import com.azure.security.keyvault.jca.KeyVaultLoadStoreParameter;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Security;
import java.security.Signature;
import java.util.HexFormat;
import java.util.List;
import org.keyhaven.provider.KeyhavenProvider;

/**
 * A program that signs once and prints the signature: {@code FirstSignature pkcs12|keyhaven|microsoft FILE ALIAS ALGORITHM}.
 * It needs nothing of the harness, nor JMH.
 */
public final class FirstSignature {
  static final int MESSAGE_BYTES = 1024;

  private static final char[] PASSWORD = "changeit".toCharArray();

  private FirstSignature() { }

  public static void main(String[] args) throws Exception {
    KeyStore store = switch (args[0]) {
      case "pkcs12" -> KeyStore.getInstance(new File(args[1]), PASSWORD);
      case "keyhaven" -> Keyhaven.open(args[1]);
      case "microsoft" -> Microsoft.open(Path.of(args[1]));
      default -> throw new IllegalArgumentException(args[0]);
    };
    PrivateKey key = (PrivateKey) store.getKey(args[2], PASSWORD);
    Signature signature = Signature.getInstance(args[3]);
    signature.initSign(key);
    signature.update(new byte[MESSAGE_BYTES]);
    System.out.println(HexFormat.of().formatHex(signature.sign()));
  }

  /** Apart, so that the other runs load nothing of it. */
  private static final class Keyhaven {
    static KeyStore open(String configuration) throws Exception {
      Security.addProvider(new KeyhavenProvider().configure(configuration));
      KeyStore store = KeyStore.getInstance("Keyhaven");
      store.load(null, null);
      return store;
    }
  }

  /** Of vault, tenant, client and secret, one a line in a file. */
  private static final class Microsoft {
    static KeyStore open(Path file) throws Exception {
      List<String> lines = Files.readAllLines(file);
      Security.addProvider(new KeyVaultJcaProvider());
      KeyVaultLoadStoreParameter parameter =
          new KeyVaultLoadStoreParameter(lines.get(0), lines.get(1), lines.get(2), lines.get(3));
      parameter.disableChallengeResourceVerification();
      KeyStore store = KeyStore.getInstance("AzureKeyVault");
      store.load(parameter);
      return store;
    }
  }
}
