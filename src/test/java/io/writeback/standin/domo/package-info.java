/**
 * Domo on a loopback port: the API of api.domo.com and of an instance, at one address.
 *
 * <p>Start with {@link io.writeback.standin.domo.DomoStandIn}; add a {@link
 * io.writeback.standin.domo.DataSetSpec} with rows from {@link io.writeback.standin.domo.rows};
 * turn the switches of the {@link io.writeback.standin.domo.DomoDataSet} it returns; arm a {@link
 * io.writeback.standin.domo.DomoFault} by {@link io.writeback.standin.domo.Route}.
 *
 * <p>Behaviour follows Domo's documentation or threads in which it was seen, named at each place.
 * Where neither tells, these are choices of ours, to be checked against a real instance: a formula
 * guard touches text columns only and is on unless declined; a token is checked when a download
 * begins, not while it runs; {@code dataversions/{n}} is the whole content at that version, is not
 * subject to row-level policies, and follows the dialect of the export; nulls come first in an
 * order; text compares by code unit; history lists a version from its recording on; an answer to a
 * query is cut at the cap without a sign of it.
 */
package io.writeback.standin.domo;
