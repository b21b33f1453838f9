package io.writeback.standin.redshift;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Where COPY reads objects from. Safe for use by many threads. */
public interface ObjectSource {
  /**
   * Keys that begin with a prefix, in S3's order.
   *
   * @throws Refused if S3 refuses
   */
  List<String> list(String bucket, String prefix, AwsKeys keys) throws IOException;

  /**
   * The content of one object.
   *
   * @throws Refused if S3 refuses; status 404 if there is no such object
   */
  InputStream open(String bucket, String key, AwsKeys keys) throws IOException;

  /** An answer of S3 that is not success. */
  final class Refused extends IOException {
    private static final long serialVersionUID = 1L;
    private final int status;
    private final String code;

    public Refused(int status, String code, String message) {
      super(message);
      this.status = status;
      this.code = code;
    }

    public int status() {
      return status;
    }

    public String code() {
      return code;
    }

    /** The words in which Redshift reports it. */
    String inRedshift() {
      return "S3ServiceException:%s,Status %d,Error %s,Rid 0,ExtRid 0,CanRetry 1"
          .formatted(getMessage(), status, code);
    }
  }
}
