#include "api/rejected.h"

#include "api/access.h"
#include "api/exporting.h"
#include "api/held_words.h"
#include "api/problem_of.h"
#include "api/rejected_table.h"
#include "export/rejected_file.h"
#include "http/problem.h"
#include "store/sql.h"

enum {
	FAULTS_PAGE = 1000,
	FLUSH_BYTES = 64 * 1024,
	OUT_BYTES = 4 * 1024 * 1024,
	LAST_FAULT = INT16_MAX
};

/** What upload_faults.sql gives. */
enum fault_column { ROW, FAULT, CODE, COLUMN, VALUE, EXPECTED };

/** A file on its way out. The faults come by pages, in the order of the rows. */
struct rejecting {
	struct caller caller;
	struct api *api;
	int wave_id;
	int64_t upload_id;
	struct upload_request how; /* the file is written */
	struct spool_file *file;
	int64_t at;
	struct rejected_table *table; /* being made */
	struct rejected_file *rows;
	uint64_t row; /* that was given last; 0: it is dealt with */
	struct pg_result *faults;
	int fault; /* the next one of the page */
	bool faults_end, asking;
	struct buf out;
	bool started;
};

static void free_rejecting(struct rejecting *r)
{
	if (r->file != NULL)
		spool_release(&r->file);
	rejected_file_free(r->rows);
	pg_result_free(&r->faults);
	buf_fini(&r->out);
	r->api->exports--;
	memory_free(r);
}

/** Whoever asks the database is answered before it goes. */
static void end(struct rejecting *r)
{
	if (r->caller.x != NULL)
		r->caller.x->state = NULL;
	r->caller.x = NULL;
	if (!r->asking && r->table == NULL)
		free_rejecting(r);
}

static void fail(struct rejecting *r, const struct trouble *why)
{
	struct exchange *x = r->caller.x;
	bool started = r->started;
	end(r);
	if (x != NULL && started)
		exchange_stream_abort(x);
	else if (x != NULL)
		answer_trouble(x, why);
}

/* Out */

static void start(struct rejecting *r)
{
	static const char *const types[] = {[DECODE_CSV] = "text/csv; charset=utf-8",
					    [DECODE_NDJSON] = "application/x-ndjson",
					    [DECODE_JSON_ARRAY] = "application/json"};
	static const char *const ends[] = {
		[DECODE_CSV] = "csv", [DECODE_NDJSON] = "ndjson", [DECODE_JSON_ARRAY] = "json"};
	struct exchange *x = r->caller.x;
	const char *name = arena_print(x->arena, "attachment; filename=\"rejected-%lld.%s\"",
				       (long long)r->upload_id, ends[r->how.format]);
	r->started = true;
	if (name != NULL)
		exchange_answer_add_header(x, "Content-Disposition", slice_of(name));
	exchange_stream_start(x, 200, types[r->how.format]);
}

static enum flow flush(struct rejecting *r)
{
	if (!r->started)
		start(r);
	enum flow flow = exchange_stream_write(r->caller.x, buf_slice(&r->out));
	buf_clear(&r->out);
	return flow;
}

static void finish(struct rejecting *r)
{
	struct exchange *x = r->caller.x;
	rejected_file_end(r->rows, &r->out);
	(void)flush(r);
	end(r);
	exchange_stream_end(x);
}

/* Faults */

static void go_on(struct rejecting *r);

static void faults_came(void *arg, const struct pg_answer *answer)
{
	struct rejecting *r = arg;
	r->asking = false;
	if (r->caller.x == NULL) {
		end(r);
	} else if (answer->status != OK) {
		fail(r, &answer->why);
	} else {
		pg_result_free(&r->faults);
		r->faults = pg_answer_keep(answer);
		r->fault = 0;
		r->faults_end = pg_rows(answer->result) < FAULTS_PAGE;
		go_on(r);
	}
}

/** The page that begins with the row's faults. */
static void ask_faults(struct rejecting *r, uint64_t row)
{
	struct pg_value values[] = {pg_int4(r->wave_id), pg_int8(r->upload_id),
				    pg_int8((int64_t)row - 1), pg_int2(LAST_FAULT),
				    pg_int4(FAULTS_PAGE)};
	r->asking = true;
	pg_pool_run(r->api->pool, &SQL_UPLOAD_FAULTS, values, COUNT_OF(values), faults_came, r);
}

static uint64_t row_of(const struct rejecting *r, int fault)
{
	return (uint64_t)pg_get_int8(r->faults, fault, ROW);
}

static void add_row(struct rejecting *r, int len)
{
	struct rejected_fault faults[FAULTS_PAGE];
	for (int i = 0; i < len; i++)
		faults[i] = (struct rejected_fault){
			.code = pg_get_bytes(r->faults, r->fault + i, CODE),
			.column = pg_get_bytes(r->faults, r->fault + i, COLUMN),
			.value = pg_get_bytes(r->faults, r->fault + i, VALUE),
			.expected = pg_get_bytes(r->faults, r->fault + i, EXPECTED)};
	rejected_file_add(r->rows, faults, (size_t)len, &r->out);
	r->fault += len;
}

