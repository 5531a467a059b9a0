package org.keyhaven.client.wire;

import java.lang.reflect.InvocationTargetException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamReadException;

/** Makes values of what a parser reads. No message quotes what was read: it may be secret. */
record JsonReading(JsonParser in) {
  private static final WireType ANY = WireType.of(Object.class);
  private static final long MAX_SECONDS = 253_402_300_799L;

  /**
   * The value that begins with the current token.
   *
   * @param parameter what the type parameter of the record around it stands for; null where it has none
   * @throws JacksonException when it is none of this type
   */
  Object value(WireType declared, WireType parameter) {
    WireType type = declared.kind() == WireType.Kind.PARAMETER ? parameter : declared;
    if (in.currentToken() == JsonToken.VALUE_NULL) {
      return null;
    }
    return switch (type.kind()) {
      case TEXT -> {
        // A number or a truth value is as good: what stands between client and vault answers errors with such codes.
        if (!in.currentToken().isScalarValue()) {
          throw new StreamReadException(in, "no " + type.title());
        }
        yield in.getString();
      }
      case CHARS -> {
        expect(JsonToken.VALUE_STRING, type);
        int from = in.getStringOffset();
        yield Arrays.copyOfRange(in.getStringCharacters(), from, from + in.getStringLength());
      }
      case BYTES -> base64(type);
      case STANDARD_BASE64 -> new StandardBase64(base64(type));
      case BOOLEAN -> {
        if (in.currentToken() != JsonToken.VALUE_TRUE) {
          expect(JsonToken.VALUE_FALSE, type);
        }
        yield in.currentToken() == JsonToken.VALUE_TRUE;
      }
      case INT -> {
        expect(JsonToken.VALUE_NUMBER_INT, type);
        yield in.getIntValue();
      }
      case LONG -> {
        expect(JsonToken.VALUE_NUMBER_INT, type);
        yield in.getLongValue();
      }
      case TIME -> time(type);
      case LIST -> list(type, parameter);
      case MAP -> map(type, parameter);
      case ANY -> any();
      case SHAPE -> shaped(type);
      case PARAMETER -> throw new IllegalArgumentException("a type parameter of a type parameter");
    };
  }

  private Object shaped(WireType type) {
    try {
      return Shape.of(type.raw()) instanceof Shape.Members record ? record(record, type)
          : ((Shape.Text) Shape.of(type.raw())).make(text(type));
    } catch (InvocationTargetException e) {
      // Its cause quotes what was read.
      throw new StreamReadException(in, "no value of " + type.title());
    }
  }

  private Object record(Shape.Members record, WireType type) throws InvocationTargetException {
    expect(JsonToken.START_OBJECT, type);
    Object[] values = new Object[record.members().length];
    while (in.nextToken() == JsonToken.PROPERTY_NAME) {
      Integer position = record.positions().get(in.currentName());
      in.nextToken();
      if (position == null) {
        in.skipChildren();
      } else {
        values[position] = value(record.members()[position].type(), type.item());
      }
    }
    for (int i = 0; i < values.length; i++) {
      if (values[i] == null && record.members()[i].required()) {
        throw new StreamReadException(in, type.title() + " without " + record.members()[i].name());
      }
    }
    return record.make(values);
  }

  private List<Object> list(WireType type, WireType parameter) {
    expect(JsonToken.START_ARRAY, type);
    List<Object> values = new ArrayList<>();
    while (in.nextToken() != JsonToken.END_ARRAY) {
      values.add(value(type.item(), parameter));
    }
    return values;
  }

  private Map<String, Object> map(WireType type, WireType parameter) {
    expect(JsonToken.START_OBJECT, type);
    Map<String, Object> values = new LinkedHashMap<>();
    while (in.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = in.currentName();
      in.nextToken();
      values.put(name, value(type.item(), parameter));
    }
    return values;
  }

  private Object any() {
    return switch (in.currentToken()) {
      case START_OBJECT -> map(new WireType(WireType.Kind.MAP, Map.class, ANY), null);
      case START_ARRAY -> list(new WireType(WireType.Kind.LIST, List.class, ANY), null);
      case VALUE_STRING -> in.getString();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NUMBER_INT -> in.getNumberType() == JsonParser.NumberType.INT ? (Object) in.getLongValue() : in.getNumberValue();
      case VALUE_NUMBER_FLOAT -> in.getDoubleValue();
      default -> throw new StreamReadException(in, "no value");
    };
  }

  private String text(WireType type) {
    expect(JsonToken.VALUE_STRING, type);
    return in.getString();
  }

  private byte[] base64(WireType type) {
    String text = text(type);
    int end = text.length();
    while (end > 0 && end > text.length() - 2 && text.charAt(end - 1) == '=') {
      end--;
    }
    try {
      return Base64.getUrlDecoder().decode(text.substring(0, end).replace('+', '-').replace('/', '_'));
    } catch (IllegalArgumentException e) {
      // Its message quotes a character.
      throw new StreamReadException(in, "not Base64url");
    }
  }

  private Instant time(WireType type) {
    expect(JsonToken.VALUE_NUMBER_INT, type);
    long seconds = in.getLongValue();
    if (seconds < 0 || seconds > MAX_SECONDS) {
      throw new StreamReadException(in, "a time must be seconds since 1970, up to the year 9999");
    }
    return Instant.ofEpochSecond(seconds);
  }

  private void expect(JsonToken token, WireType type) {
    if (in.currentToken() != token) {
      throw new StreamReadException(in, "no " + type.title());
    }
  }
}
