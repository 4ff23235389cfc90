#include "api/fieldwork.h"

#include "api/access.h"
#include "api/asking.h"
#include "api/csv_choice.h"
#include "api/problem_of.h"
#include "base/clock.h"
#include "http/problem.h"
#include "pg/transaction.h"
#include "pg/value.h"
#include "standings/fieldwork.h"
#include "store/sql.h"
#include "survey/breach.h"

enum {
	PAGE_DEFAULT = 100,
	PAGE_MOST = 1000,
	REPORT_ARENA_BYTES = 256 * 1024 * 1024,
	BODY_BYTES = 256 * 1024 * 1024
};

/** What is asked of the database, in this order; CSV needs only what stands before SPREAD. */
enum answer_at { TIME, CELLS, SPREAD, BREACHES, QUESTIONS };

/** One snapshot; and sorting a wave's contacts in memory where it is not huge. */
#define BEGIN "begin isolation level repeatable read read only; set local work_mem = '32MB'"

/** A report under way; x is NULL once the client is gone. */
struct report {
	struct exchange *x;
	struct api *api;
	struct shared_programme *programme;
	int wave_id, wave, sector;
	enum wave_state state;
	bool csv;
	struct csv_form form; /* of it */
	int32_t limit;
	struct slice after; /* the cursor's parts */
	int32_t after_rule;
	struct arena arena;
	struct pg_transaction *transaction;
	struct pg_result *results[QUESTIONS];
	int asked, answered;
	struct trouble why;
	struct buf body;
};

static const struct wave *wave_of(const struct report *r)
{
	return &r->programme->programme->waves[r->wave];
}

/* The end */

static void free_report(struct report *r)
{
	for (int q = 0; q < QUESTIONS; q++)
		pg_result_free(&r->results[q]);
	shared_programme_release(&r->programme);
	arena_fini(&r->arena);
	buf_fini(&r->body);
	r->api->fieldworks--;
	memory_free(r);
}

/** It names shoppers, and holds for this moment only. */
static void answer_report(struct exchange *x, const struct report *r)
{
	exchange_answer_add_header(x, "Cache-Control", SLICE("private, no-store"));
	exchange_answer_add_header(x, "Vary", SLICE("Accept, Authorization"));
	exchange_answer(x, 200, r->csv ? CSV_TYPE : "application/json", buf_slice(&r->body));
}

static void end(struct report *r)
{
	struct exchange *x = r->x;
	if (x != NULL && r->why.status != OK)
		answer_trouble(x, &r->why);
	else if (x != NULL)
		answer_report(x, r);
	free_report(r);
}

/* What the rows say; on a pool thread */

static const struct fieldwork_cell *cells_of(struct report *r, size_t *len)
{
	const struct pg_result *rows = r->results[CELLS];
	struct fieldwork_cell *cells;
	*len = (size_t)pg_rows(rows);
	cells = arena_take_array(&r->arena, *len, sizeof(*cells));
	for (int i = 0; cells != NULL && i < (int)*len; i++) {
		struct fieldwork_cell *c = &cells[i];
		c->company = pg_get_int4(rows, i, 0);
		c->channel = pg_get_int2(rows, i, 1);
		for (int s = 0; s < REVIEW_COUNT; s++)
			c->results[s] = pg_get_int8(rows, i, 2 + s);
		c->answered = pg_get_int8(rows, i, 2 + REVIEW_COUNT);
		for (int d = 0; d < DAY_PART_COUNT; d++)
			c->day_parts[d] = pg_get_int8(rows, i, 3 + REVIEW_COUNT + d);
	}
	return cells;
}

static void take_spread(const struct report *r, struct fieldwork_source *source)
{
	const struct pg_result *rows = r->results[SPREAD];
	for (int i = 0; i < pg_rows(rows); i++) {
		int64_t contacts = pg_get_int8(rows, i, 2);
		if (pg_is_null(rows, i, 0))
			source->spread_unknown = contacts;
		else
			source->spread[pg_get_int4(rows, i, 0) - 1][pg_get_int4(rows, i, 1)] =
				contacts;
	}
}

/** Rows without a result are counts of a rule; they stand before the page. */
static int take_breaches(const struct report *r, struct fieldwork_source *source)
{
	const struct pg_result *rows = r->results[BREACHES];
	int row = 0;
	for (; row < pg_rows(rows) && pg_is_null(rows, row, 0); row++)
		source->breaches[pg_get_int4(rows, row, 1)] = (struct fieldwork_breach_count){
			pg_get_int8(rows, row, 2), pg_get_int8(rows, row, 3)};
	return row;
}

