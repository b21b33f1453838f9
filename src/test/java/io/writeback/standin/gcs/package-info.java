/**
 * Cloud Storage's JSON API v1 (documentation "JSON API reference", buckets and objects): uploads in
 * one request and resumable ones, preconditions on generations, checksums, listing by pages.
 */
package io.writeback.standin.gcs;
