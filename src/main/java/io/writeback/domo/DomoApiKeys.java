package io.writeback.domo;

import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;

/** Settings of how the source talks to Domo beyond the login, and of how it verifies. */
final class DomoApiKeys {
  static final String SCOPES = "domo.scopes";
  static final String INSTANCE_URL = "domo.instance.url";
  static final String DEVELOPER_TOKEN = "domo.developer.token";
  static final String SSL_CA_FILE = "domo.ssl.ca.file";
  static final String REQUESTS_PER_MINUTE = "domo.requests.per.minute";
  static final String DOWNLOAD_CONCURRENCY = "domo.download.concurrency";
  static final String VERIFY_SAMPLE_ROWS = "domo.verify.sample.rows";
  static final String VERIFY_METADATA_ROWS = "domo.verify.metadata.rows";
  static final String PDP = "domo.pdp";
  static final String UNSTABLE_MAX_ATTEMPTS = "domo.unstable.max.attempts";

  /** The groups sort after what DomoConfigDef puts into them. */
  private static final int FIRST = 50;

  private final ConfigDef def;
  private final String group;
  private int order = FIRST;

  private DomoApiKeys(ConfigDef def, String group) {
    this.def = def;
    this.group = group;
  }

  static void define(ConfigDef def) {
    new DomoApiKeys(def, "Domo").login();
    new DomoApiKeys(def, "Snapshots").verification();
    new DomoApiKeys(def, "Network").load();
  }

  private void login() {
    with(
        SCOPES,
        Type.LIST,
        List.of("data", "user"),
        null,
        "Scopes of the access token, of which data is needed. The client must have them"
            + " (developer.domo.com). Empty asks for all that it has.");
    with(
        INSTANCE_URL,
        Type.STRING,
        "",
        ConfigRules.optional(ConfigRules.API_URL),
        "Address of the company's Domo, https://<company>.domo.com. Together with "
            + DEVELOPER_TOKEN
            + " it tells versions of a DataSet apart by Domo's own version history, which is exact;"
            + " otherwise its stream or its metadata do, and the content decides.");
    with(
        DEVELOPER_TOKEN,
        Type.PASSWORD,
        "",
        null,
        "Access token for "
            + INSTANCE_URL
            + " (Domo, Admin, Authentication, Access tokens). It acts with all rights of its user;"
            + " only the version history is read with it, never data. Turning it on or off reads"
            + " every DataSet once more and sends nothing that is not new.");
  }

  private void verification() {
    with(
        VERIFY_SAMPLE_ROWS,
        Type.INT,
        100,
        ConfigDef.Range.between(0, 10_000),
        "So many rows of a query must be among the rows of an export before it counts, and texts"
            + " of the export that look escaped must be found by a query. Finds an export that"
            + " changes cells. 0 takes exports as they are.");
    with(
        VERIFY_METADATA_ROWS,
        Type.BOOLEAN,
        true,
        null,
        "Whether queries must count as many rows as a DataSet's metadata says before a version"
            + " counts. false for DataSets whose metadata never follows, such as some views.");
    with(
        PDP,
        Type.STRING,
        "warn",
        ConfigDef.ValidString.in("warn", "hold"),
        "What to do when row-level policies (PDP) hide rows from the user of "
            + DomoConfigDef.CLIENT_ID
            + ": warn sends what it sees, hold holds the DataSet.");
    with(
        UNSTABLE_MAX_ATTEMPTS,
        Type.INT,
        5,
        ConfigDef.Range.atLeast(1),
        "A DataSet that changed during so many downloads in a row is held as unstable, and tried"
            + " again only every "
            + DomoConfigDef.RETRY_BACKOFF_MAX_MS
            + ".");
  }

  private void load() {
    with(
        REQUESTS_PER_MINUTE,
        Type.INT,
        600,
        ConfigDef.Range.between(1, 60_000),
        "The most requests a minute of all tasks on a worker that share "
            + DomoConfigDef.CLIENT_ID
            + ". They become fewer when Domo answers that it is too much (429), and slowly more"
            + " after that. Workers do not know of each other.");
    with(
        DOWNLOAD_CONCURRENCY,
        Type.INT,
        4,
        ConfigDef.Range.atLeast(1),
        "The most exports at once, of all tasks on a worker that share "
            + DomoConfigDef.CLIENT_ID
            + ".");
    with(
        SSL_CA_FILE,
        Type.STRING,
        "",
        null,
        "PEM file with certificates to trust beside the JVM's own, for a proxy that shows its own"
            + " certificate. Read when the connector is validated and when a task starts.");
  }

  private void with(
      String name, Type type, Object value, ConfigDef.Validator rule, String documentation) {
    def.define(
        name,
        type,
        value,
        rule,
        Importance.MEDIUM,
        documentation,
        group,
        ++order,
        Width.MEDIUM,
        name);
  }
}
