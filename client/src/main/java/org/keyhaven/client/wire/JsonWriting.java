package org.keyhaven.client.wire;

import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/** Writes values with a generator. Members that are null are left out. */
record JsonWriting(JsonGenerator out) {

  /** @throws IllegalArgumentException when it is of no type of the wire */
  void value(Object value) {
    if (value == null) {
      out.writeNull();
    } else if (value instanceof String text) {
      out.writeString(text);
    } else if (value instanceof char[] secret) {
      out.writeString(secret, 0, secret.length);
    } else if (value instanceof byte[] bytes) {
      out.writeString(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    } else if (value instanceof StandardBase64 standard) {
      out.writeString(Base64.getEncoder().encodeToString(standard.bytes()));
    } else if (value instanceof Boolean truth) {
      out.writeBoolean(truth);
    } else if (value instanceof Integer number) {
      out.writeNumber(number);
    } else if (value instanceof Long number) {
      out.writeNumber(number);
    } else if (value instanceof Instant time) {
      out.writeNumber(time.getEpochSecond());
    } else if (value instanceof List<?> list) {
      out.writeStartArray();
      for (Object item : list) {
        value(item);
      }
      out.writeEndArray();
    } else if (value instanceof Map<?, ?> map) {
      map(map);
    } else if (Shape.of(value.getClass()) instanceof Shape.Members record) {
      members(record, value);
    } else {
      out.writeString(((Shape.Text) Shape.of(value.getClass())).of(value));
    }
  }

  private void map(Map<?, ?> map) {
    out.writeStartObject();
    for (Map.Entry<?, ?> member : map.entrySet()) {
      if (member.getValue() != null) {
        out.writeName((String) member.getKey());
        value(member.getValue());
      }
    }
    out.writeEndObject();
  }

  private void members(Shape.Members record, Object whole) {
    out.writeStartObject();
    for (Shape.Member member : record.members()) {
      Object value = member.of(whole);
      if (value != null) {
        out.writeName(member.name());
        value(value);
      }
    }
    out.writeEndObject();
  }
}
