/** The server from its first connection to its last: starts in order, stops in order.
 *
 * Stopping: no new connections; requests in flight end; uploads that cannot are
 * dropped, and what of them is in a transaction ends; then the database, then, with
 * --embedded, the cluster.
 */
#pragma once

#include "app/config.h"

/** Returns when the server has stopped: the exit status of the program. */
int serve_run(const struct config *config);
