package io.writeback.redshift;

import org.apache.kafka.common.config.ConfigDef;

/** The keys of the Redshift sink, in the order in which a user meets them. */
final class RedshiftConfigKeys {
  private RedshiftConfigKeys() {}

  static ConfigDef define(ConfigDef def) {
    ConnectionKeys.redshift(def);
    TableKeys.define(def);
    ConnectionKeys.security(def);
    StagingKeys.define(def);
    return def;
  }
}
