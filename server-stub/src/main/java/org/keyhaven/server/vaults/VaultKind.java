package org.keyhaven.server.vaults;

/** The two kinds of vault, each with a listener of its own. */
public enum VaultKind {
  /** Keys, secrets and certificates; keys in software or an HSM. */
  VAULT("vault", "https://vault.azure.net"),
  /** Keys alone, all of them in an HSM. */
  MANAGED_HSM("managedhsm", "https://managedhsm.azure.net");

  private final String subdomain;
  private final String azureResource;

  VaultKind(String subdomain, String azureResource) {
    this.subdomain = subdomain;
    this.azureResource = azureResource;
  }

  /** The parent domain of vaults of this kind, below {@code localhost}. */
  public String domain() {
    return subdomain + ".localhost";
  }

  /** The audience that clients ask for when they never look at a challenge. */
  public String azureResource() {
    return azureResource;
  }
}
