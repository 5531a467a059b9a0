package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.keyhaven.provider.VaultEntry.Item;
import org.keyhaven.provider.VaultEntry.Kind;

class ListingTest {
  private static final Item TAGGED = certificate("web", "keyhaven-1");

  @Test
  void aTagIsTheAliasInPlaceOfTheName() {
    Listing listing = new Listing(List.of(TAGGED), null, null);
    assertThat(listing.lines()).extracting(Item::alias).containsExactly("web");
    assertThat(listing.claiming("WEB")).containsExactly(TAGGED);
    assertThat(listing.claiming("keyhaven-1")).isEmpty();
  }

  @Test
  void aCertificateThatIsNamedAsAnothersAliasDoesNotTakeItOver() {
    Item named = certificate("web", "web");
    Listing listing = new Listing(List.of(named, TAGGED), null, null);
    assertThat(listing.lines()).extracting(Item::alias).containsExactly("web", "keyhaven-1");
    assertThat(listing.claiming("web")).containsExactly(named, TAGGED);
    assertThat(listing.claiming("Keyhaven-1")).containsExactly(TAGGED);
  }

  @Test
  void twoTagsAreAmbiguousToo() {
    Item other = certificate("Web", "keyhaven-2");
    Listing listing = new Listing(List.of(TAGGED, other), null, null);
    assertThat(listing.lines()).extracting(Item::alias).containsExactly("keyhaven-1", "keyhaven-2");
    assertThat(listing.claiming("web")).containsExactly(TAGGED, other);
    assertThat(VaultEntry.ambiguous("web", listing.claiming("web")).refusal())
        .startsWith("the alias web is ambiguous: certificate keyhaven-1 and certificate keyhaven-2;");
  }

  @Test
  void aCertificateAndABareKeyAreTwoObjects() {
    Item key = new Item("web", "web", Kind.KEY, null);
    Listing listing = new Listing(List.of(certificate("web", "web"), key), null, null);
    assertThat(listing.lines()).hasSize(1);
    assertThat(listing.claiming("web")).hasSize(2);
  }

  @Test
  void theNameThatAnObjectFallsBackToMayBeAmbiguousItself() {
    Item second = certificate("web", "keyhaven-2");
    Item third = certificate("keyhaven-1", "keyhaven-3");
    Listing listing = new Listing(List.of(TAGGED, second, third), null, null);
    assertThat(listing.claiming("keyhaven-1")).containsExactlyInAnyOrder(TAGGED, third);
    assertThat(listing.claiming("keyhaven-2")).containsExactly(second);
    assertThat(listing.claiming("keyhaven-3")).containsExactly(third);
    assertThat(listing.lines()).extracting(Item::alias).containsExactly("keyhaven-1", "keyhaven-2", "keyhaven-3");
  }

  private static Item certificate(String alias, String name) {
    return new Item(alias, name, Kind.CERTIFICATE, null);
  }
}
