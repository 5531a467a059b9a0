package org.keyhaven.jmh.harness;

import java.util.Locale;

/** The figures that the project holds itself to. */
public enum Figure {
  /** Client CPU per sign ÷ bare HttpClient 5 POST (4 threads). */
  CLIENT_CPU_VS_BARE(Better.LOWER, 1.25),
  /** Client throughput ÷ Microsoft's CryptographyClient (4 threads). */
  CLIENT_THROUGHPUT_VS_MICROSOFT(Better.HIGHER, 3),
  /** Provider Signature ÷ client sign (CPU per operation). */
  PROVIDER_CPU_VS_CLIENT(Better.LOWER, 1.10),
  /** Server CPU per ES256 sign, less the C_Sign itself, ÷ the bare route. */
  SERVER_CPU_VS_BARE_ROUTE(Better.LOWER, 1.4),
  /** Server RS256 throughput at 16 connections ÷ (1 / (C_Sign CPU + bare route CPU) on the same cores). */
  SERVER_THROUGHPUT_VS_LIMIT(Better.HIGHER, 0.85),
  /** CPU of a TLS server per RSA-2048 handshake, remote key ÷ local key. */
  TLS_CPU_REMOTE_VS_LOCAL(Better.LOWER, 0.8),
  /** Jarsigner, small jar, wall ÷ PKCS#12. */
  JARSIGNER_WALL_VS_PKCS12(Better.LOWER, 1.5),
  /** First remote signature in a fresh JVM (static token), process wall ÷ the same program with a PKCS#12 key. */
  FIRST_SIGNATURE_VS_LOCAL(Better.LOWER, 1.6),
  /** Sign latency with 1,000,000 keys ÷ with few, warm. */
  MILLION_KEYS_LATENCY(Better.LOWER, 1.1),
  /** Resident memory of the server after 1,000,000 keys created. */
  MILLION_KEYS_MEMORY_MB(Better.LOWER, 512),
  /** Requests of a public operation (verify, wrap, encrypt). */
  PUBLIC_OPERATION_REQUESTS(Better.LOWER, 0);

  /** Which way a figure is good. */
  public enum Better {
    LOWER, HIGHER;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Better better;
  private final double target;

  Figure(Better better, double target) {
    this.better = better;
    this.target = target;
  }

  /** As in results.json: {@code client-cpu-vs-bare}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public Better better() {
    return better;
  }

  public double target() {
    return target;
  }

  /** Whether this value is as good as the target or better. */
  public boolean reached(double value) {
    return better == Better.LOWER ? value <= target : value >= target;
  }
}
