/**
 * Small runnable programs, one a use: each is a starting point to copy, and the tests run each.
 *
 * <p>Design choices: only the JDK, the server that the sample is about, and {@code KeyhavenProvider} by name, as in an
 * application; one file a program; a program says what it did on stdout and ends with a non-zero status when it failed.
 */
package org.keyhaven.samples;
