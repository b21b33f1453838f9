package io.writeback.standin.bigquery;

import io.writeback.standin.bigquery.catalog.ApiException;

/** The header If-Match. */
final class Preconditions {
  private Preconditions() {}

  static void ifMatch(ApiCall call, String etag) {
    call.http()
        .header("If-Match")
        .filter(wanted -> !wanted.equals("*") && !wanted.equals(etag))
        .ifPresent(
            wanted -> {
              throw new ApiException(
                  412, "conditionNotMet", "If-Match", "Precondition check failed.");
            });
  }
}
