package io.writeback.sink;

/** What a sink promises about each record. */
public enum DeliveryGuarantee {
  /** Each row lands once or is reported. */
  EXACTLY_ONCE,
  /** Each row lands or is reported; a crash may land it again. */
  AT_LEAST_ONCE
}
