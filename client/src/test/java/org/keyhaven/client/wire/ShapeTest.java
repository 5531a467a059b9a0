package org.keyhaven.client.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The client finds names by itself, the server's databind by annotations: they must find the same. */
class ShapeTest {

  @Test
  void membersAreCalledAsTheirAnnotationsSay() throws Exception {
    List<String> found = new ArrayList<>();
    List<String> annotated = new ArrayList<>();
    for (Class<?> type : types()) {
      if (type.isRecord() && Modifier.isPublic(type.getModifiers()) && type != ObjectId.class) {
        for (RecordComponent component : type.getRecordComponents()) {
          JsonProperty annotation = component.getAccessor().getAnnotation(JsonProperty.class);
          found.add(type.getSimpleName() + "." + MemberNames.of(type, component.getName()));
          annotated.add(type.getSimpleName() + "." + (annotation == null ? component.getName() : annotation.value()));
        }
      }
    }
    assertThat(found).hasSizeGreaterThan(100).isEqualTo(annotated);
  }

  @Test
  void textsAreMadeAsTheirAnnotationsSay() throws Exception {
    int texts = 0;
    for (Class<?> type : types()) {
      List<Method> creators = Arrays.stream(type.getDeclaredMethods())
          .filter(method -> method.isAnnotationPresent(JsonCreator.class)).toList();
      if (!creators.isEmpty()) {
        List<Method> values = Arrays.stream(type.getDeclaredMethods())
            .filter(method -> method.isAnnotationPresent(JsonValue.class)).toList();
        assertThat(Shape.of(type)).isEqualTo(new Shape.Text(creators.get(0), values.get(0)));
        texts++;
      }
    }
    assertThat(texts).isGreaterThan(5);
  }

  /** Of the package, those in others included. */
  private static List<Class<?>> types() throws IOException, URISyntaxException, ClassNotFoundException {
    Path root = Path.of(ObjectId.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path folder = root.resolve(ObjectId.class.getPackageName().replace('.', '/'));
    List<Class<?>> types = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.endsWith(".class") && !name.equals("package-info.class")) {
          types.add(Class.forName(ObjectId.class.getPackageName() + "." + name.substring(0, name.length() - ".class".length()), false,
              ObjectId.class.getClassLoader()));
        }
      }
    }
    return types;
  }
}
