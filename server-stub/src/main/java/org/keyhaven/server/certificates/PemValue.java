package org.keyhaven.server.certificates;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.hsm.ClearKey;

/** Certificates with one private key in PEM (RFC 7468), in any order. Errors never quote: part of it is the key. */
final class PemValue {
  /** As many as a chain may have, the key, and what tools write beside it. */
  private static final int MOST_OBJECTS = 16;

  private PemValue() { }

  /** @throws ApiError 400 when it is not one private key with certificates */
  static ImportedCertificate.Content read(byte[] pem) {
    ClearKey key = null;
    boolean complete = false;
    try (PemReader reader =
        new PemReader(new InputStreamReader(new ByteArrayInputStream(pem), StandardCharsets.ISO_8859_1))) {
      List<byte[]> certificates = new ArrayList<>();
      int count = 0;
      for (PemObject object = reader.readPemObject(); object != null; object = reader.readPemObject()) {
        if (++count > MOST_OBJECTS) {
          throw ApiError.badParameter("Property 'value' has more than " + MOST_OBJECTS + " objects.");
        }
        if (object.getType().equals("CERTIFICATE")) {
          certificates.add(object.getContent());
        } else if (!object.getType().equals("EC PARAMETERS")) {
          if (key != null) {
            throw ApiError.badParameter("Property 'value' has more than one private key.");
          }
          key = key(object);
        }
      }
      if (key == null) {
        throw ApiError.badParameter("Property 'value' has no private key in PEM.");
      }
      complete = true;
      return new ImportedCertificate.Content(key, certificates);
    } catch (ApiError e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // What Bouncy Castle throws for text that is no PEM or no key.
      throw ApiError.badParameter("Property 'value' is neither PKCS#12 nor PEM that can be read.");
    } finally {
      if (!complete && key != null) {
        key.wipe();
      }
    }
  }

  private static ClearKey key(PemObject object) {
    byte[] der = object.getContent();
    try {
      return switch (object.getType()) {
        case "PRIVATE KEY" -> ImportedKeys.of(PrivateKeyInfo.getInstance(der));
        case "RSA PRIVATE KEY" -> ImportedKeys.rsa(RSAPrivateKey.getInstance(requireClear(object, der)));
        case "EC PRIVATE KEY" -> {
          ECPrivateKey key = ECPrivateKey.getInstance(requireClear(object, der));
          yield ImportedKeys.ec(key, (ASN1ObjectIdentifier) key.getParametersObject());
        }
        case "ENCRYPTED PRIVATE KEY" -> throw encrypted();
        default -> throw ApiError.badParameter(
            "Property 'value' may have certificates and one private key in PEM, nothing else.");
      };
    } finally {
      Arrays.fill(der, (byte) 0);
    }
  }

  /** Encrypted as RFC 1421 did, with headers in between. */
  private static byte[] requireClear(PemObject object, byte[] der) {
    if (!object.getHeaders().isEmpty()) {
      throw encrypted();
    }
    return der;
  }

  private static ApiError encrypted() {
    return ApiError.badParameter("The private key in 'value' is encrypted, which the service does not take in PEM: decrypt"
        + " it, or send PKCS#12 with its password.");
  }
}
