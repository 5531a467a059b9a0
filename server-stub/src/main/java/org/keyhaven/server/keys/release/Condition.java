package org.keyhaven.server.keys.release;

import java.util.List;
import tools.jackson.databind.JsonNode;

/** A condition on the claims of an environment assertion. */
sealed interface Condition {

  boolean holds(JsonNode claims);

  /** @param conditions at least one */
  record AllOf(List<Condition> conditions) implements Condition {
    @Override
    public boolean holds(JsonNode claims) {
      return conditions.stream().allMatch(condition -> condition.holds(claims));
    }
  }

  /** @param conditions at least one */
  record AnyOf(List<Condition> conditions) implements Condition {
    @Override
    public boolean holds(JsonNode claims) {
      return conditions.stream().anyMatch(condition -> condition.holds(claims));
    }
  }

  /**
   * That a claim has a value. An absent claim has none.
   *
   * @param claim its name; a dot goes into an object, unless a claim has the whole name
   * @param value text, number or boolean
   */
  record Equals(String claim, JsonNode value) implements Condition {
    @Override
    public boolean holds(JsonNode claims) {
      return same(find(claims, claim));
    }

    /** The text of a boolean is as good as the boolean: published policies write "false" for claims that are booleans. */
    private boolean same(JsonNode actual) {
      if (actual == null) {
        return false;
      }
      if (value.isNumber() && actual.isNumber()) {
        return finite(value) && finite(actual) && value.decimalValue().compareTo(actual.decimalValue()) == 0;
      }
      if (value.isBoolean() && actual.isString() || value.isString() && actual.isBoolean()) {
        return value.asString().equals(actual.asString());
      }
      return value.equals(actual);
    }

    /** Whether a number is one that is kept as it was written: 1e400 is not. */
    static boolean finite(JsonNode number) {
      return !number.isFloatingPointNumber() || Double.isFinite(number.asDouble());
    }

    private static JsonNode find(JsonNode claims, String name) {
      JsonNode whole = claims.get(name);
      int dot = whole == null ? name.indexOf('.') : -1;
      while (dot >= 0 && whole == null) {
        JsonNode inner = claims.get(name.substring(0, dot));
        whole = inner == null ? null : find(inner, name.substring(dot + 1));
        dot = name.indexOf('.', dot + 1);
      }
      return whole;
    }
  }
}
