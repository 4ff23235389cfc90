/** A private PostgreSQL cluster, owned by `plauditd serve --embedded DIR`.
 *
 * DIR holds lock, pgdata/, socket/ (or socket_dir, a line naming a short
 * directory under /tmp when DIR is too deep for a socket), pg_hba.conf,
 * pg_ident.conf and postgresql.log. The cluster listens on its unix socket only,
 * and only for the operating system users root, ours and its own (peer).
 *
 * Promise: postgres is our direct child and is told to stop when we die, however
 * we die; one plauditd at a time owns DIR (flock); an initdb that was cut off is
 * begun again; a crashed cluster recovers by PostgreSQL's own rules.
 * Root: postgres refuses to run as root, so it runs as the owner of DIR/pgdata,
 * at first the account "postgres".
 * Blocking: all of it. Call before the loop runs and after it has returned.
 * Limits: 30 s for a leftover server to go, 300 s for recovery, 30 s to stop.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "base/status.h"

struct cluster;

#define CLUSTER_OWNER	"plaudit_owner"	  /**< owns the database, may do DDL */
#define CLUSTER_RUNTIME "plaudit_runtime" /**< what the server works as */

/** Makes DIR where it does not exist, starts postgres there and makes the roles and the
 * database plaudit. E_CONFLICT: another process has DIR; E_INPUT: DIR cannot serve;
 * E_INTERNAL: PostgreSQL said no (its words are in DIR/postgresql.log). */
enum status cluster_open(const char *directory, struct cluster **cluster,
			 struct trouble *why) NODISCARD;

/** A cluster that another plauditd runs, to connect to (`plauditd key create --embedded DIR`).
 * E_GONE when nobody runs it. cluster_close() leaves it running. */
enum status cluster_find(const char *directory, struct cluster **cluster,
			 struct trouble *why) NODISCARD;

/** libpq strings, valid until cluster_close(). */
const char *cluster_owner_conninfo(const struct cluster *c);
const char *cluster_runtime_conninfo(const struct cluster *c);

/** The child to watch (SIGCHLD); 0 for a found cluster. */
pid_t cluster_pid(const struct cluster *c);

/** True once postgres has ended by itself; `how` tells the exit ("exited with 1",
 * "killed by signal 9"). Never blocks; call it on SIGCHLD. */
bool cluster_died(struct cluster *c, struct trouble *how);

/** Fast shutdown, SIGQUIT after 30 s, then gives DIR free. NULL inside is allowed. */
void cluster_close(struct cluster **cluster);
