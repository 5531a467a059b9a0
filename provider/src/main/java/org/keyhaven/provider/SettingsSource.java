package org.keyhaven.provider;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.security.InvalidParameterException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where settings come from. Values that are blank count as absent.
 *
 * @param description for messages: the file, "the system properties", …
 * @param values never printed, since secrets are among them
 */
record SettingsSource(String description, Map<Setting, String> values) {
  private static final String ALIAS_FILTER_PREFIX = Setting.ALIAS_FILTER.property() + ".";

  /** A group may read: that is how containers mount secrets. */
  private static final Set<PosixFilePermission> OF_OTHERS = Set.of(PosixFilePermission.GROUP_WRITE,
      PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);

  SettingsSource {
    Map<Setting, String> present = new EnumMap<>(Setting.class);
    for (Map.Entry<Setting, String> value : values.entrySet()) {
      if (!value.getValue().isBlank()) {
        present.put(value.getKey(), value.getValue());
      }
    }
    values = present;
  }

  /** @throws InvalidParameterException when a property of Microsoft's provider is malformed or cannot be honoured */
  static SettingsSource systemProperties() {
    Properties properties = new Properties();
    Properties all = System.getProperties();
    for (String name : all.stringPropertyNames()) {
      if (name.startsWith("keyhaven.") || name.startsWith("azure.")) {
        properties.setProperty(name, all.getProperty(name));
      }
    }
    return new SettingsSource("the system properties", named(properties));
  }

