package org.keyhaven.jmh.provider;

/** The ways to a signature that are compared. */
public enum Through {
  KEYHAVEN("Keyhaven", Signers::keyhaven),
  /** The SDK under the provider, with a digest of the JDK's. */
  CLIENT("Keyhaven's client", Signers::client),
  MICROSOFT("Microsoft", Signers::microsoft),
  JSIGN("jsign", Signers::jsign),
  PKCS11("SunPKCS11", Signers::pkcs11),
  LOCAL("local", Signers::local);

  private final String label;
  private final Signer.Opening opening;

  Through(String label, Signer.Opening opening) {
    this.label = label;
    this.opening = opening;
  }

  /** In tables. */
  String label() {
    return label;
  }

  Signer.Opening opening() {
    return opening;
  }
}
