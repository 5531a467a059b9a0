package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.keyhaven.client.wire.ObjectId;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The reachability metadata in the jar name everything that is found by reflection, and nothing that is not there. */
class NativeImageTest {
  private static final String METADATA = "META-INF/native-image/org.keyhaven/keyhaven-provider/reachability-metadata.json";

  private final JsonNode metadata = read();

  @Test
  void everyBodyOfTheContractIsNamedWithItsMembers() throws Exception {
    Set<String> named = new TreeSet<>();
    metadata.get("reflection").forEach(entry -> {
      if (entry.path("allDeclaredConstructors").asBoolean() && entry.path("allDeclaredMethods").asBoolean()
          && entry.path("allDeclaredFields").asBoolean()) {
        named.add(entry.get("type").asString());
      }
    });
    Set<String> needed = new TreeSet<>();
    for (String name : classesOfTheClient()) {
      if (isReflected(name)) {
        needed.add(name);
      }
    }
    assertThat(needed).hasSizeGreaterThan(50).isEqualTo(named);
  }

  @Test
  void bothProvidersAreMadeByName() throws Exception {
    for (JsonNode entry : metadata.get("reflection")) {
      if (entry.has("methods")) {
        assertThat(entry.get("methods").get(0).get("name").asString()).isEqualTo("<init>");
        assertThat(Class.forName(entry.get("type").asString()).getConstructor()).isNotNull();
      }
    }
    assertThat(metadata.get("reflection").valueStream().filter(entry -> entry.has("methods"))
        .map(entry -> entry.get("type").asString())).containsExactlyInAnyOrderElementsOf(services());
  }

  @Test
  void theResourcesAreThoseOfTheJars() {
    List<String> globs = metadata.get("resources").valueStream().map(entry -> entry.get("glob").asString()).toList();
    assertThat(globs).contains(Credentials.AZURE_IDENTITY);
  }

  /** What {@code client.wire.Json} binds: texts with a {@link JsonCreator}, and records. */
  private static boolean isReflected(String name) throws ClassNotFoundException {
    Class<?> type = Class.forName(name, false, ObjectId.class.getClassLoader());
    return isBody(type)
        || Arrays.stream(type.getDeclaredMethods()).anyMatch(method -> method.isAnnotationPresent(JsonCreator.class));
  }

  private static boolean isBody(Class<?> type) {
    if (!type.isRecord() || !Modifier.isPublic(type.getModifiers())) {
      return false;
    }
    Class<?> around = type.getDeclaringClass();
    if (around == null || Modifier.isPublic(around.getModifiers())) {
      return type.getPackage().equals(ObjectId.class.getPackage());
    }
    // Written to be public in a class that is not: for Json alone. In an interface it is never written, and says nothing.
    return !around.isInterface();
  }

  private static List<String> classesOfTheClient() throws Exception {
    Path code = Path.of(ObjectId.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    if (Files.isDirectory(code)) {
      return classes(code);
    }
    try (FileSystem jar = FileSystems.newFileSystem(code)) {
      return classes(jar.getPath("/"));
    }
  }

  /** Those that the JVM can load without a library that is optional. */
  private static List<String> classes(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files.map(file -> root.relativize(file).toString().replace('\\', '/')).filter(name -> name.endsWith(".class"))
          .map(name -> name.substring(0, name.length() - ".class".length()).replace('/', '.'))
          .filter(name -> !name.startsWith("org.keyhaven.client.observe") && !name.endsWith("package-info")).toList();
    }
  }

  private static List<String> services() throws IOException {
    try (InputStream in = NativeImageTest.class.getClassLoader().getResourceAsStream(
        "META-INF/services/java.security.Provider")) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
    }
  }

  private static JsonNode read() {
    return JsonMapper.shared().readTree(NativeImageTest.class.getClassLoader().getResourceAsStream(METADATA));
  }
}