/** Writes the row where it has faults. False: the page does not tell all of them. */
static bool take_row(struct rejecting *r)
{
	int rows = pg_rows(r->faults), len = 0;
	while (r->fault < rows && row_of(r, r->fault) < r->row)
		r->fault++;
	while (r->fault + len < rows && row_of(r, r->fault + len) == r->row)
		len++;
	if (r->fault + len == rows && !r->faults_end && (r->fault > 0 || len == 0))
		return false;
	if (len > 0)
		add_row(r, len);
	r->row = 0;
	return true;
}

/* The file */

static void part_came(void *arg, struct slice part, const struct trouble *why)
{
	struct rejecting *r = arg;
	if (why != NULL) {
		fail(r, why);
		return;
	}
	r->at += (int64_t)part.len;
	if (part.len > 0)
		rejected_file_feed(r->rows, part);
	else
		rejected_file_finish(r->rows);
	go_on(r);
}

/** Until it has to wait: for faults, for the file, for the client. */
static void go_on(struct rejecting *r)
{
	bool ended = false;
	for (;;) {
		if (r->row == 0 && !rejected_file_next(r->rows, &r->row, &ended)) {
			if (ended)
				finish(r);
			else
				spool_read(r->file, r->at, part_came, r);
			return;
		}
		if (!take_row(r)) {
			ask_faults(r, r->row);
			return;
		}
		if (r->out.len >= FLUSH_BYTES && flush(r) != FLOW_MORE)
			return;
	}
}

static void read_file(struct rejecting *r)
{
	r->rows = rejected_file_new(r->how.format, &r->how.csv);
	ask_faults(r, 1);
}

static void table_made(void *arg, struct spool_file *file, const struct csv_options *csv,
		       const struct trouble *why)
{
	struct rejecting *r = arg;
	r->how.csv = *csv;
	r->table = NULL;
	r->file = file;
	if (r->caller.x == NULL)
		end(r);
	else if (file == NULL)
		fail(r, why);
	else
		read_file(r);
}

/** What it was is CSV here: of a workbook and its like the table that was made of it. */
static void open_file(struct rejecting *r, int64_t number)
{
	struct trouble why;
	if (spool_hold(r->api->spool, SPOOL_NAME_UPLOAD(number), &r->file, &why) < 0) {
		fail(r, &why);
	} else if (r->how.table == NULL) {
		read_file(r);
	} else if (r->api->tables >= TABLES_LOOKED_AT) {
		(void)trouble_code(&why, E_BUSY, "too_many_exports",
				   "another table is being looked at");
		fail(r, &why);
	} else {
		r->table = rejected_table_make(r->api, &r->file, &r->how, table_made, r);
		r->how.format = DECODE_CSV;
	}
}

static void file_came(void *arg, const struct pg_answer *answer)
{
	struct rejecting *r = arg;
	struct exchange *x = r->caller.x;
	struct held_words held;
	struct upload_words words;
	struct trouble why = answer->why;
	r->asking = false;
	if (x == NULL) {
		end(r);
	} else if (answer->status != OK) {
		fail(r, &why);
	} else if (pg_rows(answer->result) == 0) {
		(void)trouble_code(&why, E_GONE, "unknown_upload", "there is no such upload");
		fail(r, &why);
	} else {
		held_words_read(&held, NULL, answer->result, x->arena, &words);
		if (upload_options_read(&words, &r->how, &why) == OK)
			open_file(r, pg_get_int8(answer->result, 0, 0));
		else
			fail(r, &why);
	}
}

/* The client */

static void writable(struct caller *caller)
{
	go_on((struct rejecting *)(void *)caller);
}

static void gone(struct caller *caller)
{
	struct rejecting *r = (struct rejecting *)(void *)caller;
	rejected_table_stop(r->table);
	end(r);
}

/** Cut off: what came of it is no file. */
static void stopping(struct caller *caller)
{
	struct rejecting *r = (struct rejecting *)(void *)caller;
	struct trouble why;
	(void)trouble(&why, E_BUSY, "the server is stopping");
	rejected_table_stop(r->table);
	fail(r, &why);
}

static const struct caller_events events = {
	.gone = gone, .writable = writable, .stopping = stopping};

static void begin_get(struct exchange *x)
{
	const struct known_key *key = access_check(x);
	const struct known_wave *wave = key != NULL ? access_wave(x, key) : NULL;
	struct slice number = SLICE_NONE;
	int64_t upload_id;
	if (wave == NULL || !exporting_has_place(x))
		return;
	must(exchange_parameter(x, "upload", &number));
	if (!slice_to_int64(number, &upload_id)) {
		exchange_problem(x, 404, "unknown_upload", "There is no such upload", SLICE_NONE);
		return;
	}
	struct rejecting *r = memory_new(sizeof(*r));
	r->caller = (struct caller){.x = x, .events = &events};
	r->api = api_of(x);
	r->api->exports++;
	r->wave_id = wave->wave_id;
	r->upload_id = upload_id;
	buf_init(&r->out, OUT_BYTES);
	x->state = r;
	struct pg_value values[] = {pg_int4(wave->wave_id), pg_int8(upload_id)};
	r->asking = true;
	pg_pool_run(r->api->pool, &SQL_UPLOAD_FILE, values, COUNT_OF(values), file_came, r);
}

const struct handler rejected_get = {.begin = begin_get,
				     .gone = caller_gone,
				     .writable = caller_writable,
				     .stopping = caller_stopping};
