#include "api/exports.h"

#include <stdio.h>

#include "api/export_workbook.h"
#include "api/exporting.h"
#include "api/problem_of.h"
#include "api/results.h"
#include "base/clock.h"
#include "base/log.h"

enum { PIECE_BYTES = 64 * 1024 };

/** A streamed one. */
struct streaming {
	struct exporting base; /* first */
	struct scan *scan;
	struct export_text text;
	struct pg_result *page; /* being written, from `row` on */
	int row;
	bool begun;  /* the head is out */
	bool paused; /* the client takes nothing at the moment */
};

/** After the answer, or when nobody waits for one. */
static void end(struct exporting *e)
{
	struct streaming *s = (struct streaming *)e;
	scan_close(&s->scan);
	pg_result_free(&s->page);
	export_text_fini(&s->text);
	exporting_end(e);
}

/** Broken for the client, whatever he has of it. */
static void fail(struct streaming *s, const struct trouble *why)
{
	struct exchange *x = s->base.caller.x;
	if (s->begun) {
		log_warn("export.broken", LOG_NUMBER("rows", s->text.rows),
			 LOG_TEXT("err", why->words));
		exchange_stream_abort(x);
	} else {
		answer_trouble(x, why);
	}
	end(&s->base);
}

/* The file */

/** True where the client takes more. */
static bool send_piece(struct streaming *s)
{
	struct slice piece = buf_slice(&s->text.to);
	enum flow flow = exchange_stream_write(s->base.caller.x, piece);
	export_text_sent(&s->text);
	s->paused = flow != FLOW_MORE;
	return !s->paused;
}

/** Writes the page as far as the client takes it. */
static enum status write_page(struct streaming *s, struct trouble *why)
{
	struct stored_result stored;
	int rows = pg_rows(s->page);
	while (s->row < rows) {
		enum status st = exporting_read_row(&s->base, s->page, s->row, &stored, why);
		if (st < 0)
			return st;
		export_text_row(&s->text, &stored);
		s->row++;
		if (s->text.to.len >= PIECE_BYTES && !send_piece(s))
			return OK;
	}
	pg_result_free(&s->page);
	return OK;
}

static enum flow rows_came(void *arg, struct pg_result **rows)
{
	struct streaming *s = arg;
	struct trouble why;
	s->page = *rows;
	*rows = NULL;
	s->row = 0;
	if (write_page(s, &why) < 0) {
		fail(s, &why);
		return FLOW_STOP;
	}
	return s->paused ? FLOW_PAUSE : FLOW_MORE;
}

static void writable(struct caller *c)
{
	struct streaming *s = (struct streaming *)c;
	struct trouble why;
	if (!s->paused)
		return;
	s->paused = false;
	if (s->page != NULL && write_page(s, &why) < 0)
		fail(s, &why);
	else if (!s->paused)
		scan_resume(s->scan);
}

static void finish(struct streaming *s)
{
	struct exchange *x = s->base.caller.x;
	char digest[DIGEST_FIELD_BYTES], rows[24];
	if (s->base.question.end_row)
		export_text_end_row(&s->text);
	(void)send_piece(s);
	export_text_digest(&s->text, digest);
	snprintf(rows, sizeof(rows), "%lld", (long long)s->text.rows);
	exchange_stream_trailer(x, "Repr-Digest", slice_of(digest));
	exchange_stream_trailer(x, "Plaudit-Rows", slice_of(rows));
	exchange_stream_end(x);
	log_info("export.done", LOG_NUMBER("rows", s->text.rows),
		 LOG_NUMBER("ms", clock_monotonic_ms() - s->base.began_ms));
	end(&s->base);
}

/* What the scan tells */

static void begun(void *arg, const struct scan_facts *facts)
{
	struct streaming *s = arg;
	struct exchange *x = s->base.caller.x;
	struct slice etag = exporting_etag(&s->base, facts);
	if (etag.len > 0 && exchange_if_none_match(x, etag)) {
		exporting_answer_same(x, etag);
		end(&s->base);
		return;
	}
	exporting_add_head(&s->base, facts, etag);
	if (exchange_can_trail(x))
		exchange_answer_add_header(x, "Trailer", SLICE("Repr-Digest, Plaudit-Rows"));
	exchange_stream_start(x, 200, export_type(s->base.question.format));
	s->begun = true;
	if (x->method == METHOD_HEAD) {
		exchange_stream_end(x);
		end(&s->base);
		return;
	}
	export_text_head(&s->text);
}

static void ended(void *arg, const struct trouble *why)
{
	struct streaming *s = arg;
	if (why == NULL)
		finish(s);
	else
		fail(s, why);
}

static const struct scan_events scan_events = {.begun = begun, .rows = rows_came, .ended = ended};

/* What the client and the server do */

static void gone(struct caller *c)
{
	struct streaming *s = (struct streaming *)c;
	if (!s->base.noting)
		end(&s->base);
}

static void stopping(struct caller *c)
{
	struct streaming *s = (struct streaming *)c;
	struct trouble why;
	if (s->base.noting || c->x == NULL)
		return;
	(void)trouble(&why, E_BUSY, "the server is stopping, or the export took over an hour");
	fail(s, &why);
}

static const struct caller_events events = {
	.gone = gone, .writable = writable, .stopping = stopping};

static void start(struct exporting *e)
{
	struct streaming *s = (struct streaming *)e;
	s->scan = scan_open(e->api->loop, e->api->database, &e->question.wanted, &scan_events, s);
}

static void stream(struct exchange *x, const struct known_key *key, const struct known_wave *wave,
		   enum export_format format)
{
	struct streaming *s = exporting_begin(x, wave, format, sizeof(*s), &events);
	if (s == NULL)
		return;
	export_text_init(&s->text, &s->base.columns, format, &s->base.question.form);
	exporting_note(&s->base, key, start, end);
}

static void begin(struct exchange *x)
{
	const struct known_key *key = access_check(x);
	const struct known_wave *wave = key != NULL ? access_wave(x, key) : NULL;
	enum export_format format;
	if (wave == NULL)
		return;
	bool is_file = export_is_wanted(x, &format);
	if (is_file && format == EXPORT_XLSX)
		export_workbook_begin(x, key, wave);
	else if (is_file)
		stream(x, key, wave, format);
	else
		results_page(x, wave);
}

const struct handler results_get = {.begin = begin,
				    .gone = caller_gone,
				    .writable = caller_writable,
				    .stopping = caller_stopping};
