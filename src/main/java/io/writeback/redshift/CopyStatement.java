package io.writeback.redshift;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The text of a COPY, and of the manifest that names its objects. Pure.
 *
 * @param table full name in quotes
 */
record CopyStatement(
    String table,
    StagedObject.Load load,
    String manifestUri,
    String region,
    Authorization authorization,
    String extraOptions) {

  /** As whom Redshift reads the bucket. */
  sealed interface Authorization {
    /** {@code default} or the ARN of a role. */
    record Role(String arn) implements Authorization {}

    /** Keys, which are part of the statement then: it must not be logged. */
    record Keys(AwsKeys keys) implements Authorization {}
  }

  /** The statement. It may hold secrets. */
  String sql() {
    return "COPY "
        + table
        + " ("
        + Sql.columns(load.columns())
        + ") FROM "
        + Sql.literal(manifestUri)
        + " "
        + authorizationText()
        + " REGION "
        + Sql.literal(region)
        + " MANIFEST FORMAT AS CSV"
        + load.compression().copyOption()
        + " NULL AS "
        + Sql.literal(NullToken.text(load.nullToken()))
        + " DATEFORMAT 'auto' TIMEFORMAT 'auto' COMPUPDATE OFF"
        + (extraOptions.isBlank() ? "" : " " + extraOptions.trim());
  }

  private String authorizationText() {
    if (authorization instanceof Authorization.Role role) {
      return role.arn().equals("default")
          ? "IAM_ROLE default"
          : "IAM_ROLE " + Sql.literal(role.arn());
    }
    AwsKeys keys = ((Authorization.Keys) authorization).keys();
    Optional<String> token = keys.sessionToken();
    return "ACCESS_KEY_ID "
        + Sql.literal(keys.accessKeyId())
        + " SECRET_ACCESS_KEY "
        + Sql.literal(keys.secretAccessKey())
        + token.map(t -> " SESSION_TOKEN " + Sql.literal(t)).orElse("");
  }

  /** The manifest. Without {@code mandatory} a COPY passes over objects that are gone. */
  static String manifest(List<String> uris) {
    return uris.stream()
        .map(uri -> "{\"url\":\"" + uri + "\",\"mandatory\":true}")
        .collect(Collectors.joining(",\n", "{\"entries\":[\n", "\n]}\n"));
  }

  @Override
  public String toString() {
    return "COPY " + table + " FROM " + manifestUri;
  }
}