static const struct fieldwork_breach *page_of(struct report *r, int first, size_t *len)
{
	const struct pg_result *rows = r->results[BREACHES];
	struct fieldwork_breach *page;
	*len = (size_t)(pg_rows(rows) - first);
	page = arena_take_array(&r->arena, *len, sizeof(*page));
	for (int i = 0; page != NULL && i < (int)*len; i++) {
		int row = first + i;
		page[i] = (struct fieldwork_breach){
			.result_id = pg_get_bytes(rows, row, 0),
			.rule = (enum breach)pg_get_int4(rows, row, 1),
			.company = pg_get_int4(rows, row, 4),
			.shopper = pg_get_bytes(rows, row, 5),
			.contacted_at = pg_is_null(rows, row, 6) ? CLOCK_NO_INSTANT
								 : pg_get_timestamptz(rows, row, 6),
			.status = (enum review_state)pg_get_int2(rows, row, 7),
		};
	}
	return page;
}

/** "rule.result_id" of the last of a full page. */
static struct slice cursor_after(struct report *r, const struct fieldwork_breach *page, size_t len)
{
	if (len == 0 || len < (size_t)r->limit)
		return SLICE_NONE;
	const struct fieldwork_breach *last = &page[len - 1];
	return slice_of(
		arena_print(&r->arena, "%d.%.*s", (int)last->rule, SLICE_ARGS(last->result_id)));
}

static void write_csv(struct report *r, const struct fieldwork *f)
{
	struct buf plain;
	if (!csv_choice_made(&r->form)) {
		fieldwork_csv(f, &r->body);
		return;
	}
	buf_init(&plain, BODY_BYTES / 2);
	fieldwork_csv(f, &plain);
	if (buf_over(&plain))
		r->body.over = true;
	else
		csv_recast(buf_slice(&plain), &r->form, &r->body);
	buf_fini(&plain);
}

static enum status write_body(struct report *r)
{
	struct fieldwork_source source = {
		.programme = r->programme->programme,
		.wave = r->wave,
		.state = slice_of(wave_state_name(r->state)),
		.as_of = pg_get_timestamptz(r->results[TIME], 0, 0),
		.sector = r->sector,
	};
	struct fieldwork *f;
	source.cells = cells_of(r, &source.cells_len);
	source.page = page_of(r, take_breaches(r, &source), &source.page_len);
	if ((source.cells == NULL && source.cells_len > 0) ||
	    (source.page == NULL && source.page_len > 0))
		return E_LIMIT;
	take_spread(r, &source);
	source.next_cursor = cursor_after(r, source.page, source.page_len);
	enum status st = fieldwork_make(&source, &r->arena, &f);
	if (st < 0)
		return st;
	if (r->csv)
		write_csv(r, f);
	else
		fieldwork_json(f, &r->body);
	return buf_over(&r->body) ? E_LIMIT : OK;
}

static void make_body(void *arg)
{
	struct report *r = arg;
	if (write_body(r) < 0)
		(void)trouble_code(&r->why, E_LIMIT, "limit_reached",
				   "the answer is too large: ask for one sector");
}

static void body_made(void *arg)
{
	end(arg);
}

/* Asking */

static void ended(void *arg, enum status status, const struct trouble *why)
{
	struct report *r = arg;
	r->why = *why;
	if (status != OK || r->x == NULL)
		end(r);
	else
		loop_offload(r->api->loop, make_body, body_made, r);
}

/** Answers come in the order of the questions. */
static void came(void *arg, const struct pg_answer *answer)
{
	struct report *r = arg;
	r->results[r->answered++] = pg_answer_keep(answer);
	if (r->answered == r->asked)
		pg_transaction_leave(r->transaction);
}

static void run(struct report *r, const struct pg_statement *statement,
		const struct pg_value *values, size_t len)
{
	r->asked++;
	pg_transaction_run(r->transaction, statement, values, len, came);
}

static struct pg_value companies_of(struct report *r)
{
	const struct wave *w = wave_of(r);
	if (r->sector < 0)
		return pg_null();
	return pg_int4_array(&r->arena, w->sectors[r->sector].companies,
			     w->sectors[r->sector].companies_len);
}

