package org.keyhaven.server.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import org.keyhaven.server.StartupException;
import org.keyhaven.server.admin.PrivateFile;

/** The built-in issuer's key, RSA-2048 for RS256, kept as a JWK in a file of mode 0600. */
final class SigningKey {
  private SigningKey() { }

  static RSAKey open(Path file) {
    try {
      if (!Files.exists(file)) {
        RSAKey key = new RSAKeyGenerator(2048).keyUse(KeyUse.SIGNATURE).algorithm(JWSAlgorithm.RS256)
            .keyIDFromThumbprint(true).generate();
        PrivateFile.write(file, key.toJSONString().getBytes(StandardCharsets.UTF_8));
      }
      RSAKey key = RSAKey.parse(new String(PrivateFile.read(file, "issuer's key"), StandardCharsets.UTF_8));
      if (!key.isPrivate() || key.getKeyID() == null || !JWSAlgorithm.RS256.equals(key.getAlgorithm())) {
        throw damaged(file, null);
      }
      return key;
    } catch (ParseException e) {
      throw damaged(file, e);
    } catch (IOException | JOSEException e) {
      throw new StartupException("cannot read or make the issuer's key " + file + ": " + e.getMessage(), e);
    }
  }

  private static StartupException damaged(Path file, Exception cause) {
    return new StartupException(file + " is damaged; remove it and start again (tokens issued so far become invalid)", cause);
  }
}
