package io.writeback.standin.bigquery;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.writeback.standin.bigquery.catalog.ApiException;
import io.writeback.standin.http.HttpCall;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The token endpoint, whose errors have a form of their own (RFC 6749, section 5.2). */
final class TokenCall {
  private TokenCall() {}

  static void answer(HttpCall http, Tokens tokens, Faults faults) throws IOException {
    Map<String, String> form = new HashMap<>();
    for (String pair : RequestBody.text(http).split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        form.put(
            URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
      }
    }
    BigQueryFault fault = null;
    Answer answer;
    try {
      fault = faults.before(new BigQueryRequest("token", "/token", "", ""), http).orElse(null);
      if (fault instanceof BigQueryFault.CutBefore) {
        return;
      }
      answer =
          fault instanceof BigQueryFault.Page page
              ? Answer.page(page.status())
              : Answer.json(tokens.grant(form));
    } catch (ApiException e) {
      answer =
          Answer.json(
              e.status(),
              JsonNodeFactory.instance
                  .objectNode()
                  .put("error", e.reason())
                  .put("error_description", e.getMessage()));
    }
    Faults.send(http, answer, fault);
  }
}
