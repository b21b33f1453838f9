package io.writeback.standin.domo;

/**
 * What the DataSet API says about a schema. Empty was seen on 9 of 10 live DataSets, absent on
 * federated ones (OpenMetadata#16786).
 */
public enum SchemaShown {
  PRESENT,
  EMPTY,
  ABSENT
}
