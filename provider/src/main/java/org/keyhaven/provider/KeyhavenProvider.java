package org.keyhaven.provider;

import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.InvalidParameterException;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import org.keyhaven.client.TokenSource;
import org.keyhaven.client.wire.BuildVersion;
import org.keyhaven.client.wire.KeyType;

/**
 * The provider {@code Keyhaven}: KeyStore, generators, Signature, Cipher and Mac for keys that never leave a vault, and the
 * random bytes of its HSM.
 *
 * <p>Its constructor opens nothing: configuration is read, and a vault reached, when a service is first used
 * (docs/configuration.md). Services with equal configuration share one connection pool and one cache, which are closed
 * once nothing uses them any more. Add it behind the JDK's providers; at any place it leaves everyone else's keys alone.
 * Thread-safe.
 */
public final class KeyhavenProvider extends Provider {
  /** The name of the provider, and of its key store type. */
  public static final String NAME = "Keyhaven";

  /** The name of Microsoft's provider and key store type, under which ours are found too. */
  static final String MICROSOFTS_NAME = "AzureKeyVault";

  private static final long serialVersionUID = 1L;
  private static final String INFO = "Keyhaven: keys that stay in a vault (KeyStore, KeyPairGenerator, KeyGenerator, "
      + "Signature, Cipher, Mac, SecureRandom)";
  private static final String RANDOM = "SecureRandom";
  private static final String KEY_GENERATOR = "KeyGenerator";
  private static final String KEY_PAIR_GENERATOR = "KeyPairGenerator";

  private final transient SettingsSource file;
  private final transient Sessions sessions = new Sessions();
  private final transient Service random;

  /** Configured by system properties and environment alone. */
  public KeyhavenProvider() {
    this(null);
  }

  private KeyhavenProvider(SettingsSource file) {
    super(NAME, BuildVersion.get(), INFO);
    this.file = file;
    putService(new Registration(this, "KeyStore", NAME, "org.keyhaven.provider.VaultKeyStore", List.of(MICROSOFTS_NAME),
        Map.of(), null));
    for (String algorithm : List.of("RSA", VaultRsaPrivateKey.PSS, "EC")) {
      putGenerator(KEY_PAIR_GENERATOR, algorithm, "org.keyhaven.provider.VaultKeyPairGenerator");
    }
    for (SignatureService service : SignatureService.all()) {
      putService(new Registration(this, "Signature", service.name(), "org.keyhaven.provider.VaultSignature",
          service.aliases(), keysOf(VaultPrivateKey.class), service));
    }
    for (CipherService service : CipherService.all()) {
      Map<String, String> attributes = new HashMap<>(service.attributes());
      attributes.putAll(keysOf(VaultPrivateKey.class, VaultSecretKey.class));
      putService(new Registration(this, "Cipher", service.name(), "org.keyhaven.provider.VaultCipher", service.aliases(),
          attributes, service));
    }
    putGenerator(KEY_GENERATOR, VaultKeyGenerator.AES, "org.keyhaven.provider.VaultKeyGenerator");
    for (MacService service : MacService.all()) {
      putService(new Registration(this, "Mac", service.name(), "org.keyhaven.provider.VaultMac", service.aliases(),
          keysOf(VaultPrivateKey.class, VaultSecretKey.class), service));
      putGenerator(KEY_GENERATOR, service.name(), "org.keyhaven.provider.VaultKeyGenerator");
    }
    random = new Registration(this, RANDOM, NAME, "org.keyhaven.provider.VaultSecureRandom", List.of(),
        Map.of("ThreadSafe", "true"), null);
  }

  /**
   * For delayed selection: all keys that are ours, also those of the wrong kind. No other provider can do anything with
   * them, and if ours were not asked either, JCA could say no more than that nobody was.
   */
  private static Map<String, String> keysOf(Class<?>... ours) {
    StringJoiner names = new StringJoiner("|");
    for (Class<?> type : ours) {
      names.add(type.getName());
    }
    return Map.of("SupportedKeyClasses", names.toString());
  }

