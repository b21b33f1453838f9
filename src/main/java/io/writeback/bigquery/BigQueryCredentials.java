package io.writeback.bigquery;

import com.google.auth.http.HttpTransportFactory;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.auth.oauth2.ImpersonatedCredentials;
import com.google.auth.oauth2.UserCredentials;
import io.writeback.bigquery.BigQuerySettings.Login;
import io.writeback.bigquery.BigQuerySettings.OAuthUser;
import io.writeback.retry.FaultException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Makes the credentials that a configuration describes. They fetch and renew tokens themselves. */
final class BigQueryCredentials {
  private static final List<String> SCOPES =
      List.of(
          "https://www.googleapis.com/auth/bigquery",
          "https://www.googleapis.com/auth/cloud-platform");

  private final BigQuerySettings settings;
  private final HttpTransportFactory transports;

  BigQueryCredentials(BigQuerySettings settings, HttpTransportFactory transports) {
    this.settings = settings;
    this.transports = transports;
  }

  /**
   * The credentials.
   *
   * @throws FaultException CONFIGURATION if they cannot be read
   */
  GoogleCredentials create() {
    Login login = settings.login();
    GoogleCredentials own = own(login);
    if (login.impersonate().isEmpty()) {
      return own;
    }
    return ImpersonatedCredentials.newBuilder()
        .setSourceCredentials(own)
        .setTargetPrincipal(login.impersonate().get())
        .setDelegates(login.delegates())
        .setScopes(SCOPES)
        .setLifetime(3600)
        .setHttpTransportFactory(transports)
        .setIamEndpointOverride(
            withoutSlash(login.iamEndpoint())
                + "/v1/projects/-/serviceAccounts/"
                + login.impersonate().get()
                + ":generateAccessToken")
        .build();
  }

  private GoogleCredentials own(Login login) {
    try {
      return switch (login.source()) {
        case KEY_FILE ->
            document(
                LoginKeys.CREDENTIALS_FILE,
                Files.readAllBytes(Path.of(login.keyFile().orElseThrow())));
        case KEY_JSON ->
            document(
                LoginKeys.CREDENTIALS_JSON,
                login.keyJson().orElseThrow().getBytes(StandardCharsets.UTF_8));
        case APPLICATION_DEFAULT ->
            GoogleCredentials.getApplicationDefault(transports).createScoped(SCOPES);
        case OAUTH_USER -> user(login.user());
      };
    } catch (FaultException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // Without the cause: a parser's message may quote the key.
      throw FaultException.configuration(cannotRead(login, e), null);
    }
  }

  private GoogleCredentials document(String key, byte[] text) throws IOException {
    CredentialDocument document =
        CredentialDocument.read(
            key, text, BigQueryNetwork.isLoopback(URI.create(settings.endpoint()).getHost()));
    if (document.type().equals("authorized_user")) {
      return user(
          new OAuthUser(
              document.text("client_id"),
              document.text("client_secret"),
              document.text("refresh_token"),
              settings.login().user().tokenUrl()));
    }
    return GoogleCredentials.fromStream(new ByteArrayInputStream(text), transports)
        .createScoped(SCOPES);
  }

  /** The scopes are those that the user has authorized. */
  private GoogleCredentials user(OAuthUser user) {
    return UserCredentials.newBuilder()
        .setClientId(user.clientId())
        .setClientSecret(user.clientSecret())
        .setRefreshToken(user.refreshToken())
        .setTokenServerUri(URI.create(user.tokenUrl()))
        .setHttpTransportFactory(transports)
        .build();
  }

  private static String withoutSlash(String url) {
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  private static String cannotRead(Login login, Exception e) {
    String problem = " (" + e.getClass().getSimpleName() + ")";
    return switch (login.source()) {
      case KEY_FILE ->
          "bigquery.credentials.file: expected a readable JSON document with credentials on every"
              + " worker, found none at "
              + login.keyFile().orElse("")
              + problem;
      case KEY_JSON ->
          "bigquery.credentials.json: expected a JSON document with credentials, such as the key of"
              + " a service account, found something else"
              + problem;
      case APPLICATION_DEFAULT ->
          "bigquery.credentials.source=application_default, but the worker has no application"
              + " default credentials; set GOOGLE_APPLICATION_CREDENTIALS or another source"
              + problem;
      case OAUTH_USER ->
          "bigquery.oauth.*: expected client id, client secret and refresh token" + problem;
    };
  }
}
