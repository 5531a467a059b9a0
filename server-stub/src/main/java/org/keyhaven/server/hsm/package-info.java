/**
 * Key material and what is done with it: {@link org.keyhaven.server.hsm.KeyEngine} over a PKCS#11 token and in software.
 * Mechanisms are chosen here by scheme, and CKR codes become {@link org.keyhaven.server.ApiError} here and nowhere else.
 */
package org.keyhaven.server.hsm;
