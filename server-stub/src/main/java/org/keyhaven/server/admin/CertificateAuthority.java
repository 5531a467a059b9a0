package org.keyhaven.server.admin;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.bouncycastle.util.io.pem.PemWriter;
import org.keyhaven.server.StartupException;

/**
 * The server's own small certificate authority (EC P-256), so that a fresh server has TLS that clients can verify: they trust
 * {@code ca.pem}. The authority is made once and kept; the server's certificate is renewed at start when it is near its end or
 * does not cover the host names.
 */
public final class CertificateAuthority {
  /** The host names every server certificate covers. */
  private static final List<String> STANDARD_HOSTS =
      List.of("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1", "*.vault.localhost", "*.managedhsm.localhost");
  private static final Duration AUTHORITY_LIFE = Duration.ofDays(3650);
  /** No longer than public certificates may live, which is all that some TLS stacks accept. */
  private static final Duration SERVER_LIFE = Duration.ofDays(397);
  private static final Duration RENEW_BEFORE = Duration.ofDays(60);
  /** Clients' clocks may be a little behind. */
  private static final Duration BACKDATE = Duration.ofMinutes(5);
  private static final String SIGNATURE = "SHA256withECDSA";
  private static final Pattern IP_ADDRESS = Pattern.compile("[0-9.]+|.*:.*");
  private static final Pattern HOST_NAME =
      Pattern.compile("(\\*\\.)?[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*");
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path file;
  private final X509Certificate authority;
  private final PrivateKey serverKey;
  private final X509Certificate server;

  private CertificateAuthority(Path file, X509Certificate authority, PrivateKey serverKey, X509Certificate server) {
    this.file = file;
    this.authority = authority;
    this.serverKey = serverKey;
    this.server = server;
  }

