#include "api/export_workbook.h"

#include <stdio.h>

#include "api/exporting.h"
#include "api/file_answer.h"
#include "api/problem_of.h"
#include "base/clock.h"
#include "base/log.h"
#include "export/workbook.h"
#include "http/problem.h"

/* clang-format off */
#define BOOK_STATES(X)                                            \
	X(READING,   "rows are awaited")                           \
	X(WRITING,   "a page is written, on a pool thread")        \
	X(FINISHING, "the file is packed, on a pool thread")       \
	X(SENDING,   "the file leaves")                            \
	X(ENDED,     "given back")

enum book_state {
#define X(name, words) BOOK_##name,
	BOOK_STATES(X)
#undef X
};

#define BIT(name) (1u << BOOK_##name)

static const unsigned next_states[] = {
	[BOOK_READING]   = BIT(WRITING) | BIT(FINISHING) | BIT(ENDED),
	[BOOK_WRITING]   = BIT(READING) | BIT(ENDED),
	[BOOK_FINISHING] = BIT(SENDING) | BIT(ENDED),
	[BOOK_SENDING]   = BIT(ENDED),
	[BOOK_ENDED]     = 0,
};
/* clang-format on */

struct binding {
	struct exporting base; /* first */
	enum book_state state;
	struct scan *scan;
	struct scan_facts facts;
	struct slice etag; /* in the exchange's arena */
	struct pg_result *page;
	struct workbook *book;
	char room[SPOOL_PLACE_BYTES];
	const char *folder; /* of temporary files */
	struct temporary file;
	int64_t rows;
	struct trouble why; /* of the work */
	struct file_answer sending;
};

static void enter(struct binding *b, enum book_state to)
{
	must((next_states[b->state] & (1u << to)) != 0);
	b->state = to;
}

/** After the answer; nothing of it runs. */
static void end(struct binding *b)
{
	enter(b, BOOK_ENDED);
	scan_close(&b->scan);
	pg_result_free(&b->page);
	workbook_drop(&b->book);
	temporary_close(&b->file);
	b->base.api->workbooks--;
	exporting_end(&b->base);
}

static void end_unnoted(struct exporting *e)
{
	end((struct binding *)e);
}

static void fail(struct binding *b, const struct trouble *why)
{
	if (b->base.caller.x != NULL)
		answer_trouble(b->base.caller.x, why);
	end(b);
}

/* On a pool thread */

static void write_page(void *arg)
{
	struct binding *b = arg;
	struct stored_result stored;
	if (b->book == NULL)
		b->why.status = workbook_open(&b->base.columns, b->folder, &b->book, &b->why);
	for (int row = 0; b->why.status == OK && row < pg_rows(b->page); row++) {
		b->why.status = exporting_read_row(&b->base, b->page, row, &stored, &b->why);
		if (b->why.status == OK)
			b->why.status = workbook_add(b->book, &stored, &b->why);
	}
}

static void finish_book(void *arg)
{
	struct binding *b = arg;
	if (b->book == NULL)
		b->why.status = workbook_open(&b->base.columns, b->folder, &b->book, &b->why);
	if (b->why.status < 0)
		return;
	b->rows = workbook_rows(b->book);
	b->why.status = workbook_finish(&b->book, &b->file, &b->why);
}

/* In the loop */

static void page_written(void *arg)
{
	struct binding *b = arg;
	pg_result_free(&b->page);
	if (b->why.status != OK || b->base.caller.x == NULL) {
		fail(b, &b->why);
		return;
	}
	enter(b, BOOK_READING);
	scan_resume(b->scan);
}

static enum flow rows_came(void *arg, struct pg_result **rows)
{
	struct binding *b = arg;
	b->page = *rows;
	*rows = NULL;
	enter(b, BOOK_WRITING);
	loop_offload(b->base.api->loop, write_page, page_written, b);
	return FLOW_PAUSE;
}

