/** An SSH server on a loopback port that forwards TCP connections, and keys to log in with. */
package io.writeback.standin.ssh;
