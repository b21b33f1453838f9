package io.writeback.domo;

import io.writeback.retry.FaultException;
import java.util.List;
import java.util.Map;

/**
 * Settings that depend on the DataSet.
 *
 * @param aliases of DataSet ids; an id without one is its own
 * @param keyColumns by id or alias
 * @param topicFormat template over {alias} {id} {name}
 * @param metadata fields that the value has besides the columns
 * @param base fingerprint of the settings that hold for all DataSets
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
    String base) {
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
    Fingerprint print = new Fingerprint().add(base).add(topic);
    keys(dataset).forEach(print::add);
    return print.hex();
  }

  RecordShape shape(Spool.About about) {
    return RecordShape.of(
        about.dataset(), about.columns(), keys(about.dataset()), names, forms.decimals(), metadata);
  }

  private List<String> keys(String dataset) {
    List<String> keys = keyColumns.get(dataset);
    return keys == null ? keyColumns.getOrDefault(alias(dataset), List.of()) : keys;
  }

  private static String legal(String text) {
    return text.replaceAll("[^a-zA-Z0-9._-]", "_");
  }
}
