package org.keyhaven.jmh.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SelectionTest {
  private static final Suite CLIENT = new Reporting("client", Set.of(Figure.CLIENT_CPU_VS_BARE));
  private static final Suite PROVIDER = new Reporting("provider",
      Set.of(Figure.PROVIDER_CPU_VS_CLIENT, Figure.FIRST_SIGNATURE_VS_LOCAL));

  @Test
  void theNameOfASuiteIsThatSuiteAloneThoughOthersHaveFiguresOfThatName() {
    Selection selection = selection("client");
    assertThat(selection.wants(CLIENT)).isTrue();
    assertThat(selection.wants(PROVIDER)).isFalse();
    assertThat(selection.wants(Figure.CLIENT_CPU_VS_BARE)).isTrue();
  }

  @Test
  void partOfAFigureIsThatFigureOfItsSuite() {
    Selection selection = selection("first-sig");
    assertThat(selection.wants(PROVIDER)).isTrue();
    assertThat(selection.wants(CLIENT)).isFalse();
    assertThat(selection.wants(Figure.FIRST_SIGNATURE_VS_LOCAL)).isTrue();
    assertThat(selection.wants(Figure.PROVIDER_CPU_VS_CLIENT)).isFalse();
  }

  @Test
  void nothingIsEverythingAndAnUnknownNameIsNothing() {
    assertThat(List.of(CLIENT, PROVIDER)).allMatch(selection("")::wants).noneMatch(selection("clients")::wants);
  }

  private static Selection selection(String wanted) {
    return Selection.of(wanted, List.of(CLIENT, PROVIDER));
  }

  private record Reporting(String name, Set<Figure> figures) implements Suite {
    @Override
    public void run(Bench bench) { }
  }
}
