/** Stands between a pool and PostgreSQL and does to one message what networks do.
 *
 * A thread of the test passes every byte of every connection, but acts on the messages a rule
 * names: statements by their name ("tally_delta_add"), copies by their text ("copy result ("),
 * scripts by their whole text behind "=" ("=commit"). Bounded: 32 connections, 8 rules.
 */
#pragma once

enum proxy_act {
	PROXY_CUT_BEFORE, /**< PostgreSQL never gets the message */
	PROXY_CUT_AFTER,  /**< it answers, and the answer is lost */
	PROXY_CUT_WITH,	  /**< the message is handed over, then nobody waits: either may happen */
	PROXY_KILL,	  /**< the backend is terminated first */
	PROXY_SQL	  /**< `sql` is run by somebody else first */
};

struct pg_proxy;

/** Listens in a folder of its own. `superuser` is the conninfo of kills and SQL. */
struct pg_proxy *pg_proxy_start(const char *target_folder, const char *superuser);
const char *pg_proxy_folder(const struct pg_proxy *p);
/** Acts on the messages with `match` in them: not on the first `skip`, then `times` times. */
void pg_proxy_rule(struct pg_proxy *p, const char *match, unsigned skip, unsigned times,
		   enum proxy_act act, const char *sql);
/** How often a rule has acted so far. */
unsigned pg_proxy_acted(struct pg_proxy *p);
void pg_proxy_stop(struct pg_proxy *p);
