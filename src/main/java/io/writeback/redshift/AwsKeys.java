package io.writeback.redshift;

import java.util.Optional;

/** Static credentials. Says nothing when printed. */
record AwsKeys(String accessKeyId, String secretAccessKey, Optional<String> sessionToken) {
  @Override
  public String toString() {
    return "AwsKeys[hidden]";
  }
}
