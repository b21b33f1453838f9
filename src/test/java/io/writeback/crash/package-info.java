/**
 * The crash and fault suite: the whole pipeline under a seeded schedule of faults, and an oracle
 * that knows the generator's rows and nothing of the connectors. {@code mvn -Pcrash} runs it.
 */
package io.writeback.crash;
