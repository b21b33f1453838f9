package io.writeback.standin.s3;

/** The IAM actions that can be revoked (S3 guide, using-with-s3-policy-actions). */
public enum S3Permission {
  CREATE_BUCKET,
  DELETE_BUCKET,
  LIST_ALL_MY_BUCKETS,
  GET_BUCKET_LOCATION,
  LIST_BUCKET,
  LIST_BUCKET_MULTIPART_UPLOADS,
  GET_OBJECT,
  GET_OBJECT_TAGGING,
  PUT_OBJECT,
  DELETE_OBJECT,
  ABORT_MULTIPART_UPLOAD,
  LIST_MULTIPART_UPLOAD_PARTS
}
