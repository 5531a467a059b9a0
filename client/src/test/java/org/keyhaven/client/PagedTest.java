package org.keyhaven.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.keyhaven.client.wire.Page;

class PagedTest {
  private static final Map<String, Page<String>> PAGES = Map.of(
      "first", new Page<>(List.of("a", "b"), "second"),
      "second", new Page<>(List.of(), "third"),
      "third", new Page<>(null, "fourth"),
      "fourth", new Page<>(List.of("c"), ""));

  private final List<String> fetched = new ArrayList<>();
  private final Paged<String> listing = new Paged<>(link -> {
    String page = link == null ? "first" : link;
    fetched.add(page);
    return PAGES.get(page);
  });

  @Test
  void itemsComeInOrderOverEmptyPages() {
    assertThat(listing).containsExactly("a", "b", "c");
    assertThat(listing.stream()).containsExactly("a", "b", "c");
  }

  @Test
  void pagesComeAsTheServiceCutsThem() {
    assertThat(listing.pages()).containsExactly(List.of("a", "b"), List.of(), List.of(), List.of("c"));
  }

  @Test
  void whatIsNotReadIsNotFetched() {
    assertThat(listing.stream().limit(2)).containsExactly("a", "b");
    assertThat(fetched).containsExactly("first");
    Iterator<List<String>> pages = listing.pages().iterator();
    assertThat(pages.hasNext()).isTrue();
    assertThat(fetched).as("until it is read").hasSize(1);
  }

  @Test
  @Timeout(20)
  void aListingThatComesBackToItselfEnds() {
    Paged<String> self = new Paged<>(link -> new Page<>(List.of("a"), "same"));
    assertThatThrownBy(() -> self.forEach(fetched::add)).isInstanceOf(VaultException.class).hasMessageContaining("no end");
    Map<String, String> round = Map.of("first", "b", "b", "c", "c", "d", "d", "b");
    Paged<String> cycle = new Paged<>(link -> new Page<>(List.of(), round.get(link == null ? "first" : link)));
    assertThatThrownBy(() -> cycle.forEach(fetched::add)).isInstanceOf(VaultException.class).hasMessageContaining("no end");
  }

  @Test
  void afterTheEndThereIsNothing() {
    Iterator<String> items = listing.iterator();
    items.forEachRemaining(item -> assertThat(item).isNotEmpty());
    assertThatThrownBy(items::next).isInstanceOf(NoSuchElementException.class);
    Iterator<List<String>> pages = listing.pages().iterator();
    pages.forEachRemaining(page -> assertThat(page).isNotNull());
    assertThatThrownBy(pages::next).isInstanceOf(NoSuchElementException.class);
  }
}
