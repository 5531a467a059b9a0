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
import java.security.PublicKey;
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
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraintValidatorException;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.PKIXNameConstraintValidator;
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
 * {@code ca.pem}. It is made once and kept; the server's certificate is renewed at start when it is near its end or does not
 * cover the host names.
 *
 * <p>Who trusts it trusts it for this server's names alone. The key of {@code ca.pem} signs one certificate, {@code issuing.pem},
 * and is then forgotten; that one is bound by critical name constraints (RFC 5280, section 4.2.1.10) to the names the server had
 * when they were made, and its key, which stays in {@code issuing-key.pem}, signs the server's certificates. (Constraints in
 * {@code ca.pem} itself would not do: Java does not look at those of a trust anchor.)
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
  private static final String MAKE_ANEW = "remove ca.pem, start again with every --hostname, and give clients the new ca.pem";
  private static final String SIGNATURE = "SHA256withECDSA";
  private static final Pattern IP_ADDRESS = Pattern.compile("[0-9.]+|.*:.*");
  private static final Pattern HOST_NAME =
      Pattern.compile("(\\*\\.)?[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*");
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path file;
  private final X509Certificate authority;
  private final X509Certificate issuing;
  private final Path issuingKeyFile;
  private final PrivateKey serverKey;
  private final X509Certificate server;

  private CertificateAuthority(Path file, X509Certificate authority, X509Certificate issuing, Path issuingKeyFile,
      PrivateKey serverKey, X509Certificate server) {
    this.file = file;
    this.authority = authority;
    this.issuing = issuing;
    this.issuingKeyFile = issuingKeyFile;
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
      Path issuingFile = directory.file("issuing.pem");
      Path issuingKeyFile = directory.file("issuing-key.pem");
      Set<String> names = new TreeSet<>(STANDARD_HOSTS);
      hostnames.forEach(name -> names.add(checked(name)));
      Instant now = clock.instant();
      // ca.pem is written last: without it, a first start was killed in between, or the operator wants new ones.
      if (!Files.exists(authorityFile)) {
        KeyPair issuingKeys = generateKeys();
        List<X509Certificate> made = issueAuthorities(issuingKeys, names, now);
        writeKey(issuingKeyFile, issuingKeys.getPrivate());
        writeCertificates(issuingFile, made.subList(1, 2));
        writeCertificates(authorityFile, made.subList(0, 1));
      }
      X509Certificate authority = readCertificate(authorityFile);
      if (authority.getNotAfter().toInstant().isBefore(now.plus(RENEW_BEFORE)) || !Files.exists(issuingFile)) {
        throw new StartupException("the certificate authority " + authorityFile + " is at its end (" + authority.getNotAfter()
            + "), or was made by an earlier keyhaven; " + MAKE_ANEW);
      }
      X509Certificate issuing = readCertificate(issuingFile);
      requirePermitted(names, issuing, authorityFile);

      Path serverFile = directory.file("server.pem");
      Path serverKeyFile = directory.file("server-key.pem");
      if (!Files.exists(serverFile) || !stillGood(readCertificate(serverFile), issuing, names, now)) {
        // Out of the way first, so that a crash between the two writes cannot pair a certificate with another key.
        Files.deleteIfExists(serverFile);
        KeyPair keys = generateKeys();
        writeKey(serverKeyFile, keys.getPrivate());
        writeCertificates(serverFile, List.of(issueServer(keys.getPublic(), names, issuing, readKey(issuingKeyFile), now), issuing));
      }
      return new CertificateAuthority(authorityFile, authority, issuing, issuingKeyFile, readKey(serverKeyFile),
          readCertificate(serverFile));
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

  /**
   * Makes a key that signs for the server where RSA is expected, with its certificates up to the authority that clients trust.
   * It is RSA 2048, kept in memory alone, and its certificate ends with the server's.
   */
  public KeyStore.PrivateKeyEntry issueSigning() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA", "SunRsaSign");
      generator.initialize(2048, RANDOM);
      KeyPair keys = generator.generateKeyPair();
      X509Certificate signing = sign(endEntity(keys.getPublic(), issuing, server.getNotBefore(), server.getNotAfter()),
          readKey(issuingKeyFile));
      return new KeyStore.PrivateKeyEntry(keys.getPrivate(), new X509Certificate[] {signing, issuing, authority});
    } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("cannot make a key that signs for the server: " + e.getMessage(), e);
    }
  }

  /** TLS with the server's certificate, from the JDK's own implementation whatever other providers are installed. */
  public SSLContext serverTls() {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12", "SunJSSE");
      store.load(null, null);
      store.setKeyEntry("server", serverKey, new char[0], new X509Certificate[] {server, issuing});
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

  private static void requirePermitted(Set<String> names, X509Certificate issuing, Path authorityFile) throws IOException {
    PKIXNameConstraintValidator validator = new PKIXNameConstraintValidator();
    validator.intersectPermittedSubtree(NameConstraints.getInstance(JcaX509ExtensionUtils.parseExtensionValue(
        issuing.getExtensionValue(Extension.nameConstraints.getId()))).getPermittedSubtrees());
    for (String name : names) {
      try {
        validator.checkPermitted(generalName(name));
      } catch (NameConstraintValidatorException e) {
        throw new StartupException("--hostname " + name + " is none of the names that the certificate authority " + authorityFile
            + " was made for, and it vouches for no others; start without it, or " + MAKE_ANEW, e);
      }
    }
  }

  private static GeneralName generalName(String name) {
    return new GeneralName(IP_ADDRESS.matcher(name).matches() ? GeneralName.iPAddress : GeneralName.dNSName, name);
  }

  private static boolean stillGood(X509Certificate server, X509Certificate issuing, Set<String> names,
      Instant now) throws GeneralSecurityException {
    if (!server.getIssuerX500Principal().equals(issuing.getSubjectX500Principal())
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

  /** Two: the one that clients trust, whose key signs the other and is then forgotten, and that other, which is bound to names. */
  private static List<X509Certificate> issueAuthorities(KeyPair issuingKeys, Set<String> names, Instant now)
      throws IOException, GeneralSecurityException, OperatorCreationException {
    byte[] random = new byte[4];
    RANDOM.nextBytes(random);
    // The tag tells the authorities of several servers apart in a trust store.
    String tag = HexFormat.of().formatHex(random);
    X500Name name = new X500Name("CN=Keyhaven CA " + tag);
    KeyPair keys = generateKeys();
    X509Certificate authority = sign(authority(name, name, keys, keys, 1, now), keys.getPrivate());
    GeneralSubtree[] permitted = names.stream()
        .map(host -> IP_ADDRESS.matcher(host).matches()
            ? new GeneralName(GeneralName.iPAddress, host + (host.contains(":") ? "/128" : "/32"))
            // A name permits what is below it too.
            : new GeneralName(GeneralName.dNSName, host.startsWith("*.") ? host.substring(2) : host))
        .map(GeneralSubtree::new).toArray(GeneralSubtree[]::new);
    X509v3CertificateBuilder issuing = authority(name, new X500Name("CN=Keyhaven issuing CA " + tag), keys, issuingKeys, 0, now)
        .addExtension(Extension.nameConstraints, true, new NameConstraints(permitted, null));
    return List.of(authority, sign(issuing, keys.getPrivate()));
  }

  private static X509v3CertificateBuilder authority(X500Name issuer, X500Name subject, KeyPair issuerKeys, KeyPair keys,
      int pathLength, Instant now) throws IOException, GeneralSecurityException {
    JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
    return new JcaX509v3CertificateBuilder(issuer, serial(), Date.from(now.minus(BACKDATE)),
        Date.from(now.plus(AUTHORITY_LIFE)), subject, keys.getPublic())
        .addExtension(Extension.basicConstraints, true, new BasicConstraints(pathLength))
        .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
        .addExtension(Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(keys.getPublic()))
        .addExtension(Extension.authorityKeyIdentifier, false,
            identifiers.createAuthorityKeyIdentifier(issuerKeys.getPublic()));
  }

  private static X509Certificate issueServer(PublicKey key, Set<String> names, X509Certificate issuing,
      PrivateKey issuingKey, Instant now) throws IOException, GeneralSecurityException, OperatorCreationException {
    GeneralName[] alternatives = names.stream().map(CertificateAuthority::generalName).toArray(GeneralName[]::new);
    return sign(endEntity(key, issuing, Date.from(now.minus(BACKDATE)), Date.from(now.plus(SERVER_LIFE)))
        .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
        .addExtension(Extension.subjectAlternativeName, false, new GeneralNames(alternatives)), issuingKey);
  }

  private static X509v3CertificateBuilder endEntity(PublicKey key, X509Certificate issuing, Date start, Date end)
      throws IOException, GeneralSecurityException {
    JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
    return new JcaX509v3CertificateBuilder(X500Name.getInstance(issuing.getSubjectX500Principal().getEncoded()), serial(),
        start, end, new X500Name("CN=localhost"), key)
        .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
        .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
        .addExtension(Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(key))
        .addExtension(Extension.authorityKeyIdentifier, false, identifiers.createAuthorityKeyIdentifier(issuing));
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
