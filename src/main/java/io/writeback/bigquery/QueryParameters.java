package io.writeback.bigquery;

import com.google.api.client.util.Data;
import com.google.api.services.bigquery.model.QueryParameter;
import com.google.api.services.bigquery.model.QueryParameterType;
import com.google.api.services.bigquery.model.QueryParameterValue;
import java.util.List;

/** Parameters of a statement as the REST API wants them. */
final class QueryParameters {
  private QueryParameters() {}

  static List<QueryParameter> of(SqlStatement statement) {
    return statement.parameters().entrySet().stream()
        .map(
            entry ->
                new QueryParameter()
                    .setName(entry.getKey())
                    .setParameterType(new QueryParameterType().setType(entry.getValue().type()))
                    .setParameterValue(
                        new QueryParameterValue()
                            .setValue(
                                // A plain null would be left out of the JSON.
                                entry.getValue().text() == null
                                    ? Data.<String>nullOf(String.class)
                                    : entry.getValue().text())))
        .toList();
  }
}
