package io.writeback.bigquery;

import io.writeback.bigquery.BigQuerySettings.Login;
import io.writeback.bigquery.BigQuerySettings.OAuthUser;
import io.writeback.bigquery.BigQuerySettings.Proxy;
import io.writeback.config.KeyGroup;
import io.writeback.config.OneOf;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.types.Password;

/** The keys that say who calls BigQuery, and through which proxy. */
final class LoginKeys {
  static final String CREDENTIALS_SOURCE = "bigquery.credentials.source";
  static final String CREDENTIALS_FILE = "bigquery.credentials.file";
  static final String CREDENTIALS_JSON = "bigquery.credentials.json";
  static final String OAUTH_CLIENT_ID = "bigquery.oauth.client.id";
  static final String OAUTH_CLIENT_SECRET = "bigquery.oauth.client.secret";
  static final String OAUTH_REFRESH_TOKEN = "bigquery.oauth.refresh.token";
  static final String OAUTH_TOKEN_URL = "bigquery.oauth.token.url";
  static final String IMPERSONATE = "bigquery.impersonate.service.account";
  static final String IMPERSONATE_DELEGATES = "bigquery.impersonate.delegates";
  static final String IAM_ENDPOINT = "bigquery.iam.endpoint";
  static final String PROXY_HOST = "bigquery.proxy.host";
  static final String PROXY_PORT = "bigquery.proxy.port";
  static final String PROXY_USER = "bigquery.proxy.user";
  static final String PROXY_PASSWORD = "bigquery.proxy.password";

  static final String KEY_FILE = "key_file";
  static final String KEY_JSON = "key_json";
  static final String APPLICATION_DEFAULT = "application_default";
  static final String OAUTH_USER = "oauth_user";

  private LoginKeys() {}

  static void define(ConfigDef def) {
    KeyGroup keys = new KeyGroup(def, "BigQuery login");
    keys.word(
        CREDENTIALS_SOURCE,
        KEY_FILE,
        OneOf.words(KEY_FILE, KEY_JSON, APPLICATION_DEFAULT, OAUTH_USER),
        ConfigDef.Importance.HIGH,
        "Where the credentials are. key_file, key_json: a JSON document in a file or in this"
            + " configuration, of a service account, an authorized user, an impersonated service"
            + " account, or of workload identity federation (external_account).");
    keys.text(CREDENTIALS_FILE, "", "Path of the JSON document, the same on every worker.");
    keys.secret(
        CREDENTIALS_JSON, "The JSON document itself. Use a config provider, such as ${file:…}.");
    keys.text(
        OAUTH_CLIENT_ID,
        "",
        "With "
            + CREDENTIALS_SOURCE
            + "="
            + OAUTH_USER
            + ": id of the OAuth client that the user has authorized. application_default takes"
            + " what the worker's environment offers: GOOGLE_APPLICATION_CREDENTIALS, gcloud's own"
            + " login, or the machine's service account.");
    keys.secret(OAUTH_CLIENT_SECRET, "Secret of that client.");
    keys.secret(
        OAUTH_REFRESH_TOKEN, "Refresh token that the user's authorization gave to the client.");
    keys.text(
        OAUTH_TOKEN_URL,
        "https://oauth2.googleapis.com/token",
        "Where refresh tokens are exchanged: for private endpoints.");
    keys.text(
        IMPERSONATE,
        "",
        "E-mail address of a service account to act as. The credentials above need"
            + " roles/iam.serviceAccountTokenCreator on it, and nothing on BigQuery.");
    keys.list(
        IMPERSONATE_DELEGATES,
        null,
        ConfigDef.Importance.LOW,
        "Service accounts in between, each with roles/iam.serviceAccountTokenCreator on the next.");
    keys.text(
        IAM_ENDPOINT,
        "https://iamcredentials.googleapis.com",
        "Root URL of the IAM Credentials API: for private endpoints.");
    keys.text(
        PROXY_HOST, "", "Host of an HTTP proxy for all calls, those for access tokens included.");
    keys.number(
        PROXY_PORT,
        ConfigDef.Type.INT,
        3128,
        ConfigDef.Range.between(1, 65_535),
        "Port of the proxy.");
    keys.text(PROXY_USER, "", "User name for the proxy, if it asks for one.");
    keys.secret(PROXY_PASSWORD, "Password for the proxy.");
  }

  static Login login(AbstractConfig config) {
    return new Login(
        Login.Source.valueOf(config.getString(CREDENTIALS_SOURCE).toUpperCase(Locale.ROOT)),
        optional(config.getString(CREDENTIALS_FILE)),
        secret(config, CREDENTIALS_JSON),
        new OAuthUser(
            config.getString(OAUTH_CLIENT_ID).trim(),
            secret(config, OAUTH_CLIENT_SECRET).orElse(""),
            secret(config, OAUTH_REFRESH_TOKEN).orElse(""),
            config.getString(OAUTH_TOKEN_URL).trim()),
        optional(config.getString(IMPERSONATE)),
        config.getList(IMPERSONATE_DELEGATES),
        config.getString(IAM_ENDPOINT).trim());
  }

  static Optional<Proxy> proxy(AbstractConfig config) {
    return optional(config.getString(PROXY_HOST))
        .map(
            host ->
                new Proxy(
                    host,
                    config.getInt(PROXY_PORT),
                    optional(config.getString(PROXY_USER)),
                    secret(config, PROXY_PASSWORD).orElse("")));
  }

  private static Optional<String> secret(AbstractConfig config, String key) {
    Password secret = config.getPassword(key);
    return secret == null ? Optional.empty() : optional(secret.value());
  }

  private static Optional<String> optional(String text) {
    return Optional.of(text.trim()).filter(t -> !t.isEmpty());
  }
}
