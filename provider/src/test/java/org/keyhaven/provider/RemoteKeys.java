package org.keyhaven.provider;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.io.IOException;
import java.io.Writer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.crypto.SecretKey;
import org.keyhaven.client.KeyhavenClient;
import org.keyhaven.client.TokenSource;
import org.keyhaven.client.VaultException;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyOperation;
import org.keyhaven.client.wire.Keys.KeyImportParameters;
import org.keyhaven.client.wire.PrivateJsonWebKey;
import org.keyhaven.server.TestVault;
import org.keyhaven.server.admin.ConnectionFile;
import org.slf4j.LoggerFactory;

/** The provider on the shared test vault, and what that was asked. */
final class RemoteKeys {
  private RemoteKeys() { }

  static KeyhavenProvider provider() {
    return (KeyhavenProvider) new KeyhavenProvider().configure(TestVault.get().connectionFile().toString());
  }

  /** The provider on the Managed HSM. */
  static KeyhavenProvider hsmProvider() throws IOException {
    ConnectionFile connection = TestVault.get().connection();
    Properties settings = new Properties();
    settings.setProperty(Setting.VAULT_URL.property(), connection.hsmUrl());
    settings.setProperty(Setting.CA_FILE.property(), connection.caCertificate().toString());
    settings.setProperty(Setting.TENANT_ID.property(), connection.tenantId());
    settings.setProperty(Setting.CLIENT_ID.property(), connection.clientId());
    settings.setProperty(Setting.CLIENT_SECRET.property(), connection.clientSecret());
    settings.setProperty(Setting.AUTHORITY_HOST.property(), connection.authorityHost());
    Path file = Files.createTempFile("keyhaven-hsm", ".properties");
    try (Writer writer = Files.newBufferedWriter(file)) {
      settings.store(writer, null);
      return (KeyhavenProvider) new KeyhavenProvider().configure(file.toString());
    } finally {
      Files.delete(file);
    }
  }

  /** A key of this process, also in the vault. */
  static VaultSecretKey imported(KeyhavenProvider provider, SecretKey key, KeyOperation... operations)
      throws GeneralSecurityException {
    VaultSession session = provider.session(provider.settings());
    PrivateJsonWebKey jwk = PrivateJsonWebKey.of(key);
    return session.secretKey(session.client().keys().importKey(name("oct"),
        KeyImportParameters.of(operations.length == 0 ? jwk : jwk.withKeyOps(operations))));
  }

  static VaultPrivateKey imported(KeyhavenProvider provider, KeyPair pair) throws GeneralSecurityException {
    VaultSession session = provider.session(provider.settings());
    JsonWebKey key = session.client().keys().importKey(name("imported"),
        KeyImportParameters.of(PrivateJsonWebKey.of(pair)).inHsm()).key();
    return session.privateKey(key.kid(), pair.getPublic());
  }

  static KeyStore store(KeyhavenProvider provider) throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("Keyhaven", provider);
    store.load(null, null);
    return store;
  }

  /** A name that no other test uses. */
  static String name(String prefix) {
    return prefix + "-" + UUID.randomUUID();
  }

  static KeyPair bareRsa(KeyhavenProvider provider) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA", provider);
    generator.initialize(VaultKeyGenParameterSpec.named(name("rsa")).keySize(2048).build());
    return generator.generateKeyPair();
  }

  static KeyPair bareEc(KeyhavenProvider provider, KeyCurve curve) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", provider);
    generator.initialize(VaultKeyGenParameterSpec.named(name("ec")).curve(curve).build());
    return generator.generateKeyPair();
  }

  /** A key with a self-signed certificate; its name in the vault is its alias. */
  static String certified(KeyhavenProvider provider, String algorithm, int bits) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm, provider);
    generator.initialize(bits);
    return ((VaultPrivateKey) generator.generateKeyPair().getPrivate()).id().name();
  }

  /** The vault's access log from now on. */
  static Requests requests() {
    return new Requests();
  }

  static final class Requests extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final Logger log = (Logger) LoggerFactory.getLogger("org.keyhaven.server.http.AccessLog");
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private Requests() {
      start();
      log.setLevel(Level.INFO);
      log.setAdditive(false);
      log.addAppender(this);
    }

    @Override
    protected void append(ILoggingEvent event) {
      lines.add(event.getFormattedMessage());
    }

    /** The lines that contain the text. The server logs after it has answered, so a last request of our own is awaited. */
    List<String> naming(String part) throws Exception {
      String marker = "marker-" + UUID.randomUUID();
      try (KeyhavenClient client = KeyhavenClient.builder().vault(URI.create(TestVault.get().vaultUrl()))
          .caFile(TestVault.get().caFile()).tokenSource(TokenSource.fixed(TestVault.get().token(false))).build()) {
        client.keys().get(marker);
        throw new AssertionError("the vault has a key " + marker);
      } catch (VaultException.NotFound e) {
        List<String> found = new ArrayList<>();
        while (true) {
          String line = lines.poll(60, TimeUnit.SECONDS);
          if (line == null) {
            throw new AssertionError("the vault did not log the request for " + marker);
          }
          if (line.contains(marker)) {
            return found;
          }
          if (line.contains(part)) {
            found.add(line);
          }
        }
      }
    }

    @Override
    public void close() {
      log.detachAppender(this);
      log.setLevel(null);
      log.setAdditive(true);
      stop();
    }
  }
}
