package org.keyhaven.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChallengeTest {
  private static Challenge parse(String... headers) throws MalformedChallengeException {
    return Challenge.of(List.of(headers)).orElse(null);
  }

  @Test
  void readsTheChallengeOfTheService() throws MalformedChallengeException {
    assertThat(parse("Bearer authorization=\"https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47\", "
        + "resource=\"https://vault.azure.net\""))
        .isEqualTo(new Challenge("https://vault.azure.net", "72f988bf-86f1-41af-91ab-2d7cd011db47", null));
  }

  @Test
  void readsAClaimsChallenge() throws MalformedChallengeException {
    assertThat(parse("Bearer realm=\"\", authorization_uri=\"https://login.example/common/oauth2/authorize\", "
        + "error=\"insufficient_claims\", claims=\"eyJhIjoxfQ==\""))
        .isEqualTo(new Challenge(null, "common", "{\"a\":1}"));
  }

  @Test
  void findsBearerAmongOthers() throws MalformedChallengeException {
    assertThat(parse("Negotiate, Basic realm=\"a, b=\\\"c\\\"\", NTLM TlRMTVNTUAAB==, bearer Resource=\"https://v.example/\""))
        .isEqualTo(new Challenge("https://v.example", null, null));
    assertThat(parse("PoP nonce=\"x\"", "Bearer resource = \"https://v.example:8443\" , authorization=\"https://a.example/t\""))
        .isEqualTo(new Challenge("https://v.example:8443", "t", null));
    assertThat(parse("Bearer scope=\"https://vault.azure.net/.default\""))
        .isEqualTo(new Challenge("https://vault.azure.net", null, null));
  }

  @Test
  void noBearerIsNoChallenge() throws MalformedChallengeException {
    assertThat(parse()).isNull();
    assertThat(parse("Basic realm=\"x\"", "Negotiate")).isNull();
    assertThat(parse("")).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "Bearer authorization=\"http://login.example/t\", resource=\"https://v.example\"",
      "Bearer authorization=\"https://login.example/t\", resource=\"http://v.example\"",
      "Bearer authorization=\"https://login.example/t\", resource=\"https://u@v.example\"",
      "Bearer authorization=\"https://login.example/t\", resource=\"https://v.example/path\"",
      "Bearer authorization=\"https://login.example/t\", resource=\"https://v.example?x=1\"",
      "Bearer authorization=\"https://login.example/t\", resource=\"https://v.example#x\"",
      "Bearer authorization=\"https://login.example/..%2f..\", resource=\"https://v.example\"",
      "Bearer authorization=\"https://login.example/../x\", resource=\"https://v.example\"",
      "Bearer authorization=\"mailto:x\", resource=\"https://v.example\"",
      "Bearer resource=\"https://v.example\", resource=\"https://w.example\"",
      "Bearer resource=\"https://v.example",
      "Bearer resource=\"https://v.example\" x",
      "Bearer resource=\"https://v\u0007.example\"",
      "Bearer =x",
      "Bearer resource=\"https://a b\"",
      "Bearer resource=\"\"",
      "Bearer claims=\"?\"",
      "\"Bearer\"",
      "Bearer;x=1"})
  void refusesWhatIsBrokenOrNotToBeTrusted(String header) {
    assertThatThrownBy(() -> parse(header)).isInstanceOf(MalformedChallengeException.class);
  }

  @Test
  void refusesAHugeHeader() {
    assertThatThrownBy(() -> parse("Bearer resource=\"https://v.example\", x=\"" + "a".repeat(10_000) + "\""))
        .isInstanceOf(MalformedChallengeException.class).hasMessageContaining("longer than");
  }

  @ParameterizedTest
  @CsvSource({
      "https://a.vault.azure.net, https://vault.azure.net, true",
      "https://localhost:8443, https://localhost:8443, true",
      "https://localhost:8443, https://localhost, true",
      "https://a.vault.localhost:8443, https://vault.localhost:8443, true",
      "https://[::1]:8443, https://[::1]:8443, true",
      "https://a.vault.azure.net, https://vault.azure.net:443, true",
      "https://a.vault.azure.net, https://evil.example, false",
      "https://a.vault.azure.net, https://net, false",
      "https://a.vault.azure.net, https://ault.azure.net, false",
      "https://evilvault.azure.net.example, https://vault.azure.net, false",
      "https://localhost:8443, https://localhost:9443, false",
      "https://a.vault.localhost:8443, https://vault.localhost:9443, false",
      "https://vault.azure.net, https://a.vault.azure.net, false"})
  void aVaultMayAskForItsOwnDomainAlone(URI vault, String resource, boolean own) {
    assertThat(new Challenge(resource, null, null).isOwnOf(vault)).isEqualTo(own);
  }
}
