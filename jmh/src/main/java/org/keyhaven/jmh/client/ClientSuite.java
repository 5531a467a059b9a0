package org.keyhaven.jmh.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.keyhaven.jmh.harness.Bench;
import org.keyhaven.jmh.harness.Comparison;
import org.keyhaven.jmh.harness.Contestant;
import org.keyhaven.jmh.harness.Figure;
import org.keyhaven.jmh.harness.Sample;
import org.keyhaven.jmh.harness.Suite;
import org.keyhaven.jmh.harness.Vault;

/** The SDK against a bare HTTP client and Microsoft's SDK. */
public final class ClientSuite implements Suite {
  private static final String OURS = Through.KEYHAVEN.label();
  private static final String OF_FIGURES = "signEs256";
  private static final List<String> ALL = List.of("signRs256", OF_FIGURES, "verifyRs256", "unwrap");

  @Override
  public String name() {
    return "client";
  }

  @Override
  public Set<Figure> figures() {
    return Set.of(Figure.CLIENT_CPU_VS_BARE, Figure.CLIENT_THROUGHPUT_VS_MICROSOFT, Figure.PUBLIC_OPERATION_REQUESTS);
  }

  @Override
  public void run(Bench bench) throws Exception {
    Vault vault = bench.vault();
    BenchKeys.create(vault.connection());
    if (bench.wants(Figure.PUBLIC_OPERATION_REQUESTS)) {
      bench.figure(Figure.PUBLIC_OPERATION_REQUESTS, PublicOperations.requests(vault.connection()));
    }
    if (!bench.wants(Figure.CLIENT_CPU_VS_BARE) && !bench.wants(Figure.CLIENT_THROUGHPUT_VS_MICROSOFT)) {
      return;
    }
    List<Contestant> contestants = new ArrayList<>();
    for (Through through : Through.values()) {
      contestants.add(new Contestant(through.label(), ClientBenchmark.class).with("through", through).on(vault));
    }
    for (String operation : bench.pace().full() ? ALL : List.of(OF_FIGURES)) {
      for (int threads : bench.pace().threads()) {
        Comparison comparison = bench.compare(operation, threads, contestants);
        if (operation.equals(OF_FIGURES) && threads == 4) {
          report(bench, comparison);
        }
      }
    }
  }

  /** ES256, because it is what the vault does fastest, and so what shows the client most. */
  private static void report(Bench bench, Comparison comparison) {
    bench.figure(Figure.CLIENT_CPU_VS_BARE, comparison.ratio(OURS, Through.BARE.label(), Sample::cpuMicros));
    bench.figure(Figure.CLIENT_THROUGHPUT_VS_MICROSOFT,
        comparison.ratio(OURS, Through.MICROSOFT.label(), Sample::perSecond),
        String.format(Locale.ROOT, "Microsoft's CPU per operation ÷ ours: %.2f",
            comparison.ratio(Through.MICROSOFT.label(), OURS, Sample::cpuMicros)));
  }
}
