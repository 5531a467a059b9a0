package org.keyhaven.server.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.keyhaven.client.wire.Certificates.CertificateImportParameters;
import org.keyhaven.client.wire.Json;
import org.keyhaven.client.wire.Keys.KeyItem;
import org.keyhaven.client.wire.Keys.KeyVerifyResult;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.client.wire.Page;
import org.keyhaven.client.wire.StandardBase64;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The client's own JSON and the server's databind are two implementations of one format: they never differ. */
class WireFormatTest {
  private static final JsonMapper DATABIND = org.keyhaven.server.json.Json.mapper();
  private static final List<String> VALUES = List.of("null", "true", "false", "0", "5", "-5", "2147483648", "9223372036854775808",
      "253402300799", "253402300800", "5.0", "1.5", "1e3", "1e999", "\"\"", "\" \"", "\"text\"", "\"5\"", "\"true\"", "\"AQAB\"",
      "\"AQ==\"", "\"AQ=\"", "\"A\"", "\"+/-_\"", "\"\\u00e9\"", "\"RSA\"", "\"rsa\"", "\"RSA_HSM\"", "\"P-256\"", "\"SECP256K1\"",
      "\"RS256\"", "\"ECDSA256\"", "\"A256KW\"", "\"sign\"", "\"SIGN\"", "\"https://v/keys/a\"", "\"http://v/keys/a\"", "[]", "[null]",
      "[5]", "[\"sign\"]", "[\"AQAB\"]", "[[]]", "[{}]", "{}", "{\"a\":null}", "{\"a\":\"b\"}", "{\"a\":5}", "{\"a\":{}}", "{\"a\":[]}",
      "{\"kid\":null}", "{\"enabled\":5}", "{\"a\":1,\"a\":2}", "[,]", "nul", "");

