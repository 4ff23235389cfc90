/** What exports of every kind share: who asked, what for, and how it began. Private to
 * api/export*.c.
 *
 * Lifetime: exporting_begin() to exporting_end(), which comes after the answer.
 */
#pragma once

#include "api/access.h"
#include "api/caller.h"
#include "api/export_question.h"

struct exporting {
	struct caller caller; /* first: x->state points to it */
	struct api *api;
	struct shared_programme *programme;
	int wave; /* index in the programme */
	struct export_question question;
	struct arena columns_arena, row_arena;
	struct export_columns columns;
	struct loop_timer *deadline;
	uint64_t began_ms;
	bool noting; /* the audit is being written */
};

/** False: as many as there may be are under way, and 503 was answered. */
bool exporting_has_place(struct exchange *x);
/** Takes a place among those at once; NULL: there is none, or the question makes no sense, and that
 * was answered. `size` is that of the struct whose first member this is, zeroed. */
void *exporting_begin(struct exchange *x, const struct known_wave *wave, enum export_format format,
		      size_t size, const struct caller_events *events);
/** Writes down who exports what; then start(e), or the failure is answered and `end` called. */
void exporting_note(struct exporting *e, const struct known_key *key,
		    void (*start)(struct exporting *e), void (*end)(struct exporting *e));
/** Gives the place and everything of this struct back, and the memory of the whole. */
void exporting_end(struct exporting *e);

/** The fields of the head that every form has; the ETag is in the exchange's arena. */
void exporting_add_head(struct exporting *e, const struct scan_facts *facts, struct slice etag);
struct slice exporting_etag(struct exporting *e, const struct scan_facts *facts);
/** 304. */
void exporting_answer_same(struct exchange *x, struct slice etag);
/** "text/csv; charset=utf-8; header=present" */
const char *export_type(enum export_format format);
/** A row of the page: its result, in the arena that the next one rewinds. */
enum status exporting_read_row(struct exporting *e, const struct pg_result *rows, int row,
			       struct stored_result *stored, struct trouble *why) NODISCARD;
