/**
 * The server against its limits: {@link org.keyhaven.jmh.server.SignLoop} is the HSM alone, {@link
 * org.keyhaven.jmh.server.BareRoute} the HTTP server alone, {@link org.keyhaven.jmh.server.LoadBenchmark} the load on
 * either. Also a million keys, connections, memory and the start.
 */
package org.keyhaven.jmh.server;
