package org.keyhaven.client.wire;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The body of every failure: {@code {"error":{"code":…,"message":…,"innererror":{"code":…}}}}. */
public record ErrorBody(Detail error) {

  /**
   * @param code the service's error code, for instance {@code KeyNotFound}
   * @param message for a person
   * @param inner a finer code, or null
   */
  public record Detail(String code, String message, @JsonProperty("innererror") Inner inner) { }

  /** @param code for instance {@code ObjectIsDeletedButRecoverable} */
  public record Inner(String code) { }

  public static ErrorBody of(String code, String message, String innerCode) {
    return new ErrorBody(new Detail(code, message, innerCode == null ? null : new Inner(innerCode)));
  }
}