  /**
   * SecureRandom stands beside the table: of what stands in it {@code new SecureRandom()} takes the first, in the order of
   * the providers, and a vault must never become everyone's source of random bytes.
   */
  @Override
  public Service getService(String type, String algorithm) {
    return type.equals(RANDOM) && algorithm.equalsIgnoreCase(NAME) ? random : super.getService(type, algorithm);
  }

  @Override
  public Set<Service> getServices() {
    Set<Service> services = new LinkedHashSet<>(super.getServices());
    services.add(random);
    return Collections.unmodifiableSet(services);
  }

  /** Whether a provider's services are ours, also by Microsoft's name. */
  static boolean isOurs(Provider provider) {
    return provider.getName().equals(NAME) || provider.getName().equals(MICROSOFTS_NAME);
  }

  /**
   * A provider with a configuration file, which goes before system properties and environment. This one stays as it is.
   *
   * @param configFile a properties file with keyhaven.* names, or the connection.env of a server
   * @throws UncheckedIOException with a reason of one line when the file is missing, unreadable, or says nothing
   * @throws InvalidParameterException when the argument cannot be a file's name
   */
  @Override
  public Provider configure(String configFile) {
    Path path;
    try {
      path = Path.of(configFile);
    } catch (InvalidPathException e) {
      throw new InvalidParameterException("not the name of a configuration file: " + configFile);
    }
    return new KeyhavenProvider(SettingsSource.file(path));
  }

  /** True: environment and system properties may say everything. */
  @Override
  public boolean isConfigured() {
    return true;
  }

  /**
   * This provider's own configuration.
   *
   * @throws InvalidParameterException when something is missing or malformed
   */
  Settings settings() {
    return settings(List.of(), null);
  }

  /**
   * With sources that go before this provider's own.
   *
   * @param tokenSource null for credentials from the sources
   */
  Settings settings(List<SettingsSource> first, TokenSource tokenSource) {
    List<SettingsSource> sources = new ArrayList<>(first);
    if (file != null) {
      sources.add(file);
    }
    sources.add(SettingsSource.systemProperties());
    sources.add(SettingsSource.environment());
    return Settings.of(sources, tokenSource);
  }

  /**
   * A session with these settings, a new one or one that others use too.
   *
   * @throws InvalidParameterException when the address or a file cannot be used, with the reason
   */
  VaultSession session(Settings settings) {
    return sessions.get(settings.connection());
  }

  private void putGenerator(String type, String algorithm, String className) {
    putService(new Registration(this, type, algorithm, className, List.of(), Map.of(), null));
  }

  /**
   * A service that makes its own instances: no class is looked up by name. It says here what it makes, and not in a lambda for each, which
   * whoever adds the provider would pay for.
   */
  private static final class Registration extends Service {
    private final KeyhavenProvider provider;
    private final Object row;

    /** @param row of the table that the service is in; null for what is in none */
    Registration(KeyhavenProvider provider, String type, String algorithm, String className, List<String> aliases,
        Map<String, String> attributes, Object row) {
      super(provider, type, algorithm, className, aliases, attributes);
      this.provider = provider;
      this.row = row;
    }

    @Override
    public Object newInstance(Object constructorParameter) throws NoSuchAlgorithmException {
      if (constructorParameter != null && getType().equals(RANDOM)) {
        // So SecureRandom.getInstance says it, which alone has parameters.
        throw new NoSuchAlgorithmException(getAlgorithm() + " takes no parameters");
      }
      if (constructorParameter != null) {
        throw new InvalidParameterException(getType() + " takes no constructor parameter");
      }
      if (row instanceof SignatureService signature) {
        return new VaultSignature(signature);
      } else if (row instanceof CipherService cipher) {
        return new VaultCipher(cipher);
      } else if (row instanceof MacService mac) {
        return new VaultMac(mac);
      }
      return switch (getType()) {
        case "KeyStore" -> new VaultKeyStore(provider);
        case KEY_PAIR_GENERATOR -> new VaultKeyPairGenerator(provider, getAlgorithm(),
            getAlgorithm().equals("EC") ? KeyType.Family.EC : KeyType.Family.RSA);
        case KEY_GENERATOR -> new VaultKeyGenerator(provider, getAlgorithm());
        case RANDOM -> new VaultSecureRandom(provider);
        default -> throw new AssertionError(this);
      };
    }
  }
}
