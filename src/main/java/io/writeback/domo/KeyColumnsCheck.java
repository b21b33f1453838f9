package io.writeback.domo;

import io.writeback.retry.FaultException;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** Key columns exist, and column names become different field names. */
final class KeyColumnsCheck implements LiveCheck {
  private final Map<String, String> aliases;
  private final Map<String, List<String>> keys;
  private final FieldNames names;

  KeyColumnsCheck(DomoSourceConfig settings) {
    this.aliases = settings.namedDatasets();
    this.keys = ConfigRules.keyColumns(settings.getString(DomoConfigDef.KEY_COLUMNS));
    this.names = FieldNames.of(settings.getString(DomoConfigDef.FIELD_NAMES));
  }

  @Override
  public void look(LiveDataset dataset, BiConsumer<String, String> error) {
    String id = dataset.info().id();
    List<String> columns =
        keys.getOrDefault(id, keys.getOrDefault(aliases.getOrDefault(id, id), List.of()));
    for (String column : columns) {
      String wrong = dataset.missing(column);
      if (!wrong.isEmpty()) {
        error.accept(DomoConfigDef.KEY_COLUMNS, wrong);
      }
    }
    try {
      names.fields(dataset.columns());
    } catch (FaultException e) {
      error.accept(DomoConfigDef.FIELD_NAMES, e.getMessage());
    }
  }
}