  static SettingsSource environment() {
    Map<Setting, String> values = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      String value = System.getenv(setting.variable());
      if (value != null) {
        values.put(setting, value);
      }
    }
    return new SettingsSource("the environment", values);
  }

  /**
   * A properties file with keyhaven.* or azure.keyvault.* names, or the connection.env of a server. Relative paths in it
   * start at its folder.
   *
   * @throws UncheckedIOException with a reason of one line when it cannot be read, says nothing to Keyhaven, or holds a
   *     secret that users other than its owner can read
   */
  static SettingsSource file(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      throw invalid("there is no configuration file " + file, e);
    } catch (MalformedInputException e) {
      throw invalid("the configuration file " + file + " is not text in UTF-8", e);
    } catch (IOException | SecurityException e) {
      throw invalid("the configuration file " + file + " cannot be read: " + e.getMessage(), e);
    }
    Map<Setting, String> values = namesProperties(lines) ? properties(file, String.join("\n", lines)) : variables(lines);
    if (values.isEmpty()) {
      throw invalid("the configuration file " + file
          + " has no setting of Keyhaven: write keyhaven.vault.url=https://…, or name a server's connection.env", null);
    }
    if (values.containsKey(Setting.TOKEN) || values.containsKey(Setting.CLIENT_SECRET)) {
      refuse(file, OF_OTHERS, "holds a secret and is open to others: chmod 600 it");
    } else {
      refuse(file, Set.of(PosixFilePermission.OTHERS_WRITE),
          "can be written by everyone, who could so choose where credentials go: chmod o-w it");
    }
    Path folder = file.toAbsolutePath().getParent();
    for (Setting path : new Setting[] {Setting.CA_FILE, Setting.CHAIN_FILE, Setting.TOKEN_FILE}) {
      String value = values.get(path);
      if (value != null && !value.isBlank()) {
        values.put(path, folder.resolve(value).toString());
      }
    }
    return new SettingsSource(file.toString(), values);
  }

  /** Where files have the modes of POSIX; elsewhere their owner looks after them. */
  private static void refuse(Path file, Set<PosixFilePermission> unwanted, String reason) {
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (view == null) {
      return;
    }
    try {
      if (!Collections.disjoint(view.readAttributes().permissions(), unwanted)) {
        throw invalid("the configuration file " + file + " " + reason, null);
      }
    } catch (IOException e) {
      throw invalid("the mode of the configuration file " + file + " cannot be read: " + e.getMessage(), e);
    }
  }

  Optional<String> get(Setting setting) {
    return Optional.ofNullable(values.get(setting));
  }

  private static boolean namesProperties(List<String> lines) {
    for (String line : lines) {
      String stripped = line.strip();
      if (stripped.startsWith("keyhaven.") || stripped.startsWith(MicrosoftProperties.PREFIX)) {
        return true;
      }
    }
    return false;
  }

  private static Map<Setting, String> properties(Path file, String text) {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(text));
    } catch (IOException | IllegalArgumentException e) {
      throw invalid("the configuration file " + file + " is no properties file: " + e.getMessage(), e);
    }
    for (String name : new TreeSet<>(properties.stringPropertyNames())) {
      if (name.startsWith("keyhaven.") && Setting.ofProperty(name).isEmpty() && !name.startsWith(ALIAS_FILTER_PREFIX)
          || name.startsWith(MicrosoftProperties.PREFIX) && !MicrosoftProperties.knows(name)) {
        throw invalid("the configuration file " + file + " names " + name + ", which is no setting of Keyhaven", null);
      }
    }
    try {
      return named(properties);
    } catch (InvalidParameterException e) {
      throw invalid("the configuration file " + file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Properties by our names, and by Microsoft's where ours say nothing. Credentials are a group here as well: where we
   * name any, Microsoft's are not looked at.
   */
  private static Map<Setting, String> named(Properties properties) {
    Map<Setting, String> values = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      String value = properties.getProperty(setting.property());
      if (value != null && !value.isBlank()) {
        values.put(setting, value.strip());
      }
    }
    putAliasFilter(values, properties, Setting.ALIAS_FILTER.property());
    Map<Setting, String> microsofts = MicrosoftProperties.read(properties);
    putAliasFilter(microsofts, properties, MicrosoftProperties.ALIAS_FILTER);
    if (!Collections.disjoint(values.keySet(), Credentials.PROOFS)) {
      microsofts.keySet().removeAll(Credentials.SETTINGS);
    }
    for (Map.Entry<Setting, String> value : microsofts.entrySet()) {
      values.putIfAbsent(value.getKey(), value.getValue());
    }
    return values;
  }

  private static void putAliasFilter(Map<Setting, String> values, Properties properties, String name) {
    List<String> found = new ArrayList<>();
    for (String candidate : new TreeSet<>(properties.stringPropertyNames())) {
      if (candidate.equals(name) || candidate.startsWith(name + ".")) {
        found.add(properties.getProperty(candidate).strip());
      }
    }
    String patterns = String.join("\n", found);
    if (!patterns.isBlank()) {
      values.put(Setting.ALIAS_FILTER, patterns);
    }
  }

  private static Map<Setting, String> variables(List<String> lines) {
    Map<Setting, String> values = new EnumMap<>(Setting.class);
    for (String each : lines) {
      String line = each.strip();
      if (line.startsWith("#") || line.indexOf('=') <= 0) {
        continue;
      }
      String assignment = line.startsWith("export ") ? line.substring("export ".length()).strip() : line;
      int equals = assignment.indexOf('=');
      Optional<Setting> setting = Setting.ofFileVariable(assignment.substring(0, equals).strip());
      if (setting.isPresent()) {
        values.put(setting.get(), unquoted(assignment.substring(equals + 1).strip()));
      }
    }
    return values;
  }

  /** The value of a shell word in single quotes, in double quotes, or in none. */
  private static String unquoted(String word) {
    if (word.length() >= 2 && word.startsWith("'") && word.endsWith("'")) {
      return word.substring(1, word.length() - 1).replace("'\\''", "'");
    }
    if (word.length() >= 2 && word.startsWith("\"") && word.endsWith("\"")) {
      return word.substring(1, word.length() - 1).replaceAll("\\\\([\"\\\\$`])", "$1");
    }
    return word;
  }

  /**
   * Not an InvalidParameterException, as Provider.configure suggests: to that keytool says "provider not found" alone.
   * 
   */
  private static UncheckedIOException invalid(String reason, Exception cause) {
    return new UncheckedIOException(reason, new IOException(reason, cause));
  }

  /** Which settings, and no values. */
  @Override
  public String toString() {
    return description + " " + values.keySet();
  }
}