static void ask_breaches(struct report *r, struct pg_value zone, struct pg_value companies)
{
	const struct fieldwork_rules *rules = &wave_of(r)->fieldwork;
	uint32_t looked_at = ~breaches_with_action(rules, BREACH_IGNORES) &
			     ((UINT32_C(1) << BREACH_COUNT) - 1);
	struct pg_value values[] = {
		pg_int4(r->wave_id),
		zone,
		pg_int4(rules->contacts_per_company),
		pg_int4(rules->contacts_per_wave),
		pg_int4(rules->contacts_per_day),
		pg_int4((int32_t)looked_at),
		companies,
		pg_text(r->after),
		pg_int4(r->after_rule),
		pg_int4(r->limit),
	};
	run(r, &SQL_FIELDWORK_BREACHES, values, COUNT_OF(values));
}

static void begun(void *arg, struct pg_transaction *t)
{
	struct report *r = arg;
	struct trouble gone;
	if (r->x == NULL) {
		(void)trouble(&gone, E_GONE, "nobody waits for the report any more");
		pg_transaction_fail(t, &gone);
		return;
	}
	struct pg_value zone = pg_text(wave_of(r)->time_zone), companies = companies_of(r);
	struct pg_value values[] = {pg_int4(r->wave_id), zone, companies};
	r->transaction = t;
	run(r, &SQL_SERVER_TIME, NULL, 0);
	run(r, &SQL_FIELDWORK_CELLS, values, COUNT_OF(values));
	if (r->csv)
		return;
	run(r, &SQL_FIELDWORK_SPREAD, values, COUNT_OF(values));
	ask_breaches(r, zone, companies);
}

/* The question */

static bool read_page(struct exchange *x, struct report *r)
{
	struct slice limit, cursor, rule;
	int64_t number = PAGE_DEFAULT, after_rule = -1;
	bool good = true;
	if (exchange_query(x, "limit", &limit))
		good = slice_to_int64(limit, &number) && number >= 1 && number <= PAGE_MOST;
	if (good && exchange_query(x, "cursor", &cursor)) {
		good = slice_next_part(&cursor, '.', &rule) && slice_to_int64(rule, &after_rule) &&
		       after_rule >= 0 && after_rule < BREACH_COUNT && cursor.at != NULL;
		r->after = good ? arena_copy(&r->arena, cursor) : SLICE("");
	}
	r->limit = (int32_t)number;
	r->after_rule = (int32_t)after_rule;
	return good;
}

static bool read_sector(struct exchange *x, struct report *r)
{
	struct slice code;
	const struct wave *w = wave_of(r);
	r->sector = -1;
	if (!exchange_query(x, "sector", &code))
		return true;
	for (size_t s = 0; s < w->sectors_len; s++)
		if (slice_equal(w->sectors[s].code, code))
			r->sector = (int)s;
	return r->sector >= 0;
}

static bool read_question(struct exchange *x, struct report *r)
{
	if (!read_sector(x, r)) {
		exchange_problem(x, 404, "unknown_sector", "The wave does not have this sector",
				 SLICE_NONE);
		return false;
	}
	if (!read_page(x, r)) {
		exchange_problem(x, 400, "bad_page",
				 "limit is 1 to 1000, cursor is what an answer gave", SLICE_NONE);
		return false;
	}
	return true;
}

static struct report *new_report(struct exchange *x, const struct known_wave *wave)
{
	struct report *r = memory_new(sizeof(*r));
	r->x = x;
	r->api = api_of(x);
	r->api->fieldworks++;
	r->programme = wave->programme;
	shared_programme_hold(r->programme);
	r->wave_id = wave->wave_id;
	r->wave = wave->index;
	r->state = wave->state;
	r->csv = wants_csv(x);
	r->after = SLICE("");
	arena_init(&r->arena, REPORT_ARENA_BYTES);
	buf_init(&r->body, BODY_BYTES);
	return r;
}

static void begin(struct exchange *x)
{
	const struct known_key *key = access_check(x);
	const struct known_wave *wave = key != NULL ? access_wave(x, key) : NULL;
	struct csv_form form;
	if (wave == NULL)
		return;
	if (api_of(x)->fieldworks >= FIELDWORKS_AT_ONCE) {
		exchange_answer_add_header(x, "Retry-After", SLICE("2"));
		exchange_problem(x, 503, "too_many_questions", "Others look at fieldwork right now",
				 SLICE_NONE);
		return;
	}
	if (!csv_choice_read(x, wants_csv(x), &form))
		return;
	struct report *r = new_report(x, wave);
	r->form = form;
	if (!read_question(x, r)) {
		free_report(r);
		return;
	}
	x->state = r;
	pg_transaction_open(r->api->pool, BEGIN, begun, ended, r);
}

static void gone(struct exchange *x)
{
	struct report *r = x->state;
	if (r != NULL)
		r->x = NULL;
}

const struct handler fieldwork_get = {.begin = begin, .gone = gone};
