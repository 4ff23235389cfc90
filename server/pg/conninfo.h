/** The parameters of every connection we make.
 *
 * The reasons are findings: no GSS negotiation (a round trip), a cut network noticed in 15 s
 * instead of 15 minutes, UTF-8 whatever the server's default is.
 */
#pragma once

#include "base/must.h"
#include "base/status.h"

struct pg_settings;

enum { CONNINFO_MOST = 12 };

/** For PQconnectStartParams(keywords, values, 1): what stands before "dbname" may be overridden by
 * the operator's string, what stands behind may not. */
struct conninfo {
	const char *keywords[CONNINFO_MOST];
	const char *values[CONNINFO_MOST];
	char connect_timeout[16];
	char options[512];
};

/** Borrows settings->conninfo. E_INPUT where that cannot be read or its options are too long. */
enum status conninfo_make(struct conninfo *c, const struct pg_settings *settings,
			  struct trouble *why) NODISCARD;
