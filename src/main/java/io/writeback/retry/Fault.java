package io.writeback.retry;

/** The four things a failure of an outside system can mean. Classified once per system. */
public enum Fault {
  /** Passes by itself: an outage, throttling, a lost connection. Try again with backoff. */
  RETRY,
  /** One or more rows are refused; the others are fine. */
  BAD_RECORD,
  /** A user has to change something: credentials, a grant, a name. */
  CONFIGURATION,
  /** Going on could lose or double data. The task stops. */
  FATAL
}
