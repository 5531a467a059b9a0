import java.net.URL;
import java.net.URLClassLoader;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Security;
import java.security.Signature;
import java.time.Instant;
import java.util.List;
import java.util.ServiceLoader;

/** Ways to load the provider: what it loads with it, and what is left of it. */
public final class Loading {
  private Loading() { }

  public static void main(String[] arguments) throws Exception {
    switch (arguments[0]) {
      case "services" -> services();
      case "module" -> module();
      case "application" -> application(Path.of(arguments[1]), arguments[2], arguments[3]);
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  /** Every service is made once; none is used. */
  private static void services() throws Exception {
    Provider provider = ServiceLoader.load(Provider.class).stream().map(ServiceLoader.Provider::get)
        .filter(candidate -> candidate.getName().equals("Keyhaven")).findFirst().orElseThrow();
    Security.insertProviderAt(provider, 1);
    for (Provider.Service service : provider.getServices()) {
      if (service.newInstance(null) == null) {
        throw new IllegalStateException(service.toString());
      }
    }
    System.out.println(KeyStore.getInstance("Keyhaven").getProvider().getName() + " " + provider.getServices().size());
  }

  private static void module() {
    for (Provider provider : ServiceLoader.load(Provider.class)) {
      if (provider.getName().equals("Keyhaven") || provider.getName().equals("AzureKeyVault")) {
        Module module = provider.getClass().getModule();
        System.out.println(provider.getName() + " of " + module.getName() + ", automatic: "
            + module.getDescriptor().isAutomatic());
      }
    }
  }

  /** As a web application has it: in a class loader of its own that asks its parent last, and goes when the application goes. */
  private static void application(Path jar, String configuration, String alias) throws Exception {
    WeakReference<ClassLoader> gone = deployed(jar, configuration, alias);
    Instant limit = Instant.now().plusSeconds(60);
    while (gone.get() != null || threads() > 0) {
      if (Instant.now().isAfter(limit)) {
        throw new IllegalStateException("still there: loader " + (gone.get() != null) + ", threads " + threads());
      }
      System.gc();
      Thread.sleep(100);
    }
    System.out.println("nothing is left");
  }

  private static WeakReference<ClassLoader> deployed(Path jar, String configuration, String alias) throws Exception {
    try (ParentLast loader = new ParentLast(new URL[] {jar.toUri().toURL()})) {
      Provider provider = (Provider) loader.loadClass("org.keyhaven.provider.KeyhavenProvider").getConstructor().newInstance();
      if (provider.getClass().getClassLoader() != loader) {
        throw new IllegalStateException("loaded by the parent");
      }
      Provider configured = provider.configure(configuration);
      Security.addProvider(configured);
      KeyStore store = KeyStore.getInstance("Keyhaven");
      store.load(null, null);
      Signature signer = Signature.getInstance("SHA256withECDSA");
      signer.initSign((PrivateKey) store.getKey(alias, null));
      signer.update(new byte[10]);
      byte[] signature = signer.sign();
      signer.initVerify(store.getCertificate(alias));
      signer.update(new byte[10]);
      System.out.println("verified: " + signer.verify(signature));
      Security.removeProvider("Keyhaven");
      return new WeakReference<>(loader);
    }
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith("keyhaven")).count();
  }

  private static final class ParentLast extends URLClassLoader {
    ParentLast(URL[] urls) {
      super(urls, Loading.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      boolean own = List.of("org.keyhaven.", "com.azure.").stream().anyMatch(name::startsWith);
      Class<?> loaded = findLoadedClass(name);
      return loaded != null ? loaded : own ? findClass(name) : super.loadClass(name, resolve);
    }
  }
}
