package io.writeback.standin.s3;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** DeleteObjects (S3 API, API_DeleteObjects). */
final class BatchDelete {
  private static final int MAX_KEYS = 1000;
  private static final int MAX_BODY = 4 << 20;

  private final ObjectStore store;
  private final S3Access access;

  BatchDelete(ObjectStore store, S3Access access) {
    this.store = store;
    this.access = access;
  }

  void handle(S3Call call) throws IOException {
    Bucket bucket = store.bucket(call.request().bucket());
    byte[] body = call.payload().readAll(MAX_BODY);
    BodyIntake.demandDigest(call, body);
    XmlElement request = XmlElement.parse(body, "Delete");
    List<String> keys = new ArrayList<>();
    for (XmlElement object : request.children("Object")) {
      if (object.text("VersionId").isPresent()) {
        throw new S3Error(S3ErrorCode.NOT_IMPLEMENTED);
      }
      keys.add(object.required("Key"));
    }
    if (keys.isEmpty() || keys.size() > MAX_KEYS) {
      throw new S3Error(S3ErrorCode.MALFORMED_XML);
    }
    boolean quiet = request.text("Quiet").map(Boolean::parseBoolean).orElse(false);
    List<String> deleted = new ArrayList<>();
    List<String> denied = new ArrayList<>();
    for (String key : keys) {
      if (access.allows(call.principal(), S3Permission.DELETE_OBJECT, key)) {
        bucket.delete(key);
        deleted.add(key);
      } else {
        denied.add(key);
      }
    }
    call.xml(
        "DeleteResult",
        xml -> {
          if (!quiet) {
            deleted.forEach(key -> xml.nested("Deleted", d -> d.element("Key", key)));
          }
          denied.forEach(key -> xml.nested("Error", error -> denied(error, key)));
        });
  }

  private static void denied(XmlText xml, String key) {
    xml.element("Key", key)
        .element("Code", S3ErrorCode.ACCESS_DENIED.code())
        .element("Message", S3ErrorCode.ACCESS_DENIED.message());
  }
}
