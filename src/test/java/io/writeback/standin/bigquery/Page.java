package io.writeback.standin.bigquery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.writeback.standin.bigquery.catalog.ApiException;

/** A range of a list: page tokens are positions. */
record Page(long from, long to, long total) {
  static Page of(ApiCall call, long total, long size) {
    String token = call.query().getOrDefault("pageToken", "");
    String index = call.query().getOrDefault("startIndex", "");
    long from = 0;
    try {
      from =
          !token.isEmpty()
              ? Long.parseLong(token.substring(1), 36)
              : index.isEmpty() ? 0 : Long.parseLong(index);
    } catch (NumberFormatException e) {
      throw ApiException.invalid("Invalid page token: " + token);
    }
    from = Math.min(from, total);
    return new Page(from, Math.min(total, from + call.maxResults(size)), total);
  }

  Page endingAt(long end) {
    return new Page(from, end, total);
  }

  /** Adds the token of the next page, if there is one. */
  void token(ObjectNode answer, String name) {
    if (to < total) {
      answer.put(name, "B" + Long.toString(to, 36));
    }
  }
}
