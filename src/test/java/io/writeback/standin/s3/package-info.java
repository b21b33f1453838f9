/**
 * An S3 and STS service on a loopback port, strict about what the real one is strict about.
 *
 * <p>"S3 API" in comments is docs.aws.amazon.com/AmazonS3/latest/API, "S3 guide" is
 * docs.aws.amazon.com/AmazonS3/latest/userguide.
 */
package io.writeback.standin.s3;
