package org.keyhaven.server.certificates;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.keyhaven.client.wire.Certificates.SubjectAlternativeNames;
import org.keyhaven.client.wire.Certificates.X509Properties;
import org.keyhaven.server.ApiError;

/**
 * What a policy's {@code x509_props} say, as X.509 has it (RFC 5280): checked in full when this is made, so that what is stored
 * can be issued.
 *
 * @param subject may be empty when there are alternative names
 * @param extensions key usage, extended key usage and alternative names
 * @param usage the bits of {@link KeyUsage}
 */
record X509Fields(X500Name subject, Extensions extensions, int usage, int validityMonths) {
  private static final Map<String, Integer> USAGES = Map.of(
      "digitalSignature", KeyUsage.digitalSignature,
      "nonRepudiation", KeyUsage.nonRepudiation,
      "keyEncipherment", KeyUsage.keyEncipherment,
      "dataEncipherment", KeyUsage.dataEncipherment,
      "keyAgreement", KeyUsage.keyAgreement,
      "keyCertSign", KeyUsage.keyCertSign,
      "cRLSign", KeyUsage.cRLSign,
      "encipherOnly", KeyUsage.encipherOnly,
      "decipherOnly", KeyUsage.decipherOnly);
  /** Short names that RFC 4514 leaves to the implementation and that Key Vault's users write. */
  private static final Map<String, String> NAMES = Map.of("E", "1.2.840.113549.1.9.1", "S", "2.5.4.8");
  /** User principal name, a Microsoft "other name". */
  private static final ASN1ObjectIdentifier UPN = new ASN1ObjectIdentifier("1.3.6.1.4.1.311.20.2.3");
  private static final Pattern OID = Pattern.compile("[0-2](\\.(0|[1-9][0-9]{0,9})){1,30}");
  private static final Pattern IP_ADDRESS = Pattern.compile("[0-9.]+|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*");
  private static final int MOST_NAMES = 100;
  private static final int LONGEST_NAME = 1000;

  /** @throws ApiError 400 when they cannot be issued; names the member that is wrong */
  static X509Fields of(X509Properties properties) {
    GeneralNames alternatives = alternatives(properties.sans());
    X500Name subject = subject(properties.subject(), alternatives != null);
    int usage = 0;
    for (String name : properties.keyUsage()) {
      Integer bit = USAGES.get(name);
      if (bit == null) {
        throw bad("key_usage", "has an unknown value");
      }
      usage |= bit;
    }
    List<KeyPurposeId> purposes = new ArrayList<>();
    for (String oid : properties.ekus()) {
      if (!OID.matcher(oid).matches()) {
        throw bad("ekus", "must be object identifiers in dotted form");
      }
      purposes.add(KeyPurposeId.getInstance(new ASN1ObjectIdentifier(oid)));
    }
    int months = properties.validityMonths();
    if (months < 1 || months > 1200) {
      throw bad("validity_months", "must be 1 to 1200");
    }
    try {
      ExtensionsGenerator extensions = new ExtensionsGenerator();
      if (usage != 0) {
        extensions.addExtension(Extension.keyUsage, true, new KeyUsage(usage));
      }
      if (!purposes.isEmpty()) {
        extensions.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes.toArray(KeyPurposeId[]::new)));
      }
      if (alternatives != null) {
        // Without a subject they are the only name, which nobody may overlook (RFC 5280, section 4.2.1.6).
        extensions.addExtension(Extension.subjectAlternativeName, subject.getRDNs().length == 0, alternatives);
      }
      return new X509Fields(subject, extensions.isEmpty() ? null : extensions.generate(), usage, months);
    } catch (IOException | IllegalArgumentException e) {
      throw new ApiError(400, "BadParameter", null, "Policy x509_props cannot be encoded.", e);
    }
  }

  private static X500Name subject(String text, boolean mayBeEmpty) {
    if (text == null || text.isBlank()) {
      if (mayBeEmpty) {
        return new X500Name("");
      }
      throw bad("subject", "is missing, and there are no subject alternative names");
    }
    if (text.length() > LONGEST_NAME) {
      throw bad("subject", "is too long");
    }
    try {
      return X500Name.getInstance(new X500Principal(text, NAMES).getEncoded());
    } catch (IllegalArgumentException e) {
      throw new ApiError(400, "BadParameter", null, "Policy x509_props.subject is no X.500 distinguished name.", e);
    }
  }

  private static GeneralNames alternatives(SubjectAlternativeNames sans) {
    if (sans == null) {
      return null;
    }
    List<GeneralName> names = new ArrayList<>();
    add(names, sans.dnsNames(), "dns_names", name -> new GeneralName(GeneralName.dNSName, name));
    add(names, sans.emails(), "emails", name -> new GeneralName(GeneralName.rfc822Name, name));
    add(names, sans.uris(), "uris", name -> new GeneralName(GeneralName.uniformResourceIdentifier, name));
    add(names, sans.upns(), "upns", name -> new GeneralName(GeneralName.otherName,
        new DERSequence(new ASN1Encodable[] {UPN, new DERTaggedObject(true, 0, new DERUTF8String(name))})));
    add(names, sans.ipAddresses(), "ip_addresses", X509Fields::address);
    if (names.size() > MOST_NAMES) {
      throw bad("sans", "has more than " + MOST_NAMES + " names");
    }
    return names.isEmpty() ? null : new GeneralNames(names.toArray(GeneralName[]::new));
  }

  private static void add(List<GeneralName> all, List<String> names, String member, Function<String, GeneralName> toName) {
    if (names == null) {
      return;
    }
    for (String name : names) {
      boolean printable = name != null && !name.isBlank() && name.length() <= LONGEST_NAME
          && name.chars().noneMatch(Character::isISOControl)
          && (member.equals("upns") || name.chars().allMatch(c -> c < 128));
      if (!printable) {
        throw bad("sans." + member, "has an empty, too long or not encodable name");
      }
      all.add(toName.apply(name));
    }
  }

  private static GeneralName address(String text) {
    if (IP_ADDRESS.matcher(text).matches()) {
      try {
        // A literal, by the pattern: nothing is looked up.
        return new GeneralName(GeneralName.iPAddress, InetAddress.getByName(text).getHostAddress());
      } catch (UnknownHostException e) {
        throw new ApiError(400, "BadParameter", null, "Policy x509_props.sans.ip_addresses has no IP address.", e);
      }
    }
    throw bad("sans.ip_addresses", "has a value that is no IP address");
  }

  private static ApiError bad(String member, String what) {
    return ApiError.badParameter("Policy x509_props." + member + " " + what + ".");
  }
}
