/** GET W/fieldwork: planned against made, spread over time, breaches.
 *
 * Counted by PostgreSQL from the results as they stand, in one snapshot, on a connection of
 * its own; at most FIELDWORKS_AT_ONCE of a server at a time (503 above), so that looking on
 * never takes the connections that uploads need.
 */
#pragma once

#include "http/exchange.h"

enum { FIELDWORKS_AT_ONCE = 2 };

extern const struct handler fieldwork_get;
