package io.writeback.standin.s3;

/** The operations served, with the permission that each needs; STS needs none. */
public enum S3Operation {
  LIST_BUCKETS(S3Permission.LIST_ALL_MY_BUCKETS),
  CREATE_BUCKET(S3Permission.CREATE_BUCKET),
  DELETE_BUCKET(S3Permission.DELETE_BUCKET),
  HEAD_BUCKET(S3Permission.LIST_BUCKET),
  GET_BUCKET_LOCATION(S3Permission.GET_BUCKET_LOCATION),
  LIST_OBJECTS_V2(S3Permission.LIST_BUCKET),
  LIST_MULTIPART_UPLOADS(S3Permission.LIST_BUCKET_MULTIPART_UPLOADS),
  /** Needs DeleteObject too, judged for each key. */
  DELETE_OBJECTS(null),
  PUT_OBJECT(S3Permission.PUT_OBJECT),
  COPY_OBJECT(S3Permission.PUT_OBJECT),
  GET_OBJECT(S3Permission.GET_OBJECT),
  HEAD_OBJECT(S3Permission.GET_OBJECT),
  GET_OBJECT_TAGGING(S3Permission.GET_OBJECT_TAGGING),
  DELETE_OBJECT(S3Permission.DELETE_OBJECT),
  CREATE_MULTIPART_UPLOAD(S3Permission.PUT_OBJECT),
  UPLOAD_PART(S3Permission.PUT_OBJECT),
  COMPLETE_MULTIPART_UPLOAD(S3Permission.PUT_OBJECT),
  ABORT_MULTIPART_UPLOAD(S3Permission.ABORT_MULTIPART_UPLOAD),
  LIST_PARTS(S3Permission.LIST_MULTIPART_UPLOAD_PARTS),
  STS(null),
  /** Anything else; answered 501. */
  UNKNOWN(null);

  private final S3Permission permission;

  S3Operation(S3Permission permission) {
    this.permission = permission;
  }

  /** Null if none is needed or it is judged elsewhere. */
  S3Permission permission() {
    return permission;
  }
}
