/**
 * The provider beside other ways to a {@link java.security.Signature}: Microsoft's and jsign's providers on the same vault,
 * the JDK's own PKCS#11 on the same HSM in process, and a local key. And the first signature of a fresh JVM.
 */
package org.keyhaven.jmh.provider;
