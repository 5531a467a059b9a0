package org.keyhaven.client.wire;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The type of a value in JSON.
 *
 * @param raw the Java class; null for a type parameter, which stands for the parameter of the record around it
 * @param item what a list, a map or a record with a type parameter is of; null for all others
 */
record WireType(Kind kind, Class<?> raw, WireType item) {
  enum Kind { TEXT, CHARS, BYTES, STANDARD_BASE64, BOOLEAN, INT, LONG, TIME, LIST, MAP, ANY, SHAPE, PARAMETER }

  static WireType of(Type type) {
    if (type instanceof Class<?> raw) {
      return new WireType(kind(raw), raw, null);
    }
    if (type instanceof ParameterizedType generic && generic.getRawType() instanceof Class<?> raw) {
      Type[] of = generic.getActualTypeArguments();
      return new WireType(kind(raw), raw, of(of[of.length - 1]));
    }
    if (type instanceof TypeVariable<?>) {
      return new WireType(Kind.PARAMETER, null, null);
    }
    throw new IllegalArgumentException("no type of the wire: " + type);
  }

  /** How it is called in messages. */
  String title() {
    return raw.getSimpleName();
  }

  private static Kind kind(Class<?> raw) {
    if (raw == String.class) {
      return Kind.TEXT;
    } else if (raw == char[].class) {
      return Kind.CHARS;
    } else if (raw == byte[].class) {
      return Kind.BYTES;
    } else if (raw == StandardBase64.class) {
      return Kind.STANDARD_BASE64;
    } else if (raw == Boolean.class || raw == boolean.class) {
      return Kind.BOOLEAN;
    } else if (raw == Integer.class || raw == int.class) {
      return Kind.INT;
    } else if (raw == Long.class || raw == long.class) {
      return Kind.LONG;
    } else if (raw == Instant.class) {
      return Kind.TIME;
    } else if (raw == List.class) {
      return Kind.LIST;
    } else if (raw == Map.class) {
      return Kind.MAP;
    }
    return raw == Object.class ? Kind.ANY : Kind.SHAPE;
  }
}
