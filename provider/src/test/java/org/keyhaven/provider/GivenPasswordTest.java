package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GivenPasswordTest {
  @Test
  void onlyAnotherPasswordIsAChange() {
    GivenPassword given = new GivenPassword("pässword".toCharArray());
    assertThat(given.isChangedBy("pässword".toCharArray())).isFalse();
    assertThat(given.isChangedBy("password".toCharArray())).isTrue();
    assertThat(given.isChangedBy(new char[0])).isTrue();
  }

  @Test
  void wherePasswordsAreMissingNothingChanges() {
    assertThat(new GivenPassword(null).isChangedBy("any".toCharArray())).isFalse();
    assertThat(new GivenPassword("any".toCharArray()).isChangedBy(null)).isFalse();
  }
}
