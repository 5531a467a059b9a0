package org.keyhaven.jmh.provider;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.keyhaven.jmh.harness.Bench;
import org.keyhaven.jmh.harness.Comparison;
import org.keyhaven.jmh.harness.Contestant;
import org.keyhaven.jmh.harness.Figure;
import org.keyhaven.jmh.harness.Sample;
import org.keyhaven.jmh.harness.Suite;

/** The provider against the client under it, others' providers, a PKCS#11 module in process, and a local key. */
public final class ProviderSuite implements Suite {
  @Override
  public String name() {
    return "provider";
  }

  @Override
  public Set<Figure> figures() {
    return Set.of(Figure.PROVIDER_CPU_VS_CLIENT, Figure.FIRST_SIGNATURE_VS_LOCAL);
  }

  @Override
  public void run(Bench bench) throws Exception {
    Preparation preparation = new Preparation(bench, bench.vault(), new Inputs(bench.subdirectory("provider")));
    preparation.keys();
    if (bench.wants(Figure.PROVIDER_CPU_VS_CLIENT)) {
      if (bench.pace().full()) {
        preparation.pkcs11();
      }
      signatures(bench, preparation.inputs());
    }
    if (bench.wants(Figure.FIRST_SIGNATURE_VS_LOCAL)) {
      new FirstSignatures(bench, preparation.inputs()).run();
    }
  }

  private static void signatures(Bench bench, Inputs inputs) throws Exception {
    List<Contestant> contestants = new ArrayList<>();
    List<Through> ways = bench.pace().full() ? List.of(Through.values()) : List.of(Through.KEYHAVEN, Through.CLIENT);
    for (Through through : ways) {
      contestants.add(contestant(bench, inputs, through));
    }
    for (int threads : bench.pace().threads()) {
      if (bench.pace().full()) {
        bench.compare("rs256", threads, contestants);
      }
      Comparison comparison = bench.compare("es256", threads, contestants);
      if (threads == 4) {
        bench.figure(Figure.PROVIDER_CPU_VS_CLIENT,
            comparison.ratio(Through.KEYHAVEN.label(), Through.CLIENT.label(), Sample::cpuMicros));
      }
    }
  }

  private static Contestant contestant(Bench bench, Inputs inputs, Through through) throws Exception {
    Contestant contestant = inputs.of(new Contestant(through.label(), ProviderBenchmark.class).with("through", through)
        .on(bench.vault()));
    return switch (through) {
      case MICROSOFT -> {
        Contestant reaching = contestant.withLibraries(bench.jars("peers/microsoft"));
        for (Map.Entry<String, String> property : inputs.microsoft().properties().entrySet()) {
          reaching = reaching.withProperty(property.getKey(), property.getValue());
        }
        yield reaching;
      }
      case JSIGN -> contestant.withLibraries(bench.jars("peers/jsign"))
          .withProperty("javax.net.ssl.trustStore", inputs.trustStore())
          .withProperty("javax.net.ssl.trustStorePassword", Inputs.PASSWORD);
      case PKCS11 -> contestant.withEnvironment("SOFTHSM2_CONF", inputs.softHsmConfiguration());
      default -> contestant;
    };
  }
}