  /**
   * Reads the authority and server certificate of {@code directory}; makes what is missing.
   *
   * @param hostnames covered beside the standard ones: DNS names or IP addresses
   */
  public static CertificateAuthority open(DataDirectory directory, Collection<String> hostnames, Clock clock) {
    try {
      Path authorityFile = directory.file("ca.pem");
      Path authorityKeyFile = directory.file("ca-key.pem");
      Instant now = clock.instant();
      // The key is written first: a certificate alone would be a first start that was killed between the two.
      if (!Files.exists(authorityFile)) {
        KeyPair keys = generateKeys();
        writeKey(authorityKeyFile, keys.getPrivate());
        writeCertificates(authorityFile, List.of(issueAuthority(keys, now)));
      }
      X509Certificate authority = readCertificate(authorityFile);
      if (authority.getNotAfter().toInstant().isBefore(now.plus(RENEW_BEFORE))) {
        throw new StartupException("the certificate authority " + authorityFile + " is at its end (" + authority.getNotAfter()
            + "); remove ca.pem, ca-key.pem and server.pem, start again, and give clients the new ca.pem");
      }
      PrivateKey authorityKey = readKey(authorityKeyFile);

      Set<String> names = new TreeSet<>(STANDARD_HOSTS);
      hostnames.forEach(name -> names.add(checked(name)));
      Path serverFile = directory.file("server.pem");
      Path serverKeyFile = directory.file("server-key.pem");
      if (!Files.exists(serverFile) || !stillGood(readCertificate(serverFile), authority, names, now)) {
        // Out of the way first, so that a crash between the two writes cannot pair a certificate with another key.
        Files.deleteIfExists(serverFile);
        KeyPair keys = generateKeys();
        writeKey(serverKeyFile, keys.getPrivate());
        writeCertificates(serverFile, List.of(issueServer(keys, names, authority, authorityKey, now), authority));
      }
      return new CertificateAuthority(authorityFile, authority, readKey(serverKeyFile), readCertificate(serverFile));
    } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
      throw new StartupException("cannot read or make the TLS certificate in " + directory.path() + ": " + e.getMessage(), e);
    }
  }

  /** The PEM file that clients trust. */
  public Path file() {
    return file;
  }

  /** The authority's own certificate, which clients trust. */
  public X509Certificate certificate() {
    return authority;
  }

  X509Certificate serverCertificate() {
    return server;
  }

  /** TLS with the server's certificate, from the JDK's own implementation whatever other providers are installed. */
  public SSLContext serverTls() {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12", "SunJSSE");
      store.load(null, null);
      store.setKeyEntry("server", serverKey, new char[0], new X509Certificate[] {server, authority});
      KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509", "SunJSSE");
      keys.init(store, new char[0]);
      SSLContext tls = SSLContext.getInstance("TLS", "SunJSSE");
      tls.init(keys.getKeyManagers(), null, null);
      return tls;
    } catch (IOException | GeneralSecurityException e) {
      throw new StartupException("this JVM cannot serve TLS: " + e.getMessage(), e);
    }
  }

  /** The name in the form in which a certificate gives it back, so that the two compare. */
  private static String checked(String hostname) {
    if (IP_ADDRESS.matcher(hostname).matches()) {
      try {
        // A literal, by the pattern: nothing is looked up.
        return InetAddress.getByName(hostname).getHostAddress();
      } catch (UnknownHostException e) {
        throw new StartupException("--hostname " + hostname + " is not an IP address", e);
      }
    }
    if (!HOST_NAME.matcher(hostname).matches()) {
      throw new StartupException("--hostname " + hostname + " is neither a host name nor an IP address");
    }
    return hostname.toLowerCase(Locale.ROOT);
  }

  private static boolean stillGood(X509Certificate server, X509Certificate authority, Set<String> names,
      Instant now) throws GeneralSecurityException {
    if (!server.getIssuerX500Principal().equals(authority.getSubjectX500Principal())
        || server.getNotAfter().toInstant().isBefore(now.plus(RENEW_BEFORE))) {
      return false;
    }
    Set<String> covered = server.getSubjectAlternativeNames().stream()
        .map(name -> String.valueOf(name.get(1))).collect(Collectors.toCollection(TreeSet::new));
    return covered.equals(names);
  }

  private static KeyPair generateKeys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", "SunEC");
    generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
    return generator.generateKeyPair();
  }

  private static X509Certificate issueAuthority(KeyPair keys, Instant now)
      throws IOException, GeneralSecurityException, OperatorCreationException {
    byte[] tag = new byte[4];
    RANDOM.nextBytes(tag);
    // The tag tells the authorities of several servers apart in a trust store.
    X500Name name = new X500Name("CN=Keyhaven CA " + HexFormat.of().formatHex(tag));
    JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
    X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(name, serial(), Date.from(now.minus(BACKDATE)),
        Date.from(now.plus(AUTHORITY_LIFE)), name, keys.getPublic())
        .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
        .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
        .addExtension(Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(keys.getPublic()));
    return sign(builder, keys.getPrivate());
  }

  private static X509Certificate issueServer(KeyPair keys, Set<String> names, X509Certificate authority,
      PrivateKey authorityKey, Instant now) throws IOException, GeneralSecurityException, OperatorCreationException {
    JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
    GeneralName[] alternatives = names.stream()
        .map(name -> new GeneralName(IP_ADDRESS.matcher(name).matches() ? GeneralName.iPAddress : GeneralName.dNSName, name))
        .toArray(GeneralName[]::new);
    X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
        X500Name.getInstance(authority.getSubjectX500Principal().getEncoded()), serial(), Date.from(now.minus(BACKDATE)),
        Date.from(now.plus(SERVER_LIFE)), new X500Name("CN=localhost"), keys.getPublic())
        .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
        .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
        .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
        .addExtension(Extension.subjectAlternativeName, false, new GeneralNames(alternatives))
        .addExtension(Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(keys.getPublic()))
        .addExtension(Extension.authorityKeyIdentifier, false, identifiers.createAuthorityKeyIdentifier(authority));
    return sign(builder, authorityKey);
  }

  private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
      throws GeneralSecurityException, OperatorCreationException {
    return new JcaX509CertificateConverter()
        .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).setProvider("SunEC").build(key)));
  }

  private static BigInteger serial() {
    return new BigInteger(127, RANDOM).setBit(126);
  }

  private static void writeKey(Path file, PrivateKey key) throws IOException {
    PrivateFile.write(file, pem(Stream.of(new PemObject("PRIVATE KEY", key.getEncoded()))));
  }

  private static void writeCertificates(Path file, List<X509Certificate> certificates)
      throws IOException, GeneralSecurityException {
    Stream.Builder<PemObject> objects = Stream.builder();
    for (X509Certificate certificate : certificates) {
      objects.add(new PemObject("CERTIFICATE", certificate.getEncoded()));
    }
    PrivateFile.write(file, pem(objects.build()));
  }

  private static byte[] pem(Stream<PemObject> objects) throws IOException {
    StringWriter text = new StringWriter();
    try (PemWriter out = new PemWriter(text)) {
      for (PemObject object : objects.toList()) {
        out.writeObject(object);
      }
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static X509Certificate readCertificate(Path file) throws IOException, GeneralSecurityException {
    try (var in = Files.newInputStream(file)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509", "SUN").generateCertificate(in);
    }
  }

  private static PrivateKey readKey(Path file) throws IOException, GeneralSecurityException {
    try (PemReader in = new PemReader(new StringReader(
        new String(PrivateFile.read(file, "private key"), StandardCharsets.US_ASCII)))) {
      PemObject object = in.readPemObject();
      if (object == null) {
        throw new IOException(file + " holds no PEM object");
      }
      return KeyFactory.getInstance("EC", "SunEC").generatePrivate(new PKCS8EncodedKeySpec(object.getContent()));
    }
  }
}
