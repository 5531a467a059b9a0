package org.keyhaven.server.vaults;

import java.util.regex.Pattern;

/**
 * A vault that the server shall have.
 *
 * @param name 1 to 63 letters, digits and hyphens, as a label of a host name
 */
public record VaultDefinition(String name, VaultKind kind, SoftDelete softDelete) {
  private static final Pattern NAME = Pattern.compile("[0-9a-zA-Z]([0-9a-zA-Z-]{0,61}[0-9a-zA-Z])?");

  public VaultDefinition {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("a vault's name is 1 to 63 letters, digits and inner hyphens: " + name);
    }
  }
}
