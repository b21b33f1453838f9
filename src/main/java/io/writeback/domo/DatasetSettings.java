package io.writeback.domo;

import io.writeback.retry.FaultException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Settings that depend on the DataSet.
 *
 * @param aliases of DataSet ids; an id without one is its own
 * @param keyColumns by id or alias
 * @param topicFormat template over {alias} {id} {name}
 * @param metadata fields that the value has besides the columns
 * @param base fingerprint of the settings that hold for all DataSets
 * @param cursorBase of those that count when rows are read by their cursor
 */
record DatasetSettings(
    Map<String, String> aliases,
    Map<String, List<String>> keyColumns,
    String topicFormat,
    String manifestTopic,
    FieldNames names,
    CellForms forms,
    OnDeleted onDeleted,
    List<String> metadata,
    RowChoices choices,
    String base,
    String cursorBase) {
  private static final int TOPIC_LIMIT = 249;

  String alias(String dataset) {
    return aliases.getOrDefault(dataset, dataset);
  }

  /**
   * The topic of a DataSet.
   *
   * @throws FaultException of kind configuration if there can be no such topic
   */
  String topic(String dataset, String name) {
    String topic =
        topicFormat
            .replace("{alias}", legal(alias(dataset)))
            .replace("{id}", legal(dataset))
            .replace("{name}", legal(name));
    if (topic.length() > TOPIC_LIMIT || topic.equals(manifestTopic)) {
      throw FaultException.configuration(
          "domo.topic.format gives DataSet "
              + dataset
              + " the topic "
              + topic
              + ", which is too long or is snapshot.topic: change the format or the alias",
          null);
    }
    return topic;
  }

  /** Changes when the same data would make other records: then it is sent again. */
  String fingerprint(String dataset, String topic) {
    return fingerprint(base, dataset, topic);
  }

  /** The same for rows that are read by their cursor. What transforms do then does not matter. */
  String cursorFingerprint(String dataset, String topic) {
    return fingerprint(cursorBase, dataset, topic);
  }

  private String fingerprint(String start, String dataset, String topic) {
    Fingerprint print = new Fingerprint().add(start).add(topic);
    keys(dataset).forEach(print::add);
    choices.print(print, dataset, alias(dataset));
    return print.hex();
  }

  /**
   * What is wanted of a DataSet.
   *
   * @throws FaultException of kind configuration if the settings do not fit the columns
   */
  RowSelection selection(String dataset, List<DomoColumn> columns) {
    return choices.selection(dataset, alias(dataset), columns);
  }

  /** The names of the cursor column and its tiebreak. */
  Optional<List<String>> cursor(String dataset) {
    return choices.cursor(dataset, alias(dataset));
  }

  /**
   * The same, where they must be there.
   *
   * @throws FaultException of kind configuration if they are not
   */
  List<String> cursorNames(String dataset) {
    return cursor(dataset)
        .orElseThrow(
            () ->
                FaultException.configuration(
                    "it has no entry in " + CursorColumns.SETTING + ": name its cursor column",
                    null));
  }

  /**
   * The schemas of what is wanted of a DataSet.
   *
   * @throws FaultException of kind configuration if the settings do not fit the columns
   */
  RecordShape shape(String dataset, RowSelection selection) {
    return RecordShape.of(dataset, selection, keys(dataset), names, forms.decimals(), metadata);
  }

  RecordShape shape(Spool.About about) {
    return shape(about.dataset(), selection(about.dataset(), about.columns()));
  }

  List<String> keys(String dataset) {
    List<String> keys = keyColumns.get(dataset);
    return keys == null ? keyColumns.getOrDefault(alias(dataset), List.of()) : keys;
  }

  private static String legal(String text) {
    return text.replaceAll("[^a-zA-Z0-9._-]", "_");
  }
}
