import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.security.AlgorithmParameters;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Security;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.KeyGenerator;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.PBEParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * Ordinary use of JCA and JSSE, none of it with a provider named and none of it with keys in a vault. Prints a line for
 * each algorithm of the JDK's own providers, with nothing random in it: the output must be the same whatever other provider
 * is installed, and where.
 */
public final class Neutrality {
  private static final Set<String> OURS = Set.of("Keyhaven", "AzureKeyVault");
  private static final Map<String, KeyPair> PAIRS = new LinkedHashMap<>();
  private static final byte[] MESSAGE = "an ordinary message".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

  /** What programs write most, which is no name of a service. */
  private static final String[] TRANSFORMATIONS = {"AES/CBC/PKCS5Padding", "AES/CBC/NoPadding", "AES/GCM/NoPadding",
      "AES/KW/NoPadding", "AES/KWP/NoPadding", "RSA/ECB/PKCS1Padding", "RSA/ECB/OAEPPadding",
      "RSA/ECB/OAEPWithSHA-1AndMGF1Padding", "RSA/ECB/OAEPWithSHA-256AndMGF1Padding", "RSA/ECB/NoPadding"};

  private Neutrality() { }

  /** @param arguments a PKCS#12 file with the keys "rsa" and "ec", and its password; or the word "providers" */
  public static void main(String[] arguments) throws Exception {
    if (arguments[0].equals("providers")) {
      Arrays.stream(Security.getProviders()).map(Provider::getName).forEach(System.out::println);
      return;
    }
    for (String type : new String[] {"RSA", "RSASSA-PSS", "DSA", "EC", "Ed25519", "X25519", "DH"}) {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(type);
      if (type.equals("EC")) {
        generator.initialize(new ECGenParameterSpec("secp256r1"));
      } else if (!type.endsWith("25519")) {
        generator.initialize(2048);
      }
      PAIRS.put(type, generator.generateKeyPair());
    }
    for (Map.Entry<String, Set<String>> type : algorithms().entrySet()) {
      for (String algorithm : type.getValue()) {
        print(type.getKey() + "." + algorithm, () -> use(type.getKey(), algorithm));
      }
    }
    defaults();
    for (String algorithm : new String[] {"SunX509", "PKIX"}) {
      for (String alias : new String[] {"rsa", "ec"}) {
        for (String protocol : new String[] {"TLSv1.3", "TLSv1.2"}) {
          print("handshake " + algorithm + " " + alias + " " + protocol,
              () -> handshake(arguments[0], arguments[1].toCharArray(), alias, algorithm, protocol));
        }
      }
    }
    System.exit(0);
  }

  /** By type, of the JDK's providers, also under their aliases as far as those are properties. */
  private static Map<String, Set<String>> algorithms() {
    Map<String, Set<String>> all = new TreeMap<>();
    for (Provider provider : Security.getProviders()) {
      if (!OURS.contains(provider.getName())) {
        provider.getServices().forEach(
            service -> all.computeIfAbsent(service.getType(), ignored -> new TreeSet<>()).add(service.getAlgorithm()));
        provider.stringPropertyNames().stream().filter(name -> name.startsWith("Alg.Alias.")).forEach(name -> {
          String[] parts = name.split("\\.", 4);
          all.computeIfAbsent(parts[2], ignored -> new TreeSet<>()).add(parts[3]);
        });
      }
    }
    return all;
  }

  private static void print(String what, Callable<String> work) {
    String result;
    try {
      result = work.call();
    } catch (Exception e) {
      result = e.getClass().getName() + ": " + e.getMessage();
    }
    System.out.println(what + " -> " + result.replaceAll("@[0-9a-f]+", "@").replaceAll("\\s+", " "));
  }

