package io.writeback.domo;

import io.writeback.retry.FaultException;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** Settings that name columns fit the columns of a DataSet: keys, projection, filter, cursor. */
final class ColumnsCheck implements LiveCheck {
  /** A message names the setting that it is about. */
  private static final List<String> SETTINGS =
      List.of(
          CursorColumns.SETTING,
          SelectionKeys.ROW_FILTER,
          SelectionKeys.COLUMNS,
          OperationKeys.METADATA_FIELDS,
          DomoConfigDef.FIELD_NAMES,
          DomoConfigDef.KEY_COLUMNS);

  private final DatasetSettings settings;

  ColumnsCheck(DatasetSettings settings) {
    this.settings = settings;
  }

  @Override
  public void look(LiveDataset dataset, BiConsumer<String, String> error) {
    String id = dataset.info().id();
    List<String> wrong =
        settings.keys(id).stream().map(dataset::missing).filter(m -> !m.isEmpty()).toList();
    wrong.forEach(message -> error.accept(DomoConfigDef.KEY_COLUMNS, message));
    fits(
        error,
        () -> {
          RowSelection selection = settings.selection(id, dataset.columns());
          if (wrong.isEmpty()) {
            settings.shape(id, selection);
          }
        });
    settings
        .cursor(id)
        .ifPresent(names -> fits(error, () -> CursorColumns.of(dataset.columns(), names)));
  }

  private static void fits(BiConsumer<String, String> error, Runnable look) {
    try {
      look.run();
    } catch (FaultException e) {
      Stream<String> named = SETTINGS.stream().filter(key -> e.getMessage().contains(key));
      error.accept(named.findFirst().orElse(DomoConfigDef.DATASETS), e.getMessage());
    }
  }
}
