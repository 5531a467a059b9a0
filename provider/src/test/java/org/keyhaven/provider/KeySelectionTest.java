package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.Provider;
import java.security.Security;
import java.security.Signature;
import java.util.ArrayList;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.client.wire.KeyCurve;

/** Our keys where JCA chooses the provider by the key: why one does not fit is said, and not that nobody took it. */
class KeySelectionTest {

  @AfterEach
  void uninstall() {
    Security.removeProvider(KeyhavenProvider.NAME);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.2.840.10045.4.3.2", "OID.1.2.840.10045.4.3.2"})
  void theKeyPicksTheProviderByAnObjectIdentifierToo(String oid) throws Exception {
    Security.addProvider(new KeyhavenProvider());
    VaultEcPrivateKey key = LocalKeys.ec(KeyCurve.P_256);
    Signature signature = Signature.getInstance(oid);
    signature.initSign(key);
    byte[] signed = signature.sign();
    signature.initVerify(key.publicKey());
    assertThat(signature.verify(signed)).isTrue();
  }

  static List<Arguments> misfits() throws GeneralSecurityException {
    VaultPrivateKey rsa = LocalKeys.rsa();
    VaultPrivateKey ec = LocalKeys.ec(KeyCurve.P_256);
    VaultSecretKey aes = new VaultSecretKey(LocalKeys.ID, "AES", 256, null, null);
    List<Arguments> all = new ArrayList<>();
    for (int position : new int[] {1, Security.getProviders().length + 1}) {
      for (Provider.Service service : new KeyhavenProvider().getServices()) {
        if (position > 1 && service.getAlgorithm().endsWith("inP1363Format")) {
          // SunEC says no keys for these, is asked before us, and has a reason of its own.
          continue;
        }
        boolean ofRsa = service.getAlgorithm().contains("RSA");
        switch (service.getType()) {
          case "Signature" -> all.add(Arguments.of(position, service.getType(), service.getAlgorithm(),
              service.getAlgorithm().contains("ECDSA") ? rsa : ec));
          case "Cipher" -> {
            all.add(Arguments.of(position, service.getType(), service.getAlgorithm(), ec));
            all.add(Arguments.of(position, service.getType(), service.getAlgorithm(), ofRsa ? aes : rsa));
          }
          case "Mac" -> all.add(Arguments.of(position, service.getType(), service.getAlgorithm(), rsa));
          default -> { }
        }
      }
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("misfits")
  void aKeyOfTheWrongKindIsRefusedWithBothNamed(int position, String type, String algorithm, Key key) {
    Security.insertProviderAt(new KeyhavenProvider(), position);
    assertThatThrownBy(() -> {
      switch (type) {
        case "Signature" -> Signature.getInstance(algorithm).initSign((VaultPrivateKey) key);
        case "Cipher" -> Cipher.getInstance(algorithm).init(Cipher.DECRYPT_MODE, key);
        default -> Mac.getInstance(algorithm).init(key);
      }
    }).isInstanceOf(InvalidKeyException.class).hasMessageContaining(algorithm + " needs a")
        .hasMessageContaining(key.toString());
  }
}
