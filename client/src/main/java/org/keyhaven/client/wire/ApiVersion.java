package org.keyhaven.client.wire;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The versions of the data-plane API, oldest first. A preview that shipping clients send stands for what it became. */
public enum ApiVersion {
  V7_0("7.0"),
  V7_1("7.1"),
  V7_2("7.2"),
  V7_3("7.3"),
  V7_4("7.4"),
  V7_5("7.5"),
  V7_6("7.6"),
  V2025_07_01("2025-07-01"),
  V2026_04_01("2026-04-01");

  /** What Keyhaven's own client sends: the newest that every current Azure region serves. */
  public static final ApiVersion CLIENT_DEFAULT = V7_6;

  private static final Map<String, ApiVersion> PREVIEWS = Map.ofEntries(
      Map.entry("7.0-preview", V7_0),
      Map.entry("7.1-preview", V7_1),
      Map.entry("7.2-preview", V7_2),
      Map.entry("7.3-preview", V7_3),
      Map.entry("7.4-preview.1", V7_4),
      Map.entry("7.5-preview.1", V7_5),
      Map.entry("7.6-preview.1", V7_6),
      Map.entry("7.6-preview.2", V7_6),
      Map.entry("2025-06-01-preview", V2025_07_01),
      Map.entry("2026-01-01-preview", V2026_04_01),
      Map.entry("2026-03-01-preview", V2026_04_01));

  private final String wireName;

  ApiVersion(String wireName) {
    this.wireName = wireName;
  }

  public String wireName() {
    return wireName;
  }

  public static Optional<ApiVersion> fromWire(String name) {
    return Arrays.stream(values()).filter(version -> version.wireName.equals(name)).findFirst()
        .or(() -> Optional.ofNullable(PREVIEWS.get(name)));
  }

  /** The stable versions, for messages. */
  public static List<String> supported() {
    return Arrays.stream(values()).map(ApiVersion::wireName).toList();
  }
}
