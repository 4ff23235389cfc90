#include "api/exporting.h"

#include "api/csv_choice.h"
#include "api/exports.h"
#include "api/problem_of.h"
#include "base/clock.h"
#include "base/log.h"
#include "http/problem.h"
#include "store/sql.h"

enum { EXPORT_MOST_MS = 60 * 60 * 1000, COLUMNS_BYTES = 256 * 1024, ROW_BYTES = 256 * 1024 };

static void took_too_long(void *arg)
{
	struct exporting *e = arg;
	log_warn("export.too_long", LOG_NUMBER("wave", e->wave),
		 LOG_NUMBER("ms", clock_monotonic_ms() - e->began_ms));
	if (e->caller.events->stopping != NULL)
		e->caller.events->stopping(&e->caller);
}

bool exporting_has_place(struct exchange *x)
{
	if (api_of(x)->exports < EXPORTS_AT_ONCE)
		return true;
	exchange_answer_add_header(x, "Retry-After", SLICE("10"));
	exchange_problem(x, 503, "too_many_exports", "Others are exporting right now",
			 SLICE("four exports run at a time"));
	return false;
}

static enum status make_columns(struct exporting *e, struct trouble *why)
{
	if (export_columns_make(e->programme->programme, e->wave, e->question.set,
				&e->columns_arena, &e->columns) < 0)
		return trouble(why, E_LIMIT, "the names of the columns are too long");
	return OK;
}

void *exporting_begin(struct exchange *x, const struct known_wave *wave, enum export_format format,
		      size_t size, const struct caller_events *events)
{
	struct export_question question;
	struct trouble why;
	if (!exporting_has_place(x) || !export_question_read(x, wave, format, &question))
		return NULL;
	struct exporting *e = memory_new(size);
	e->caller = (struct caller){.x = x, .events = events};
	e->api = api_of(x);
	e->api->exports++;
	e->programme = wave->programme;
	shared_programme_hold(e->programme);
	e->wave = wave->index;
	e->question = question;
	e->began_ms = clock_monotonic_ms();
	arena_init(&e->columns_arena, COLUMNS_BYTES);
	arena_init(&e->row_arena, ROW_BYTES);
	e->deadline = loop_timer_new(e->api->loop, took_too_long, e);
	loop_timer_start(e->deadline, EXPORT_MOST_MS);
	x->state = e;
	if (make_columns(e, &why) == OK)
		return e;
	answer_trouble(x, &why);
	exporting_end(e);
	return NULL;
}

/** What is to happen once it is written down. */
struct noting {
	struct exporting *e;
	void (*start)(struct exporting *e);
	void (*end)(struct exporting *e);
};

static void noted(void *arg, const struct pg_answer *answer)
{
	struct noting n = *(struct noting *)arg;
	struct exporting *e = n.e;
	struct exchange *x = e->caller.x;
	struct trouble why = answer->why;
	memory_free(arg);
	e->noting = false;
	if (answer->status == OK && e->api->stopping)
		(void)trouble(&why, E_BUSY, "the server is stopping");
	else if (answer->status == E_UNKNOWN)
		why.status = E_BUSY; /* a line too much does no harm */
	if (x != NULL && why.status == OK) {
		n.start(e);
		return;
	}
	if (x != NULL)
		answer_trouble(x, &why);
	n.end(e);
}

void exporting_note(struct exporting *e, const struct known_key *key,
		    void (*start)(struct exporting *e), void (*end)(struct exporting *e))
{
	static const struct slice formats[] = {[EXPORT_CSV] = {"csv", 3},
					       [EXPORT_NDJSON] = {"ndjson", 6},
					       [EXPORT_XLSX] = {"xlsx", 4}};
	struct noting *n = memory_new(sizeof(*n));
	*n = (struct noting){e, start, end};
	struct slice query = e->caller.x->query;
	struct pg_value values[] = {pg_int4(key->organisation_id), pg_text(slice_of(key->key_id)),
				    pg_int4(e->question.wanted.wave_id),
				    pg_text(formats[e->question.format]),
				    pg_text(query.at != NULL ? query : SLICE(""))};
	e->noting = true;
	pg_pool_run(e->api->pool, &SQL_EXPORT_NOTE, values, COUNT_OF(values), noted, n);
}

void exporting_end(struct exporting *e)
{
	loop_timer_free(&e->deadline);
	arena_fini(&e->columns_arena);
	arena_fini(&e->row_arena);
	shared_programme_release(&e->programme);
	e->api->exports--;
	memory_free(e);
}

/* The head */

const char *export_type(enum export_format format)
{
	switch (format) {
	case EXPORT_CSV:
		return CSV_TYPE;
	case EXPORT_NDJSON:
		return "application/x-ndjson";
	case EXPORT_XLSX:
		return XLSX_TYPE;
	}
	never("a format outside its list");
}

static const char *suffix_of(enum export_format format)
{
	switch (format) {
	case EXPORT_CSV:
		return "csv";
	case EXPORT_NDJSON:
		return "ndjson";
	case EXPORT_XLSX:
		return "xlsx";
	}
	never("a format outside its list");
}

struct slice exporting_etag(struct exporting *e, const struct scan_facts *facts)
{
	const struct wave *wave = e->columns.wave;
	const char *tag = arena_print(
		e->caller.x->arena, "\"%.*s-v%lld-c%lld-%08x-%s%s\"", SLICE_ARGS(wave->code),
		(long long)facts->version, (long long)facts->changes,
		(unsigned)(e->programme->edition & 0xFFFFFFFF), suffix_of(e->question.format),
		csv_choice_tag(&e->question.form));
	return tag != NULL ? slice_of(tag) : SLICE("");
}

void exporting_add_head(struct exporting *e, const struct scan_facts *facts, struct slice etag)
{
	struct exchange *x = e->caller.x;
	const struct programme *p = e->programme->programme;
	char version[24];
	const char *name = arena_print(x->arena, "attachment; filename=\"%.*s-%.*s-results.%s\"",
				       SLICE_ARGS(p->code), SLICE_ARGS(e->columns.wave->code),
				       suffix_of(e->question.format));
	snprintf(version, sizeof(version), "%lld", (long long)facts->version);
	if (etag.len > 0)
		exchange_answer_add_header(x, "ETag", etag);
	if (name != NULL)
		exchange_answer_add_header(x, "Content-Disposition", slice_of(name));
	exchange_answer_add_header(x, "Plaudit-Version", slice_of(version));
	exchange_answer_add_header(x, "Cache-Control", SLICE("private, no-cache"));
	exchange_answer_add_header(x, "Vary", SLICE("Accept, Authorization"));
}

void exporting_answer_same(struct exchange *x, struct slice etag)
{
	exchange_answer_add_header(x, "Cache-Control", SLICE("private, no-cache"));
	exchange_answer_add_header(x, "Vary", SLICE("Accept, Authorization"));
	exchange_answer_not_modified(x, etag);
}

enum status exporting_read_row(struct exporting *e, const struct pg_result *rows, int row,
			       struct stored_result *stored, struct trouble *why)
{
	arena_rewind(&e->row_arena, (struct arena_mark){0});
	return stored_result_read(rows, row, e->columns.instrument, &e->row_arena, stored, why);
}
