/** keytool and jarsigner of the JDK as whole processes: with a vault, a PKCS#12 file, and an HSM through SunPKCS11. */
package org.keyhaven.jmh.tools;
