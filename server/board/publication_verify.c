#include "board/publication_verify.h"

#include "board/answer_make.h"
#include "board/frozen_boards.h"
#include "board/frozen_counts.h"
#include "pg/value.h"
#include "store/sql.h"

enum { NUMBERS_BYTES = 64 * 1024 * 1024, DIFFERENCES_BYTES = 64 * 1024, DIFFERENCE_BYTES = 512 };

struct publication_verify {
	struct loop *loop;
	struct pg_conn *conn;
	const char *made_by;
	void (*difference)(void *arg, const char *words);
	void (*done)(void *arg, const struct publication_report *report);
	void *arg;
	struct publication_report report;
	struct pg_result *row, *boards; /* of the one looked at */
	struct buf words;		/* of its differences, each with a NUL behind */
};

static void next(struct publication_verify *v, int wave_id, int revision);

static void end(struct publication_verify *v)
{
	struct publication_verify last = *v;
	pg_result_free(&v->row);
	pg_result_free(&v->boards);
	buf_fini(&v->words);
	memory_free(v);
	last.done(last.arg, &last.report);
}

static bool failed(struct publication_verify *v, const struct pg_answer *answer)
{
	if (answer->status == OK)
		return false;
	v->report.status = answer->status;
	v->report.why = answer->why;
	end(v);
	return true;
}

/* Comparing, on a pool thread */

static void note(struct publication_verify *v, struct slice what, const char *words)
{
	v->report.differences++;
	if (v->words.len + DIFFERENCE_BYTES > DIFFERENCES_BYTES)
		return; /* counted, and many are told already */
	buf_print(&v->words, "wave %.*s, revision %d: %.*s%s",
		  SLICE_ARGS(pg_get_bytes(v->row, 0, 2)), pg_get_int4(v->row, 0, 1),
		  SLICE_ARGS(what), words);
	buf_add_byte(&v->words, '\0');
}

static int row_of(const struct pg_result *boards, struct slice address)
{
	int row = pg_rows(boards) - 1;
	while (row >= 0 && !slice_equal(pg_get_bytes(boards, row, 0), address))
		row--;
	return row;
}

/** A board the table has got since then is not in the publication. Awards rest on other waves as
 * they were then: their hash is all there is to compare. */
static enum status compare_board(struct publication_verify *v, const struct board_source *source,
				 size_t board)
{
	const struct wave *w = &source->programme->waves[source->wave];
	struct live_question q = frozen_board_question(w, board);
	struct buf address, body;
	enum status st = OK;
	buf_init(&address, FROZEN_ADDRESS_BYTES);
	buf_init(&body, BOARD_BUF_BYTES);
	must(frozen_address(w, &q, &address));
	int row = row_of(v->boards, buf_slice(&address));
	if (row >= 0 && !frozen_board_needs_waves(&q)) {
		st = answer_make(&q, source, &body, &v->report.why);
		v->report.boards_made++;
		if (st == OK && !slice_equal(buf_slice(&body), pg_get_bytes(v->boards, row, 1)))
			note(v, buf_slice(&address), " is not what its counts give");
	}
	buf_fini(&body);
	buf_fini(&address);
	return st;
}

static enum status compare_boards(struct publication_verify *v, const struct frozen_parts *parts)
{
	struct frozen_counts counts;
	enum status st = frozen_counts_make(parts, &counts, &v->report.why);
	size_t len = st == OK ? frozen_boards_count(&counts.programme->waves[counts.source.wave])
			      : 0;
	for (size_t i = 0; i < len && st == OK; i++)
		st = compare_board(v, &counts.source, i);
	frozen_counts_fini(&counts);
	return st;
}

static void compare_hashes(struct publication_verify *v)
{
	if (!pg_get_bool(v->row, 0, 8))
		note(v, SLICE("the hash"), " is not that of its parts");
	for (int row = 0; row < pg_rows(v->boards); row++)
		if (!pg_get_bool(v->boards, row, 2))
			note(v, pg_get_bytes(v->boards, row, 0), " has another hash");
	v->report.boards += (uint64_t)pg_rows(v->boards);
}

static void compare_work(void *arg)
{
	struct publication_verify *v = arg;
	struct arena numbers;
	arena_init(&numbers, NUMBERS_BYTES);
	struct frozen_parts parts = {.wave = pg_get_bytes(v->row, 0, 2),
				     .document = pg_get_bytes(v->row, 0, 3),
				     .packed = pg_get_bytes(v->row, 0, 4),
				     .version = pg_get_int8(v->row, 0, 6),
				     .revision = pg_get_int4(v->row, 0, 1)};
	parts.shoppers = pg_get_int4_array(v->row, 0, 5, &numbers, &parts.shoppers_len);
	must(parts.shoppers != NULL || parts.shoppers_len == 0);
	compare_hashes(v);
	if (slice_is(pg_get_bytes(v->row, 0, 7), v->made_by))
		v->report.status = compare_boards(v, &parts);
	arena_fini(&numbers);
}

static void compared(void *arg)
{
	struct publication_verify *v = arg;
	for (size_t at = 0; at < v->words.len; at += strlen(v->words.at + at) + 1)
		v->difference(v->arg, v->words.at + at);
	buf_clear(&v->words);
	if (v->report.status < 0)
		end(v);
	else
		next(v, pg_get_int4(v->row, 0, 0), pg_get_int4(v->row, 0, 1));
}

/* Reading */

static void boards_came(void *arg, const struct pg_answer *answer)
{
	struct publication_verify *v = arg;
	if (failed(v, answer))
		return;
	pg_result_free(&v->boards);
	v->boards = pg_answer_keep(answer);
	loop_offload(v->loop, compare_work, compared, v);
}

static void row_came(void *arg, const struct pg_answer *answer)
{
	struct publication_verify *v = arg;
	if (failed(v, answer))
		return;
	if (pg_rows(answer->result) == 0) {
		end(v);
		return;
	}
	pg_result_free(&v->row);
	v->row = pg_answer_keep(answer);
	v->report.publications++;
	struct pg_value values[] = {pg_int4(pg_get_int4(v->row, 0, 0)),
				    pg_int4(pg_get_int4(v->row, 0, 1))};
	pg_conn_run(v->conn, &SQL_PUBLICATION_BOARDS, values, COUNT_OF(values), boards_came, v);
}

static void next(struct publication_verify *v, int wave_id, int revision)
{
	struct pg_value values[] = {pg_int4(wave_id), pg_int4(revision)};
	pg_conn_run(v->conn, &SQL_PUBLICATION_NEXT, values, COUNT_OF(values), row_came, v);
}

void publication_verify_run(struct loop *loop, struct pg_conn *conn, const char *made_by,
			    void (*difference)(void *arg, const char *words),
			    void (*done)(void *arg, const struct publication_report *report),
			    void *arg)
{
	struct publication_verify *v = memory_new(sizeof(*v));
	*v = (struct publication_verify){.loop = loop,
					 .conn = conn,
					 .made_by = made_by,
					 .difference = difference,
					 .done = done,
					 .arg = arg};
	buf_init(&v->words, DIFFERENCES_BYTES);
	next(v, 0, 0);
}
