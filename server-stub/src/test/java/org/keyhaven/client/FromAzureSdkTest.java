package org.keyhaven.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.security.keyvault.keys.KeyClientBuilder;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.keyhaven.client.wire.Keys.KeyCreateParameters;
import org.keyhaven.client.wire.Keys.KeyImportParameters;
import org.keyhaven.client.wire.Keys.KeyUpdateParameters;
import org.keyhaven.client.wire.PrivateJsonWebKey;

/** docs/from-azure-sdk.md leaves nothing out, of Microsoft's SDK or of this one. */
class FromAzureSdkTest {
  private static final Pattern SECTION = Pattern.compile("^### (.*?)$\\n(.*?)(?=^##|\\z)",
      Pattern.DOTALL | Pattern.MULTILINE);
  /** What every enum or model of azure-core has, and what every object. */
  private static final Set<String> COMMON =
      Set.of("toJson", "fromJson", "toString", "equals", "hashCode", "values", "valueOf", "fromString");

  private static String page;
  /** By the names in its heading. */
  private static final Map<String, String> SECTIONS = new TreeMap<>();

  @BeforeAll
  static void read() throws IOException {
    page = Files.readString(Path.of("../docs/from-azure-sdk.md"));
    Matcher section = SECTION.matcher(page);
    while (section.find()) {
      for (String type : section.group(1).split(", ")) {
        SECTIONS.put(type, section.group(2));
      }
    }
  }

  private static List<Class<?>> microsofts() throws Exception {
    Path jar = Path.of(KeyClientBuilder.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (JarFile file = new JarFile(jar.toFile())) {
      List<String> names = file.stream().map(entry -> entry.getName())
          .filter(name -> name.endsWith(".class") && !name.contains("/implementation/") && !name.contains("$")
              && name.startsWith("com/")).map(name -> name.replace('/', '.').replaceAll("\\.class$", "")).toList();
      return names.stream().<Class<?>>map(FromAzureSdkTest::load)
          .filter(type -> Modifier.isPublic(type.getModifiers())).toList();
    }
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, FromAzureSdkTest.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Set<String> methods(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isBridge() && !method.isSynthetic())
        .map(Method::getName).filter(name -> !COMMON.contains(name)).collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void everyTypeOfMicrosoftsHasASection() throws Exception {
    List<Class<?>> types = microsofts();
    assertThat(types).hasSizeGreaterThan(40);
    assertThat(types).extracting(Class::getSimpleName).isSubsetOf(SECTIONS.keySet());
    assertThat(SECTIONS.keySet()).as("no section of what is no more")
        .isSubsetOf(types.stream().map(Class::getSimpleName).toList());
  }

  @Test
  void everyMethodOfMicrosoftsIsNamedInTheSectionOfItsType() throws Exception {
    List<String> missing = new ArrayList<>();
    for (Class<?> type : microsofts()) {
      missing.addAll(missing(type, SECTIONS.get(type.getSimpleName()), "`"));
    }
    assertThat(missing).isEmpty();
  }

  @Test
  void everyMethodOfOursIsNamed() {
    List<String> missing = new ArrayList<>();
    for (Class<?> type : List.of(KeyhavenClient.class, KeyhavenClient.Builder.class, KeyClient.class,
        CryptographyClient.class, KeyhavenAsyncClient.class, KeyAsyncClient.class, CryptographyAsyncClient.class,
        AsyncPaged.class, Poller.class, Paged.class, KeyTransfer.class, KeyTransfer.Wrapped.class,
        KeyCreateParameters.class, KeyImportParameters.class, KeyUpdateParameters.class, PrivateJsonWebKey.class, EncryptParameters.class,
        DecryptParameters.class, EncryptResult.class, DecryptResult.class, WrapResult.class, UnwrapResult.class)) {
      missing.addAll(missing(type, page, "\\b"));
    }
    assertThat(missing).isEmpty();
  }

  private static List<String> missing(Class<?> type, String text, String before) {
    return methods(type).stream().filter(method -> !Pattern.compile(before + method + "[(`]").matcher(text).find())
        .map(method -> type.getSimpleName() + "." + method).toList();
  }
}
