package io.writeback.standin.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URLDecoder;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * AssumeRole, AssumeRoleWithWebIdentity and GetCallerIdentity (docs.aws.amazon.com/STS, query
 * protocol).
 */
final class StsOperations {
  private static final String NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/";
  private static final int MAX_FORM = 1 << 16;

  /** A refusal in the words of STS. */
  private static final class Refusal extends Exception {
    private static final long serialVersionUID = 1;
    private final int status;
    private final String code;

    Refusal(int status, String code, String message) {
      super(message);
      this.status = status;
      this.code = code;
    }
  }

  private final Map<String, StsRole> roles;
  private final S3Access access;
  private final SignatureCheck signatures;

  StsOperations(List<StsRole> roles, S3Access access, SignatureCheck signatures) {
    this.roles = roles.stream().collect(Collectors.toMap(StsRole::arn, role -> role));
    this.access = access;
    this.signatures = signatures;
  }

  void handle(S3Call call) throws IOException {
    byte[] body = call.http().body().readNBytes(MAX_FORM);
    Map<String, String> form = form(new String(body, UTF_8));
    try {
      String action = form.getOrDefault("Action", "");
      switch (action) {
        case "AssumeRole" -> assumeRole(call, form, caller(call, body));
        case "AssumeRoleWithWebIdentity" -> assumeWithToken(call, form);
        case "GetCallerIdentity" -> identity(call, caller(call, body));
        default -> throw new Refusal(400, "InvalidAction", "Could not find operation " + action);
      }
    } catch (Refusal refusal) {
      refuse(call, refusal.status, refusal.code, refusal.getMessage());
    }
  }

  private S3Credentials caller(S3Call call, byte[] body) throws Refusal {
    try {
      return signatures.other(call.signed(), "sts", body, call.now()).credentials();
    } catch (S3Error error) {
      // The same faults have other names in STS (its common errors page).
      String code =
          switch (error.code()) {
            case INVALID_ACCESS_KEY_ID, INVALID_TOKEN -> "InvalidClientTokenId";
            case ACCESS_DENIED -> "MissingAuthenticationToken";
            case AUTHORIZATION_HEADER_MALFORMED, REQUEST_TIME_TOO_SKEWED -> "SignatureDoesNotMatch";
            default -> error.code().code();
          };
      throw new Refusal(403, code, error.getMessage());
    }
  }

  private void assumeRole(S3Call call, Map<String, String> form, S3Credentials caller)
      throws IOException, Refusal {
    String arn = required(form, "RoleArn");
    StsRole role = roles.get(arn);
    boolean trusted =
        role != null
            && (role.trusted().isEmpty() || role.trusted().contains(caller.accessKeyId()))
            && Optional.ofNullable(role.externalId())
                .map(id -> id.equals(form.get("ExternalId")))
                .orElse(true);
    if (!trusted) {
      throw new Refusal(
          403,
          "AccessDenied",
          "User: arn:aws:iam::000000000000:user/"
              + caller.accessKeyId()
              + " is not authorized to perform: sts:AssumeRole on resource: "
              + arn);
    }
    issue(call, form, "AssumeRole", arn);
  }

  private void assumeWithToken(S3Call call, Map<String, String> form) throws IOException, Refusal {
    String arn = required(form, "RoleArn");
    String token = required(form, "WebIdentityToken");
    StsRole role = roles.get(arn);
    if (role == null) {
      throw new Refusal(
          403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity");
    }
    if (!role.webIdentityTokens().contains(token)) {
      throw new Refusal(
          400, "InvalidIdentityToken", "The web identity token that was passed is not valid");
    }
    issue(call, form, "AssumeRoleWithWebIdentity", arn);
  }

  private void issue(S3Call call, Map<String, String> form, String action, String arn)
      throws IOException, Refusal {
    String session = required(form, "RoleSessionName");
    long seconds = Long.parseLong(form.getOrDefault("DurationSeconds", "3600"));
    if (seconds < 900 || seconds > 43_200) {
      throw new Refusal(400, "ValidationError", "DurationSeconds must be between 900 and 43200");
    }
    S3Credentials issued = access.issue(arn, Duration.ofSeconds(seconds));
    answer(
        call,
        action,
        xml -> {
          xml.nested(
              "Credentials",
              c ->
                  c.element("AccessKeyId", issued.accessKeyId())
                      .element("SecretAccessKey", issued.secretAccessKey())
                      .element("SessionToken", issued.sessionToken())
                      .element("Expiration", issued.expires()));
          xml.nested(
              "AssumedRoleUser",
              user ->
                  user.element("AssumedRoleId", "AROASTANDIN:" + session)
                      .element(
                          "Arn",
                          arn.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/")
                              + "/"
                              + session));
        });
  }

  private static void identity(S3Call call, S3Credentials caller) throws IOException {
    answer(
        call,
        "GetCallerIdentity",
        xml ->
            xml.element("Arn", caller.principal())
                .element("UserId", caller.accessKeyId())
                .element("Account", "000000000000"));
  }

  private static void answer(S3Call call, String action, Consumer<XmlText> result)
      throws IOException {
    String text =
        XmlText.document(
            action + "Response",
            NAMESPACE,
            xml -> {
              xml.nested(action + "Result", result);
              xml.nested("ResponseMetadata", m -> m.element("RequestId", call.requestId()));
            });
    call.bytes(200, Map.of("Content-Type", "text/xml"), text.getBytes(UTF_8));
  }

  static void refuse(S3Call call, int status, String code, String message) throws IOException {
    String text =
        XmlText.document(
            "ErrorResponse",
            NAMESPACE,
            xml ->
                xml.nested(
                        "Error",
                        e ->
                            e.element("Type", status < 500 ? "Sender" : "Receiver")
                                .element("Code", code)
                                .element("Message", message))
                    .element("RequestId", call.requestId()));
    call.bytes(status, Map.of("Content-Type", "text/xml"), text.getBytes(UTF_8));
  }

  private static String required(Map<String, String> form, String name) throws Refusal {
    String value = form.get(name);
    if (value == null || value.isEmpty()) {
      throw new Refusal(400, "ValidationError", "Value null at '" + name + "' must not be null");
    }
    return value;
  }

  private static Map<String, String> form(String body) {
    Map<String, String> form = new HashMap<>();
    for (String pair : body.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        form.put(
            URLDecoder.decode(pair.substring(0, equals), UTF_8),
            URLDecoder.decode(pair.substring(equals + 1), UTF_8));
      }
    }
    return form;
  }
}
