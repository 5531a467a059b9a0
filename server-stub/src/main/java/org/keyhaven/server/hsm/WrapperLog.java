package org.keyhaven.server.hsm;

import org.slf4j.LoggerFactory;

/** Where the PKCS#11 library logs; else it prints to stdout. What it calls information is debugging to an operator. */
final class WrapperLog implements org.xipki.pkcs11.wrapper.Logger {
  private final org.slf4j.Logger log = LoggerFactory.getLogger("org.xipki.pkcs11.wrapper");

  @Override
  public void info(String format, Object... arguments) {
    log.debug(format, arguments);
  }

  @Override
  public void warn(String format, Object... arguments) {
    log.warn(format, arguments);
  }

  @Override
  public void error(String format, Object... arguments) {
    log.error(format, arguments);
  }

  @Override
  public void debug(String format, Object... arguments) {
    log.trace(format, arguments);
  }

  @Override
  public void trace(String format, Object... arguments) {
    log.trace(format, arguments);
  }

  @Override
  public boolean isDebugEnabled() {
    return log.isTraceEnabled();
  }

  @Override
  public boolean isInfoEnabled() {
    return log.isDebugEnabled();
  }

  @Override
  public boolean isWarnEnabled() {
    return log.isWarnEnabled();
  }

  @Override
  public boolean isTraceEnabled() {
    return log.isTraceEnabled();
  }
}
