package org.keyhaven.server.admin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.keyhaven.server.StartupException;

/**
 * How to connect to a running server, as {@code connection.env} says it: shell {@code KEY=value} lines that a shell can source,
 * that Azure Identity understands ({@code AZURE_*}) and that Keyhaven's client and provider read ({@code KEYHAVEN_*}).
 *
 * @param vaultUrl the default vault
 * @param hsmUrl the default Managed HSM
 * @param caCertificate the PEM file to trust
 * @param authorityHost where tokens come from
 */
public record ConnectionFile(String vaultUrl, String hsmUrl, Path caCertificate, String tenantId, String clientId,
    String clientSecret, String authorityHost) {
  /** Its name in the data directory. */
  public static final String NAME = "connection.env";

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:@%+,=\\[\\]-]+");

  /** Writes the file, whole or not at all, with mode 0600. */
  public void write(Path file) throws IOException {
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("VAULT_URL", vaultUrl);
    lines.put("HSM_URL", hsmUrl);
    lines.put("CA_CERT", caCertificate.toString());
    lines.put("TENANT_ID", tenantId);
    lines.put("CLIENT_ID", clientId);
    lines.put("CLIENT_SECRET", clientSecret);
    lines.put("AUTHORITY_HOST", authorityHost);
    lines.put("AZURE_TENANT_ID", tenantId);
    lines.put("AZURE_CLIENT_ID", clientId);
    lines.put("AZURE_CLIENT_SECRET", clientSecret);
    lines.put("AZURE_AUTHORITY_HOST", authorityHost);
    lines.put("KEYHAVEN_VAULT_URL", vaultUrl);
    lines.put("KEYHAVEN_CA_FILE", caCertificate.toString());
    StringBuilder text = new StringBuilder();
    lines.forEach((name, value) -> text.append(name).append('=').append(quote(value)).append('\n'));
    PrivateFile.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws StartupException when there is none, or it is not whole
   */
  public static ConnectionFile read(Path file) {
    Map<String, String> values = new LinkedHashMap<>();
    try {
      for (String line : Files.readAllLines(file)) {
        int equals = line.indexOf('=');
        if (equals > 0 && line.charAt(0) != '#') {
          values.put(line.substring(0, equals), unquote(line.substring(equals + 1)));
        }
      }
    } catch (NoSuchFileException e) {
      throw new StartupException("there is no " + file + "; start a server on that directory first: keyhaven serve --data "
          + file.toAbsolutePath().getParent(), e);
    } catch (IOException e) {
      throw new StartupException("cannot read " + file + ": " + e.getMessage(), e);
    }
    for (String name : new String[] {"VAULT_URL", "HSM_URL", "CA_CERT", "TENANT_ID", "CLIENT_ID", "CLIENT_SECRET",
        "AUTHORITY_HOST"}) {
      if (values.getOrDefault(name, "").isEmpty()) {
        throw new StartupException(file + " has no " + name + "; restart the server, which writes it anew");
      }
    }
    return new ConnectionFile(values.get("VAULT_URL"), values.get("HSM_URL"), Path.of(values.get("CA_CERT")),
        values.get("TENANT_ID"), values.get("CLIENT_ID"), values.get("CLIENT_SECRET"), values.get("AUTHORITY_HOST"));
  }

  @Override
  public String toString() {
    return "ConnectionFile[vaultUrl=" + vaultUrl + ", hsmUrl=" + hsmUrl + ", clientId=" + clientId + "]";
  }

  private static String quote(String value) {
    return PLAIN.matcher(value).matches() ? value : "'" + value.replace("'", "'\\''") + "'";
  }

  private static String unquote(String text) {
    return text.length() >= 2 && text.startsWith("'") && text.endsWith("'")
        ? text.substring(1, text.length() - 1).replace("'\\''", "'") : text;
  }
}
