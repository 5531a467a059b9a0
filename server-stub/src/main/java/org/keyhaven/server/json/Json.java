package org.keyhaven.server.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Base64;
import org.keyhaven.client.wire.StandardBase64;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/**
 * The JSON of the service: byte arrays in Base64url without padding (read with padding and in the standard alphabet too,
 * as shipping clients send them), times in whole seconds since 1970, absent members left out, unknown members ignored.
 * The client writes and reads the same records by itself ({@link org.keyhaven.client.wire.Json}), without jackson-databind;
 * the server has that for what is not in the contract, such as trees and what it stores.
 */
public final class Json {
  /** The largest request or response body that is read, as the client has it. */
  public static final int MAX_BODY_BYTES = org.keyhaven.client.wire.Json.MAX_BODY_BYTES;

  private static final int MAX_NESTING = 32;

  private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_NESTING).maxDocumentLength(MAX_BODY_BYTES)
              .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build())
      .addModule(new SimpleModule("keyhaven-wire")
          .addSerializer(byte[].class, new BytesWriter())
          .addDeserializer(byte[].class, new BytesReader())
          .addSerializer(StandardBase64.class, new StandardBase64Writer())
          .addDeserializer(StandardBase64.class, new StandardBase64Reader())
          .addSerializer(Instant.class, new InstantWriter())
          .addDeserializer(Instant.class, new InstantReader()))
      .changeDefaultPropertyInclusion(ignored -> JsonInclude.Value.construct(JsonInclude.Include.NON_NULL,
          JsonInclude.Include.NON_NULL))
      .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
      .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
      .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .build();

  private Json() { }

  /** The one mapper; immutable and thread-safe. It throws {@code tools.jackson.core.JacksonException} on bad input. */
  public static JsonMapper mapper() {
    return MAPPER;
  }

  private static byte[] decode(String text, DeserializationContext context, Class<?> target) {
    int end = text.length();
    while (end > 0 && end > text.length() - 2 && text.charAt(end - 1) == '=') {
      end--;
    }
    try {
      return Base64.getUrlDecoder().decode(text.substring(0, end).replace('+', '-').replace('/', '_'));
    } catch (IllegalArgumentException e) {
      // The text itself stays out of the message: it may be secret.
      return (byte[]) context.reportInputMismatch(target, "not Base64url");
    }
  }

  private static final class BytesWriter extends ValueSerializer<byte[]> {
    @Override
    public void serialize(byte[] value, JsonGenerator out, SerializationContext context) {
      out.writeString(Base64.getUrlEncoder().withoutPadding().encodeToString(value));
    }
  }

  private static final class BytesReader extends ValueDeserializer<byte[]> {
    @Override
    public byte[] deserialize(JsonParser in, DeserializationContext context) {
      if (in.currentToken() != JsonToken.VALUE_STRING) {
        return (byte[]) context.handleUnexpectedToken(byte[].class, in);
      }
      return decode(in.getString(), context, byte[].class);
    }
  }

  private static final class StandardBase64Writer extends ValueSerializer<StandardBase64> {
    @Override
    public void serialize(StandardBase64 value, JsonGenerator out, SerializationContext context) {
      out.writeString(Base64.getEncoder().encodeToString(value.bytes()));
    }
  }

  private static final class StandardBase64Reader extends ValueDeserializer<StandardBase64> {
    @Override
    public StandardBase64 deserialize(JsonParser in, DeserializationContext context) {
      if (in.currentToken() != JsonToken.VALUE_STRING) {
        return (StandardBase64) context.handleUnexpectedToken(StandardBase64.class, in);
      }
      return new StandardBase64(decode(in.getString(), context, StandardBase64.class));
    }
  }

  private static final class InstantWriter extends ValueSerializer<Instant> {
    @Override
    public void serialize(Instant value, JsonGenerator out, SerializationContext context) {
      out.writeNumber(value.getEpochSecond());
    }
  }

  private static final class InstantReader extends ValueDeserializer<Instant> {
    @Override
    public Instant deserialize(JsonParser in, DeserializationContext context) {
      if (in.currentToken() != JsonToken.VALUE_NUMBER_INT) {
        return (Instant) context.handleUnexpectedToken(Instant.class, in);
      }
      long seconds = in.getLongValue();
      if (seconds < 0 || seconds > MAX_SECONDS) {
        return (Instant) context.reportInputMismatch(Instant.class, "a time must be seconds since 1970, up to the year 9999");
      }
      return Instant.ofEpochSecond(seconds);
    }

    private static final long MAX_SECONDS = 253_402_300_799L;
  }
}
