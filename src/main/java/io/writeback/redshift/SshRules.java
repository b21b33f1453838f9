package io.writeback.redshift;

import io.writeback.config.ConfigErrors;
import java.util.Map;
import java.util.regex.Pattern;

/** Rules between the keys of the tunnel. Pure. */
final class SshRules {
  private static final Pattern SHA256 = Pattern.compile("SHA256:[A-Za-z0-9+/]{43}=?");

  private SshRules() {}

  static void check(Map<String, String> properties, ConfigErrors errors) {
    if (!given(properties, RedshiftSinkConfig.SSH_HOST)) {
      for (String key :
          new String[] {
            RedshiftSinkConfig.SSH_USER,
            RedshiftSinkConfig.SSH_PASSWORD,
            RedshiftSinkConfig.SSH_PRIVATE_KEY
          }) {
        if (given(properties, key)) {
          errors.error(
              RedshiftSinkConfig.SSH_HOST,
              "missing, although " + key + " is set: the connection would not go through a tunnel");
          return;
        }
      }
      return;
    }
    if (!given(properties, RedshiftSinkConfig.SSH_USER)) {
      errors.error(RedshiftSinkConfig.SSH_USER, "missing: a tunnel needs a user");
    }
    boolean key = given(properties, RedshiftSinkConfig.SSH_PRIVATE_KEY);
    if (!key && !given(properties, RedshiftSinkConfig.SSH_PASSWORD)) {
      errors.error(
          RedshiftSinkConfig.SSH_PRIVATE_KEY,
          "a tunnel needs a private key, or " + RedshiftSinkConfig.SSH_PASSWORD);
    }
    if (!key && given(properties, RedshiftSinkConfig.SSH_PASSPHRASE)) {
      errors.error(
          RedshiftSinkConfig.SSH_PRIVATE_KEY, "missing, although there is a passphrase for it");
    }
    hostKey(properties, errors);
  }

  private static void hostKey(Map<String, String> properties, ConfigErrors errors) {
    boolean fingerprints = given(properties, RedshiftSinkConfig.SSH_FINGERPRINTS);
    if (!fingerprints && !given(properties, RedshiftSinkConfig.SSH_KNOWN_HOSTS)) {
      errors.error(
          RedshiftSinkConfig.SSH_FINGERPRINTS,
          "the host key of the server must be known: give its fingerprint (ssh-keyscan HOST |"
              + " ssh-keygen -lf -), or its line in "
              + RedshiftSinkConfig.SSH_KNOWN_HOSTS);
      return;
    }
    if (fingerprints) {
      for (String one : properties.get(RedshiftSinkConfig.SSH_FINGERPRINTS).split(",", -1)) {
        if (!SHA256.matcher(one.trim()).matches()) {
          errors.error(
              RedshiftSinkConfig.SSH_FINGERPRINTS,
              "expected fingerprints such as SHA256:…, with 43 characters after the colon");
          return;
        }
      }
    }
  }

  private static boolean given(Map<String, String> properties, String key) {
    String value = properties.get(key);
    return value != null && !value.isBlank();
  }
}
