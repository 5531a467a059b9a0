package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.keyhaven.provider.VaultEntry.Item;
import org.keyhaven.provider.VaultEntry.Kind;

class ListingTest {
  private static final Item TAGGED = certificate("web", "keyhaven-1");

  @Test
  void aTagIsTheAliasInPlaceOfTheName() {
    Listing listing = listing(List.of(TAGGED));
    assertThat(listing.lines()).extracting(Item::alias).containsExactly("web");
    assertThat(listing.claiming("WEB")).containsExactly(TAGGED);
    assertThat(listing.claiming("keyhaven-1")).isEmpty();
  }

  @Test
  void aCertificateThatIsNamedAsAnothersAliasDoesNotTakeItOver() {
    Item named = certificate("web", "web");
    Listing listing = listing(List.of(named, TAGGED));
    assertThat(listing.lines()).extracting(Item::alias).containsExactly("web", "keyhaven-1");
    assertThat(listing.claiming("web")).containsExactly(named, TAGGED);
    assertThat(listing.claiming("Keyhaven-1")).containsExactly(TAGGED);
  }

  @Test
  void twoTagsAreAmbiguousToo() {
    Item other = certificate("Web", "keyhaven-2");
    Listing listing = listing(List.of(TAGGED, other));
    assertThat(listing.lines()).extracting(Item::alias).containsExactly("keyhaven-1", "keyhaven-2");
    assertThat(listing.claiming("web")).containsExactly(TAGGED, other);
    assertThat(VaultEntry.ambiguous("web", listing.claiming("web")).refusal())
        .startsWith("the alias web is ambiguous: certificate keyhaven-1 and certificate keyhaven-2;");
  }

  @Test
  void aCertificateAndABareKeyAreTwoObjects() {
    Item key = new Item("web", "web", Kind.KEY, null);
    Listing listing = listing(List.of(certificate("web", "web"), key));
    assertThat(listing.lines()).hasSize(1);
    assertThat(listing.claiming("web")).hasSize(2);
  }

  @Test
  void theNameThatAnObjectFallsBackToMayBeAmbiguousItself() {
    Item second = certificate("web", "keyhaven-2");
    Item third = certificate("keyhaven-1", "keyhaven-3");
    Listing listing = listing(List.of(TAGGED, second, third));
    assertThat(listing.claiming("keyhaven-1")).containsExactlyInAnyOrder(TAGGED, third);
    assertThat(listing.claiming("keyhaven-2")).containsExactly(second);
    assertThat(listing.claiming("keyhaven-3")).containsExactly(third);
    assertThat(listing.lines()).extracting(Item::alias).containsExactly("keyhaven-1", "keyhaven-2", "keyhaven-3");
  }

  @Test
  void whatFallsBackToANameThatTheFilterHidesIsHidden() {
    Item intruder = certificate("web", "intruder");
    Listing listing = new Listing(List.of(TAGGED, intruder), new AliasFilter(List.of("web")), null, null);
    assertThat(listing.claiming("web")).containsExactly(TAGGED, intruder);
    assertThat(listing.claiming("intruder")).isEmpty();
    assertThat(listing.lines()).isEmpty();
  }

  /** Each one's name is the tag of the one before: giving way in rounds over all of them would take minutes. */
  @Test
  @Timeout(20)
  void aLongChainOfAliasesIsNoLongWork() {
    int length = 200_000;
    List<Item> items = new ArrayList<>();
    for (int i = length; i > 0; i--) {
      items.add(certificate("a" + (i - 1), "a" + i));
    }
    items.add(certificate("a0", "a0"));
    Listing listing = listing(items);
    assertThat(listing.claiming("a" + (length - 1))).hasSize(2);
    assertThat(listing.lines()).hasSize(length + 1);
  }

  @Test
  void aCrowdThatClaimsOneAliasIsNamedInPart() {
    List<Item> crowd = IntStream.range(0, 100).mapToObj(i -> certificate("web", "intruder-" + i)).toList();
    assertThat(VaultEntry.ambiguous("web", listing(crowd).claiming("web")).refusal())
        .contains("certificate intruder-4 and 95 more;").doesNotContain("intruder-5");
  }

  private static Listing listing(List<Item> items) {
    return new Listing(items, AliasFilter.NONE, null, null);
  }

  private static Item certificate(String alias, String name) {
    return new Item(alias, name, Kind.CERTIFICATE, null);
  }
}
