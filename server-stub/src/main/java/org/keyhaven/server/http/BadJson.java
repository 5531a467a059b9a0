package org.keyhaven.server.http;

import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.keyhaven.server.ApiError;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;

/** What a client is told about a body that cannot be read: where it is wrong, never what stands there. */
final class BadJson {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_]{1,64}");

  private BadJson() { }

  static ApiError error(JacksonException e) {
    if (e instanceof DatabindException && !e.getPath().isEmpty()) {
      String member = e.getPath().stream()
          .map(reference -> reference.getPropertyName() == null ? "[]" : reference.getPropertyName())
          .map(name -> name.equals("[]") || PLAIN.matcher(name).matches() ? name : "?")
          .collect(Collectors.joining("."));
      return new ApiError(400, "BadParameter", null, "Property '" + member + "' has an invalid value.", e);
    }
    return new ApiError(400, "BadParameter", null, "The request body is not the JSON object that is expected.", e);
  }
}