  private static String use(String type, String algorithm) throws Exception {
    return switch (type) {
      case "MessageDigest" -> hex(MessageDigest.getInstance(algorithm).digest(MESSAGE));
      case "Mac" -> mac(algorithm);
      case "Cipher" -> cipher(algorithm);
      case "Signature" -> signature(algorithm);
      case "KeyPairGenerator" -> keyPair(algorithm);
      case "KeyGenerator" -> {
        Key key = KeyGenerator.getInstance(algorithm).generateKey();
        yield kind(key) + " " + (key.getEncoded() == null ? "opaque" : key.getEncoded().length);
      }
      case "KeyFactory" -> keyFactory(algorithm);
      case "KeyAgreement" -> agreement(algorithm);
      case "SecretKeyFactory" -> kind(SecretKeyFactory.getInstance(algorithm)
          .generateSecret(new PBEKeySpec("password".toCharArray(), new byte[16], 1000, 256)));
      case "KeyStore" -> keyStore(algorithm);
      case "SecureRandom" -> {
        SecureRandom random = SecureRandom.getInstance(algorithm);
        random.nextBytes(new byte[8]);
        yield random.getAlgorithm() + " " + random.getProvider().getName();
      }
      case "AlgorithmParameters" -> AlgorithmParameters.getInstance(algorithm).getProvider().getName();
      case "CertificateFactory" -> CertificateFactory.getInstance(algorithm).getProvider().getName();
      case "KeyManagerFactory" -> KeyManagerFactory.getInstance(algorithm).getProvider().getName();
      case "TrustManagerFactory" -> TrustManagerFactory.getInstance(algorithm).getProvider().getName();
      case "SSLContext" -> SSLContext.getInstance(algorithm).getProvider().getName();
      default -> Arrays.stream(Security.getProviders(type + "." + algorithm)).map(Provider::getName).toList().toString();
    };
  }

  private static String mac(String algorithm) throws Exception {
    Mac mac = Mac.getInstance(algorithm);
    if (algorithm.startsWith("PBE") || algorithm.startsWith("HmacPBE")) {
      mac.init(SecretKeyFactory.getInstance("PBEWithSHA1AndDESede").generateSecret(new PBEKeySpec("password".toCharArray())),
          new PBEParameterSpec(new byte[8], 1000));
    } else {
      mac.init(new SecretKeySpec(new byte[32], "HmacSHA256"));
    }
    return mac.getProvider().getName() + " " + hex(mac.doFinal(MESSAGE));
  }

