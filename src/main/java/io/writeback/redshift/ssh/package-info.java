/** A tunnel through an SSH server to a database that is not reachable otherwise. */
package io.writeback.redshift.ssh;
