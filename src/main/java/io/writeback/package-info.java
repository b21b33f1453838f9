/**
 * Writeback: a Kafka Connect plugin that replicates Domo DataSets through Kafka into BigQuery and
 * Redshift, exactly once.
 */
package io.writeback;
