/** A request about one source under way: changed, read again by this server, shown.
 *
 * Private to the routes of sources. Lifetime: from source_begin() to the answer; the client may be
 * gone before.
 */
#pragma once

#include "api/access.h"
#include "api/caller.h"
#include "pg/answer.h"
#include "pg/statement.h"
#include "pg/value.h"

struct source_work {
	struct caller caller;
	struct api *api;
	int organisation_id, status;
	char code[PROGRAMME_CODE_BYTES + 1];
};

/** The source of the path. x->state is set; the handler's `gone` is caller_gone(). */
struct source_work *source_begin(struct exchange *x, const struct known_key *key,
				 struct slice code);
/** The exchange of an answer that is good; NULL: there is nobody left, or the failure was answered,
 * and `w` is freed. */
struct exchange *source_came(struct source_work *w, const struct pg_answer *answer);
/** Answers with a problem, and frees `w`. */
void source_refuse(struct source_work *w, int status, const char *code, const char *title);
void source_unknown(struct source_work *w); /**< the same: 404 */
/** Once it is changed: answers with `status` and, but for 204, its view; frees `w`. */
void source_changed(struct source_work *w, int status);
/** Answers with `status` and its view; frees `w`. */
void source_show(struct source_work *w, int status);
