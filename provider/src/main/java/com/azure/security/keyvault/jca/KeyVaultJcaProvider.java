package com.azure.security.keyvault.jca;

import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.keyhaven.provider.KeyhavenProvider;

/**
 * The services of {@link KeyhavenProvider} under the name of Microsoft's provider. Unlike that one it registers neither
 * {@code DKS} nor
 * {@code SunX509}: the JDK's own key managers work with keys in a vault. Thread-safe.
 */
public final class KeyVaultJcaProvider extends Provider {
  /** Also the key store's type. */
  public static final String PROVIDER_NAME = KeyVaultKeyStore.KEY_STORE_TYPE;

  private static final List<String> ATTRIBUTES = List.of("SupportedKeyClasses", "SupportedModes", "SupportedPaddings");
  private static final long serialVersionUID = 1L;

  /** Opens nothing, as KeyhavenProvider. */
  public KeyVaultJcaProvider() {
    this(new KeyhavenProvider());
  }

  private KeyVaultJcaProvider(Provider keyhaven) {
    super(PROVIDER_NAME, keyhaven.getVersionStr(), "Keyhaven under the name of Microsoft's provider");
    // Not the random bytes of the HSM: of a provider that has some, new SecureRandom() may take them.
    keyhaven.getServices().stream().filter(service -> !service.getType().equals("SecureRandom"))
        .forEach(service -> putService(new Renamed(this, service, aliases(keyhaven, service))));
  }

  /** As {@link KeyhavenProvider#configure}; this one stays as it is. */
  @Override
  public Provider configure(String configFile) {
    return new KeyVaultJcaProvider(new KeyhavenProvider().configure(configFile));
  }

  /** True: environment and system properties may say everything. */
  @Override
  public boolean isConfigured() {
    return true;
  }

  /** A Service keeps its aliases to itself; the provider's properties name them. */
  private static List<String> aliases(Provider keyhaven, Service service) {
    String prefix = "Alg.Alias." + service.getType() + ".";
    return keyhaven.stringPropertyNames().stream()
        .filter(name -> name.startsWith(prefix) && keyhaven.getProperty(name).equals(service.getAlgorithm()))
        .map(name -> name.substring(prefix.length())).toList();
  }

  /** A service of another provider. */
  private static final class Renamed extends Service {
    private final Service service;

    Renamed(Provider provider, Service service, List<String> aliases) {
      super(provider, service.getType(), service.getAlgorithm(), service.getClassName(), aliases,
          attributes(service));
      this.service = service;
    }

    private static Map<String, String> attributes(Service service) {
      return ATTRIBUTES.stream().filter(name -> service.getAttribute(name) != null)
          .collect(Collectors.toMap(Function.identity(), service::getAttribute));
    }

    @Override
    public Object newInstance(Object constructorParameter) throws NoSuchAlgorithmException {
      return service.newInstance(constructorParameter);
    }
  }
}
