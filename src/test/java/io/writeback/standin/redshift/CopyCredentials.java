package io.writeback.standin.redshift;

import java.util.HashMap;
import java.util.Map;

/**
 * The authorization of a COPY: a role or keys, not both (Developer Guide, "Authorization
 * parameters").
 */
final class CopyCredentials {
  private CopyCredentials() {}

  /** CREDENTIALS 'aws_iam_role=…' or 'aws_access_key_id=…;aws_secret_access_key=…[;token=…]'. */
  static Map<String, String> split(String text) {
    Map<String, String> values = new HashMap<>();
    for (String part : text.split(";", -1)) {
      int equals = part.indexOf('=');
      String name = equals < 0 ? part : part.substring(0, equals);
      String value = equals < 0 ? "" : part.substring(equals + 1);
      switch (name) {
        case "aws_iam_role" -> values.put("iam_role", value);
        case "aws_access_key_id" -> values.put("access_key_id", value);
        case "aws_secret_access_key" -> values.put("secret_access_key", value);
        case "token", "aws_session_token" -> values.put("session_token", value);
        default ->
            throw new SqlFailure(
                "42601",
                "Invalid credentials. Must be of the format: credentials"
                    + " 'aws_iam_role=...' or 'aws_access_key_id=...;aws_secret_access_key=...[;token=...]'");
      }
    }
    return values;
  }

  /** The keys among the options; null if there is a role instead. */
  static AwsKeys keys(Map<String, String> values) {
    boolean id = values.containsKey("access_key_id");
    boolean secret = values.containsKey("secret_access_key");
    boolean role = values.containsKey("iam_role");
    if (id != secret) {
      throw new SqlFailure("42601", "ACCESS_KEY_ID and SECRET_ACCESS_KEY must be given together");
    }
    if (id && role) {
      throw new SqlFailure("42601", "conflicting or redundant options: IAM_ROLE and keys");
    }
    if (!id && !role) {
      throw new SqlFailure("42601", "CREDENTIALS argument is required but not supplied");
    }
    return id
        ? new AwsKeys(
            values.get("access_key_id"),
            values.get("secret_access_key"),
            values.get("session_token"))
        : null;
  }
}