static void sent(void *arg)
{
	struct binding *b = arg;
	log_info("export.done", LOG_NUMBER("rows", b->rows),
		 LOG_NUMBER("ms", clock_monotonic_ms() - b->base.began_ms));
	end(b);
}

static void send_book(struct binding *b)
{
	struct exchange *x = b->base.caller.x;
	char digest[DIGEST_FIELD_BYTES], rows[24];
	digest_field(b->file.digest, digest);
	snprintf(rows, sizeof(rows), "%lld", (long long)b->rows);
	exporting_add_head(&b->base, &b->facts, b->etag);
	exchange_answer_add_header(x, "Repr-Digest", slice_of(digest));
	exchange_answer_add_header(x, "Plaudit-Rows", slice_of(rows));
	enter(b, BOOK_SENDING);
	file_answer_start(&b->sending, b->base.api->loop, x, export_type(EXPORT_XLSX), &b->file,
			  sent, b);
}

static void book_finished(void *arg)
{
	struct binding *b = arg;
	if (b->why.status != OK || b->base.caller.x == NULL)
		fail(b, &b->why);
	else
		send_book(b);
}

static void begun(void *arg, const struct scan_facts *facts)
{
	struct binding *b = arg;
	struct exchange *x = b->base.caller.x;
	b->facts = *facts;
	b->etag = exporting_etag(&b->base, facts);
	if (b->etag.len == 0 || !exchange_if_none_match(x, b->etag))
		return;
	exporting_answer_same(x, b->etag);
	end(b);
}

static void ended(void *arg, const struct trouble *why)
{
	struct binding *b = arg;
	if (why != NULL) {
		fail(b, why);
		return;
	}
	scan_close(&b->scan);
	enter(b, BOOK_FINISHING);
	loop_offload(b->base.api->loop, finish_book, book_finished, b);
}

static const struct scan_events scan_events = {.begun = begun, .rows = rows_came, .ended = ended};

/* What the client and the server do. A pool thread is let finish. */

static void gone(struct caller *c)
{
	struct binding *b = (struct binding *)c;
	if (b->state == BOOK_SENDING)
		file_answer_gone(&b->sending);
	else if (b->state == BOOK_READING && !b->base.noting)
		end(b);
}

static void writable(struct caller *c)
{
	struct binding *b = (struct binding *)c;
	if (b->state == BOOK_SENDING)
		file_answer_writable(&b->sending);
}

static void stopping(struct caller *c)
{
	struct binding *b = (struct binding *)c;
	struct exchange *x = c->x;
	struct trouble why;
	if (x == NULL || b->base.noting)
		return;
	c->x = NULL;
	if (b->state == BOOK_SENDING) {
		file_answer_abort(&b->sending);
		return;
	}
	(void)trouble(&why, E_BUSY, "the server is stopping, or the export took over an hour");
	answer_trouble(x, &why);
	gone(c);
}

static const struct caller_events events = {
	.gone = gone, .writable = writable, .stopping = stopping};

static void start(struct exporting *e)
{
	struct binding *b = (struct binding *)e;
	b->scan = scan_open(e->api->loop, e->api->database, &e->question.wanted, &scan_events, b);
}

void export_workbook_begin(struct exchange *x, const struct known_key *key,
			   const struct known_wave *wave)
{
	if (api_of(x)->workbooks >= WORKBOOKS_AT_ONCE) {
		exchange_answer_add_header(x, "Retry-After", SLICE("10"));
		exchange_problem(x, 503, "too_many_exports", "Others are exporting right now",
				 SLICE("two workbooks are made at a time"));
		return;
	}
	struct binding *b = exporting_begin(x, wave, EXPORT_XLSX, sizeof(*b), &events);
	if (b == NULL)
		return;
	b->base.api->workbooks++;
	b->file.file = -1;
	b->folder = file_answer_folder(b->base.api, b->room);
	exporting_note(&b->base, key, start, end_unnoted);
}