  private static String cipher(String algorithm) throws Exception {
    if (algorithm.startsWith("RSA")) {
      KeyPair pair = PAIRS.get("RSA");
      Cipher encryption = Cipher.getInstance(algorithm);
      encryption.init(Cipher.ENCRYPT_MODE, pair.getPublic());
      byte[] encrypted = encryption.doFinal(MESSAGE);
      Cipher decryption = Cipher.getInstance(algorithm);
      decryption.init(Cipher.DECRYPT_MODE, pair.getPrivate(), encryption.getParameters());
      Cipher wrapping = Cipher.getInstance(algorithm);
      wrapping.init(Cipher.WRAP_MODE, pair.getPublic());
      byte[] wrapped = wrapping.wrap(new SecretKeySpec(new byte[16], "AES"));
      Cipher unwrapping = Cipher.getInstance(algorithm);
      unwrapping.init(Cipher.UNWRAP_MODE, pair.getPrivate(), wrapping.getParameters());
      return decryption.getProvider().getName() + " " + hex(decryption.doFinal(encrypted)) + " "
          + unwrapping.getProvider().getName() + " " + kind(unwrapping.unwrap(wrapped, "AES", Cipher.SECRET_KEY));
    }
    String family = algorithm.startsWith("PBE") ? "PBE" : algorithm.replaceAll("[/_].*", "");
    int length = algorithm.contains("_192") || family.equals("DESede") || family.equals("TripleDES") ? 24
        : algorithm.contains("_256") || family.startsWith("ChaCha20") ? 32 : family.equals("DES") ? 8 : 16;
    byte[] octets = new byte[length];
    for (int i = 0; i < octets.length; i++) {
      octets[i] = (byte) (i * 7 + 1);
    }
    Key key = family.equals("PBE")
        ? SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec("password".toCharArray()))
        : new SecretKeySpec(octets, family.replaceAll("^(AES|DESede).+", "$1"));
    AlgorithmParameterSpec parameters = family.equals("PBE")
        ? new PBEParameterSpec(new byte[8], 1000, new IvParameterSpec(new byte[16]))
        : algorithm.contains("GCM") ? new GCMParameterSpec(128, new byte[12])
        : family.startsWith("ChaCha20") ? new IvParameterSpec(new byte[12])
        : algorithm.matches(".*/(CBC|CFB|OFB)/.*") ? new IvParameterSpec(new byte[16]) : null;
    Cipher cipher = Cipher.getInstance(algorithm);
    if (algorithm.matches("(?i).*(wrap|/KWP?/).*|.*KW.*")) {
      cipher.init(Cipher.WRAP_MODE, key);
      return cipher.getProvider().getName() + " " + hex(cipher.wrap(new SecretKeySpec(new byte[16], "AES")));
    }
    cipher.init(Cipher.ENCRYPT_MODE, key, parameters);
    byte[] encrypted = cipher.doFinal(new byte[32]);
    Cipher back = Cipher.getInstance(algorithm);
    back.init(Cipher.DECRYPT_MODE, key, parameters);
    return cipher.getProvider().getName() + " " + hex(encrypted) + " " + hex(back.doFinal(encrypted));
  }

  private static String signature(String algorithm) throws Exception {
    Signature signer = Signature.getInstance(algorithm);
    KeyPair pair = null;
    for (String type : new String[] {"RSA", "RSASSA-PSS", "DSA", "EC", "Ed25519"}) {
      if (pair == null && accepts(algorithm, PAIRS.get(type))) {
        pair = PAIRS.get(type);
      }
    }
    if (pair == null) {
      return "takes none of the keys";
    }
    AlgorithmParameterSpec parameters = Set.of("RSASSA-PSS", "PSS").contains(algorithm) || algorithm.endsWith(".1.1.10")
        ? new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1) : null;
    if (parameters != null) {
      signer.setParameter(parameters);
    }
    byte[] message = algorithm.startsWith("NONEwithDSA") || algorithm.equals("RawDSA") ? new byte[20] : MESSAGE;
    signer.initSign(pair.getPrivate());
    signer.update(message);
    byte[] signed = signer.sign();
    Signature verifier = Signature.getInstance(algorithm);
    if (parameters != null) {
      verifier.setParameter(parameters);
    }
    verifier.initVerify(pair.getPublic());
    verifier.update(message);
    if (parameters != null) {
      // JCA settles on the first provider that takes parameters, whose key it may have to pass on: the result counts.
      return pair.getPrivate().getAlgorithm() + " " + verifier.verify(signed);
    }
    return pair.getPrivate().getAlgorithm() + " " + signer.getProvider().getName() + " " + verifier.getProvider().getName()
        + " " + verifier.verify(signed);
  }

  private static boolean accepts(String algorithm, KeyPair pair) throws Exception {
    try {
      Signature.getInstance(algorithm).initVerify(pair.getPublic());
      return true;
    } catch (java.security.InvalidKeyException e) {
      return false;
    }
  }

  private static String keyPair(String algorithm) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    // RSA under its other names, of which there are half a dozen: a key of the default size takes a second.
    if (algorithm.equals("PSS") || algorithm.contains("1.2.840.113549.1.1")) {
      generator.initialize(1024);
    }
    KeyPair pair = generator.generateKeyPair();
    return kind(pair.getPrivate()) + " " + kind(pair.getPublic());
  }

  private static String keyFactory(String algorithm) throws Exception {
    KeyFactory factory = KeyFactory.getInstance(algorithm);
    for (KeyPair pair : PAIRS.values()) {
      if (pair.getPublic().getAlgorithm().equals(factory.getAlgorithm())) {
        PublicKey key = factory.generatePublic(new X509EncodedKeySpec(pair.getPublic().getEncoded()));
        return kind(key) + " " + key.equals(pair.getPublic()) + " " + factory.getProvider().getName();
      }
    }
    return factory.getAlgorithm() + " " + factory.getProvider().getName();
  }

  private static String agreement(String algorithm) throws Exception {
    KeyAgreement agreement = KeyAgreement.getInstance(algorithm);
    KeyPair pair = PAIRS.get(algorithm.contains("DH") && !algorithm.equals("ECDH") ? "DH"
        : algorithm.equals("ECDH") ? "EC" : "X25519");
    agreement.init(pair.getPrivate());
    agreement.doPhase(pair.getPublic(), true);
    return agreement.getProvider().getName() + " " + agreement.generateSecret().length;
  }

  private static String keyStore(String type) throws Exception {
    KeyStore store = KeyStore.getInstance(type);
    if (type.equals("DKS")) {
      return store.getProvider().getName();
    }
    char[] password = "changeit".toCharArray();
    store.load(null, password);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    store.store(out, password);
    KeyStore again = KeyStore.getInstance(type);
    again.load(new ByteArrayInputStream(out.toByteArray()), password);
    return store.getProvider().getName() + " " + again.size();
  }

  private static void defaults() {
    for (String transformation : TRANSFORMATIONS) {
      print("Cipher " + transformation, () -> cipher(transformation));
    }
    print("default SecureRandom",
        () -> new SecureRandom().getAlgorithm() + " " + new SecureRandom().getProvider().getName());
    print("strong SecureRandom", () -> SecureRandom.getInstanceStrong().getProvider().getName());
    print("default KeyStore", () -> KeyStore.getDefaultType() + " "
        + KeyStore.getInstance(KeyStore.getDefaultType()).getProvider().getName());
    print("default KeyManagerFactory", () -> KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm())
        .getProvider().getName());
    print("default TrustManagerFactory", () -> TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm())
        .getProvider().getName());
    print("default SSLContext", () -> SSLContext.getDefault().getProvider().getName() + " "
        + Arrays.toString(SSLContext.getDefault().getDefaultSSLParameters().getCipherSuites()));
    print("signature without provider", () -> {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(PAIRS.get("EC").getPrivate());
      return "an RSA signature took an EC key";
    });
    print("cipher without key", () -> {
      Cipher.getInstance("AES/CBC/PKCS5Padding").init(Cipher.ENCRYPT_MODE, (Key) null);
      return "a cipher took no key";
    });
    print("mac without key", () -> {
      Mac.getInstance("HmacSHA256").init(null);
      return "a mac took no key";
    });
    print("no such algorithm", () -> Signature.getInstance("SHA257withRSA").getAlgorithm());
  }

  private static String handshake(String file, char[] password, String alias, String managers, String protocol)
      throws Exception {
    KeyStore all = KeyStore.getInstance("PKCS12");
    try (InputStream in = new FileInputStream(file)) {
      all.load(in, password);
    }
    KeyStore one = KeyStore.getInstance("PKCS12");
    one.load(null, null);
    one.setKeyEntry(alias, all.getKey(alias, password), password, all.getCertificateChain(alias));
    KeyManagerFactory keys = KeyManagerFactory.getInstance(managers);
    keys.init(one, password);
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(one);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    try (SSLServerSocket server =
        (SSLServerSocket) tls.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      server.setNeedClientAuth(true);
      CompletableFuture<Void> served = CompletableFuture.runAsync(() -> {
        try (SSLSocket socket = (SSLSocket) server.accept()) {
          socket.getOutputStream().write(socket.getInputStream().read());
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      });
      try (SSLSocket client = (SSLSocket) tls.getSocketFactory()
          .createSocket(InetAddress.getLoopbackAddress(), server.getLocalPort())) {
        client.setEnabledProtocols(new String[] {protocol});
        client.getOutputStream().write(7);
        int answer = client.getInputStream().read();
        served.join();
        return client.getSession().getProtocol() + " " + client.getSession().getCipherSuite() + " " + answer;
      }
    }
  }

  private static String kind(Key key) {
    return key.getClass().getName() + " " + key.getAlgorithm();
  }

  private static String hex(byte[] octets) {
    return HexFormat.of().formatHex(octets);
  }
}
