/**
 * keytool and jarsigner of the JDK as whole processes: with a vault through our provider and Microsoft's, a PKCS#12 file,
 * and an HSM through SunPKCS11.
 */
package org.keyhaven.jmh.tools;
