package org.keyhaven.provider;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.EncryptionAlgorithm.Scheme;
import org.keyhaven.client.wire.KeyType;

/**
 * A {@code Cipher} of the provider, derived from the rows of {@link EncryptionAlgorithm}. A JCA name fixes the scheme, while
 * the length of an AES key comes with the key, so that one name stands for several rows.
 *
 * @param name the transformation (Java Security Standard Algorithm Names)
 * @param aliases further names, those of SunJCE
 * @param attributes of the registration beside the classes of keys
 * @param oaepDigest the hash that the name fixes; null where the parameters name it, and for what is no OAEP
 */
record CipherService(String name, List<String> aliases, Map<String, String> attributes, Scheme scheme, String oaepDigest) {

  /** Every name that the rows lead to, in a fixed order. */
  static List<CipherService> all() {
    List<CipherService> services = new ArrayList<>();
    for (Scheme scheme : Scheme.values()) {
      switch (scheme) {
        // "RSA" alone must not stand for RSA/ECB/NoPadding, which JCA would make of it.
        case RSA_PKCS1 -> services.add(new CipherService("RSA/ECB/PKCS1Padding", List.of("RSA"),
            Map.of("SupportedModes", "ECB", "SupportedPaddings", "PKCS1Padding"), scheme, null));
        case RSA_OAEP -> addOaep(services);
        case AES_GCM -> services.add(aes("AES/GCM/NoPadding", List.of(), scheme));
        case AES_CBC -> services.add(aes("AES/CBC/NoPadding", List.of(), scheme));
        case AES_CBC_PAD -> services.add(aes("AES/CBC/PKCS5Padding", List.of(), scheme));
        case AES_KW -> services.add(aes("AES/KW/NoPadding", List.of("AESWrap"), scheme));
        case AES_KWP -> services.add(aes("AES/KWP/NoPadding", List.of("AESWrapPad"), scheme));
      }
    }
    return List.copyOf(services);
  }

  private static void addOaep(List<CipherService> services) {
    services.add(new CipherService("RSA/ECB/OAEPPadding", List.of(), Map.of(), Scheme.RSA_OAEP, null));
    for (EncryptionAlgorithm row : EncryptionAlgorithm.values()) {
      if (row.oaepDigest() != null) {
        List<String> aliases =
            row == EncryptionAlgorithm.RSA_OAEP ? List.of("RSA/ECB/OAEPWithSHA1AndMGF1Padding") : List.of();
        services.add(new CipherService("RSA/ECB/OAEPWith" + row.oaepDigest() + "AndMGF1Padding", aliases, Map.of(),
            Scheme.RSA_OAEP, row.oaepDigest()));
      }
    }
  }

  private static CipherService aes(String name, List<String> aliases, Scheme scheme) {
    return new CipherService(name, aliases, Map.of(), scheme, null);
  }

  KeyType.Family family() {
    return switch (scheme) {
      case RSA_PKCS1, RSA_OAEP -> KeyType.Family.RSA;
      case AES_GCM, AES_CBC, AES_CBC_PAD, AES_KW, AES_KWP -> KeyType.Family.OCT;
    };
  }

  /** The row of a scheme for keys of one length; 0 for that of keys of any length. */
  static EncryptionAlgorithm row(Scheme scheme, int keyBits) {
    for (EncryptionAlgorithm row : EncryptionAlgorithm.values()) {
      if (row.scheme() == scheme && row.keyBits() == keyBits) {
        return row;
      }
    }
    throw new IllegalArgumentException("no key of " + keyBits + " bits is for " + scheme);
  }
}
