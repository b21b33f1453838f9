package io.writeback.standin.bigquery.job;

import java.time.Duration;

/**
 * How long a job stays PENDING and then RUNNING at least, and how many loads a table takes a day.
 */
public record JobPace(Duration pending, Duration running, int loadsPerTablePerDay) {}
