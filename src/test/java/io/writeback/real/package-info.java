/**
 * Probes of the real services: one per point that their documentation leaves open and that a
 * guarantee rests on. See src/docs/real-services.md.
 */
package io.writeback.real;
