package org.keyhaven.client.wire;

import java.io.ByteArrayOutputStream;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;

/**
 * The JSON of the service: byte arrays in Base64url without padding (read with padding and in the standard alphabet too,
 * as shipping clients send them), times in whole seconds since 1970, absent members left out, unknown members ignored.
 *
 * <p>What is read must be one value, without a member twice, no deeper than 32 levels, and each value of the kind that its
 * member has. Reading throws {@code tools.jackson.core.JacksonException} on everything else. Thread-safe.
 */
public final class Json {
  /** The largest request or response body either side reads: a backup of 500 versions of the largest keys fits. */
  public static final int MAX_BODY_BYTES = 4 << 20;

  private static final int MAX_NESTING = 32;
  private static final JsonFactory FACTORY = JsonFactory.builder()
      .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_NESTING).maxDocumentLength(MAX_BODY_BYTES)
          .build())
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      .build();
  private static final WireType OBJECT = new WireType(WireType.Kind.MAP, Map.class, WireType.of(Object.class));

  private Json() { }

  /**
   * @param type a type of this package, or another public record of such
   * @return null for the JSON null
   * @throws JacksonException when it is not that
   */
  public static <T> T read(byte[] json, Class<T> type) {
    return type.cast(read(json, WireType.of(type)));
  }

  /**
   * One page of a listing.
   *
   * @return null for the JSON null
   * @throws JacksonException when it is not that
   */
  @SuppressWarnings("unchecked")
  public static <T> Page<T> readPage(byte[] json, Class<T> item) {
    return (Page<T>) read(json, new WireType(WireType.Kind.SHAPE, Page.class, WireType.of(item)));
  }

  /**
   * An object of which only some members matter: strings, numbers (whole ones as {@code Long} where they fit), booleans,
   * lists, maps and nulls.
   *
   * @return null for the JSON null
   * @throws JacksonException when it is no object
   */
  @SuppressWarnings("unchecked")
  public static Map<String, Object> readObject(byte[] json) {
    return (Map<String, Object>) read(json, OBJECT);
  }

  /**
   * Finds out how types look, and those that they consist of, which reading or writing the first of each otherwise does: for those who
   * have time before.
   *
   * @param types of this package
   */
  public static void prepare(Class<?>... types) {
    for (Class<?> type : types) {
      prepare(WireType.of(type), new HashSet<>());
    }
  }

  private static void prepare(WireType type, Set<Class<?>> prepared) {
    if (type.item() != null) {
      prepare(type.item(), prepared);
    }
    if (type.kind() == WireType.Kind.SHAPE && prepared.add(type.raw()) && Shape.of(type.raw()) instanceof Shape.Members record) {
      for (Shape.Member member : record.members()) {
        prepare(member.type(), prepared);
      }
    }
  }

  /** @param value a record, another type of this package, or a map of such */
  public static byte[] write(Object value) {
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    try (JsonGenerator out = FACTORY.createGenerator(ObjectWriteContext.empty(), json)) {
      new JsonWriting(out).value(value);
    }
    return json.toByteArray();
  }

  private static Object read(byte[] json, WireType type) {
    try (JsonParser in = FACTORY.createParser(ObjectReadContext.empty(), json)) {
      if (in.nextToken() == null) {
        throw new StreamReadException(in, "no JSON");
      }
      Object value = new JsonReading(in).value(type, null);
      if (in.nextToken() != null) {
        throw new StreamReadException(in, "more than one JSON value");
      }
      return value;
    }
  }
}
