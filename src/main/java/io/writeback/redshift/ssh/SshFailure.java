package io.writeback.redshift.ssh;

import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;

/** A failure of the tunnel, with the part of the configuration that it is about. */
public final class SshFailure extends FaultException {
  private static final long serialVersionUID = 1L;

  private final Part part;

  /** What to look at. */
  public enum Part {
    HOST,
    HOST_KEY,
    USER,
    PASSWORD,
    PRIVATE_KEY,
    PASSPHRASE,
    /** Where the tunnel ends. */
    DESTINATION
  }

  SshFailure(Fault fault, Part part, String message, Throwable cause) {
    super(fault, message, cause);
    this.part = part;
  }

  static SshFailure configuration(Part part, String message, Throwable cause) {
    return new SshFailure(Fault.CONFIGURATION, part, message, cause);
  }

  public Part part() {
    return part;
  }
}