  /** Every record of the contract. The client is a folder where Maven only tests, and a jar where it packages too. */
  static List<Class<?>> records() throws IOException, ReflectiveOperationException {
    Path classes = Path.of(URI.create(Json.class.getProtectionDomain().getCodeSource().getLocation().toString()));
    String folder = Json.class.getPackageName().replace('.', '/');
    List<Class<?>> records = new ArrayList<>();
    try (FileSystem jar = Files.isDirectory(classes) ? null : FileSystems.newFileSystem(classes);
        Stream<Path> files = Files.list((jar == null ? classes : jar.getPath("/")).resolve(folder))) {
      for (String name : files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".class")).sorted().toList()) {
        Class<?> type = Class.forName(Json.class.getPackageName() + "." + name.substring(0, name.length() - ".class".length()));
        if (type.isRecord() && Modifier.isPublic(type.getNestHost().getModifiers()) && type.getTypeParameters().length == 0
            && type != ObjectId.class && type != StandardBase64.class) {
          records.add(type);
        }
      }
    }
    assertThat(records).hasSizeGreaterThan(40);
    return records;
  }

  @ParameterizedTest
  @MethodSource("records")
  void bothWriteAndReadEveryRecord(Class<?> type) throws ReflectiveOperationException {
    for (Object sample : List.of(record(type, true), record(type, false))) {
      byte[] written = Json.write(sample);
      assertThat(new String(written, StandardCharsets.UTF_8)).isEqualTo(DATABIND.writeValueAsString(sample));
      assertThat(Json.write(Json.read(written, type))).isEqualTo(written);
      assertThat(Json.write(DATABIND.readValue(written, type))).isEqualTo(written);
    }
  }

  @ParameterizedTest
  @MethodSource("records")
  void bothTakeAndRefuseTheSame(Class<?> type) throws ReflectiveOperationException {
    ObjectNode sample = (ObjectNode) DATABIND.valueToTree(record(type, true));
    for (String value : VALUES) {
      compare(value, type);
      for (String member : sample.propertyNames()) {
        compare("{\"" + member + "\":" + value + ",\"other\":" + value + "}", type);
        compare(replaced(sample, member, value), type);
      }
    }
  }

  @Test
  void pagesToo() {
    for (String value : VALUES) {
      byte[] json = ("{\"value\":[{\"kid\":\"https://v/keys/a\",\"tags\":" + value + "}]}").getBytes(StandardCharsets.UTF_8);
      Optional<Page<KeyItem>> byClient = attempt(() -> Json.readPage(json, KeyItem.class));
      Optional<Page<KeyItem>> byDatabind = attempt(() -> DATABIND.readValue(json, new TypeReference<Page<KeyItem>>() { }));
      assertThat(byClient).as(value).isEqualTo(byDatabind);
    }
  }

  private static void compare(String text, Class<?> type) {
    byte[] json = text.getBytes(StandardCharsets.UTF_8);
    Optional<String> byClient = attempt(() -> Json.read(json, type)).map(DATABIND::writeValueAsString);
    Optional<String> byDatabind = attempt(() -> DATABIND.readValue(json, type)).map(DATABIND::writeValueAsString);
    if (byClient.isPresent() || !stricter(text, type)) {
      assertThat(byClient).as(type.getSimpleName() + " of " + text).isEqualTo(byDatabind);
    }
  }

  /**
   * What the client alone refuses: blank text as the null of what is no text, an answer of verify without its value, and a list
   * as a password.
   */
  private static boolean stricter(String text, Class<?> type) {
    return text.contains("\" \"") || text.contains("\"\"") || type == KeyVerifyResult.class
        || type == CertificateImportParameters.class && text.contains("[");
  }

  /** Empty where it is refused, and for null. */
  private static <T> Optional<T> attempt(Supplier<T> reading) {
    try {
      return Optional.ofNullable(reading.get());
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  private static String replaced(ObjectNode sample, String member, String value) {
    StringBuilder json = new StringBuilder("{");
    for (Map.Entry<String, JsonNode> entry : sample.properties()) {
      json.append(json.length() == 1 ? "" : ",").append('"').append(entry.getKey()).append("\":")
          .append(entry.getKey().equals(member) ? value : entry.getValue().toString());
    }
    return json.append('}').toString();
  }

  /** With a value in every member, or with none that can be left out. */
  private static Object record(Class<?> type, boolean full) throws ReflectiveOperationException {
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = new Object[components.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = full || components[i].getType().isPrimitive() ? value(components[i].getGenericType()) : null;
    }
    return type.getDeclaredConstructor(Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new))
        .newInstance(values);
  }

  private static Object value(Type type) throws ReflectiveOperationException {
    if (type instanceof ParameterizedType generic) {
      Type[] of = generic.getActualTypeArguments();
      return generic.getRawType() == Map.class ? Map.of("n\u00e4me", value(of[1])) : List.of(value(of[0]), value(of[0]));
    }
    Class<?> raw = (Class<?>) type;
    if (raw == String.class) {
      return "a \"text\"\n\u00e9\ud83d\ude00</script>";
    } else if (raw == char[].class) {
      return "p\u00e4ss\"word".toCharArray();
    } else if (raw == byte[].class) {
      return new byte[] {(byte) 0xfb, (byte) 0xff, 0, 1};
    } else if (raw == StandardBase64.class) {
      return new StandardBase64(new byte[] {(byte) 0xfb, (byte) 0xff, 0, 1});
    } else if (raw == Boolean.class || raw == boolean.class) {
      return true;
    } else if (raw == Integer.class) {
      return 2048;
    } else if (raw == Long.class) {
      return 1L << 40;
    } else if (raw == Instant.class) {
      return Instant.ofEpochSecond(1_493_942_451);
    } else if (raw == ObjectId.class) {
      return ObjectId.parse("https://vault.example:8443/keys/web/0123456789abcdef0123456789abcdef");
    }
    return raw.isEnum() ? raw.getEnumConstants()[raw.getEnumConstants().length - 1] : record(raw, true);
  }
}
