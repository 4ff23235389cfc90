/** What came of an operation, in words a caller can act on.
 *
 * Lifetime: valid during the `done` it is given to; pg_answer_keep() for longer.
 * Promise: E_UNKNOWN where the database may or may not have committed: the connection was lost
 *   with a COMMIT or an autocommit statement in flight, or a synchronous standby was not waited
 *   for. Every other failure means that nothing of it was committed.
 * Errors: E_CONFLICT unique, exclusion and foreign keys · E_INPUT checks, bad data · E_BUSY
 *   deadlock, serialization, timeouts, shutdown, resources, no connection: try again ·
 *   E_DENIED row-level security, privileges · E_LIMIT · E_GONE (raised no_data_found) ·
 *   E_INTERNAL everything that is our mistake.
 */
#pragma once

#include <stdbool.h>

#include "base/status.h"

struct pg_result;

struct pg_answer {
	enum status status;
	const struct pg_result *result; /**< never NULL with OK of a run; see value.h */
	char sqlstate[6];		/**< "" where the server did not speak */
	char constraint[64];		/**< the violated one, "" where none */
	struct trouble why;		/**< its primary message; never row values */
	bool outcome_unknown;		/**< the same as status == E_UNKNOWN */
};

/** The code of `why` where its words are PostgreSQL's own: they name tables and files, so they are
 * for the log and not for a client. */
#define PG_OWN_WORDS "database"

enum status pg_status_of(const char *sqlstate);

/** The result becomes the caller's: pg_result_free() it. NULL where there is none. */
struct pg_result *pg_answer_keep(const struct pg_answer *answer);
void pg_result_free(struct pg_result **r);
