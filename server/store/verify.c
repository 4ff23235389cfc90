#include "store/verify.h"

#include "store/counted_row.h"
#include "store/sql.h"

enum { PAGE_ROWS = 10000, PAGE_BYTES = 1024 * 1024, WORDS_BYTES = 512 };

struct verify {
	struct pg_conn *conn;
	const struct catalogue *catalogue;
	void (*difference)(void *arg, const char *words);
	void (*done)(void *arg, const struct verify_report *report);
	void *arg;
	struct verify_report report;
	size_t wave_at;
	const struct known_wave *wave;
	const struct instrument *instrument;
	struct tally *stored, *recounted;
	int64_t version; /* what the tallies say */
	int64_t results;
	bool ending;
};

static void next_wave(struct verify *v);

static void end(struct verify *v)
{
	struct verify last = *v;
	tally_free(v->stored);
	tally_free(v->recounted);
	memory_free(v);
	last.done(last.arg, &last.report);
}

static void rolled_back(void *arg, const struct pg_answer *answer)
{
	struct verify *v = arg;
	(void)answer; /* nothing was changed, so nothing can be lost with it */
	if (v->ending)
		end(v);
	else
		next_wave(v);
}

static void end_wave(struct verify *v, bool ending)
{
	v->ending = ending;
	pg_conn_script(v->conn, "rollback", rolled_back, v);
}

static bool failed(struct verify *v, const struct pg_answer *answer)
{
	if (answer->status == OK)
		return false;
	v->report.status = answer->status;
	v->report.why = answer->why;
	end_wave(v, true);
	return true;
}

/* Comparing */

static struct slice code_of_wave(const struct verify *v)
{
	return v->wave->programme->programme->waves[v->wave->index].code;
}

/** One value of one metric of one cell, counted both ways. */
struct counted_twice {
	const struct tally_cell *cell;
	int metric;
	int32_t value;
	int64_t stored, recounted;
};

static void tell(struct verify *v, struct buf *words)
{
	buf_add_byte(words, '\0');
	must(!buf_over(words));
	v->report.differences++;
	v->difference(v->arg, words->at);
	buf_fini(words);
}

/** Counts may speak of a company or channel that the programme does not have: it is named by
 * its number. */
static void add_place(struct buf *words, const struct programme *p, const struct tally_cell *cell)
{
	buf_add_text(words, ", company ");
	if ((size_t)cell->company < p->companies_len)
		buf_add(words, p->companies[cell->company].code);
	else
		buf_add_int(words, cell->company);
	buf_add_text(words, ", channel ");
	if ((size_t)cell->channel < p->channels_len)
		buf_add(words, p->channels[cell->channel].code);
	else
		buf_add_int(words, cell->channel);
}

static void report_bin(struct verify *v, const struct counted_twice *c)
{
	struct buf words;
	buf_init(&words, WORDS_BYTES);
	buf_print(&words, "wave %.*s", SLICE_ARGS(code_of_wave(v)));
	add_place(&words, v->wave->programme->programme, c->cell);
	buf_print(&words, ", metric %d, value %d: tally %lld, results %lld", c->metric, c->value,
		  (long long)c->stored, (long long)c->recounted);
	tell(v, &words);
}

static int32_t value_at(const struct histogram *h, size_t at)
{
	return at < h->len ? h->bins[at].value : INT32_MAX;
}

/** Both ascend by value: the smaller value of the two is looked at, on one side or on both. */
static void compare_histograms(struct verify *v, const struct tally_cell *cell, int metric,
			       const struct histogram *stored, const struct histogram *recounted)
{
	size_t s = 0, r = 0;
	while (s < stored->len || r < recounted->len) {
		int32_t left = value_at(stored, s), right = value_at(recounted, r);
		struct counted_twice c = {.cell = cell, .metric = metric};
		c.value = left < right ? left : right;
		if (s < stored->len && left == c.value)
			c.stored = stored->bins[s++].count;
		if (r < recounted->len && right == c.value)
			c.recounted = recounted->bins[r++].count;
		if (c.stored != c.recounted)
			report_bin(v, &c);
	}
}

static const struct tally_cell *cell_like(const struct tally *t, const struct tally_cell *like)
{
	size_t len;
	const struct tally_cell *cells = tally_cells(t, &len);
	for (size_t i = 0; i < len; i++)
		if (cells[i].company == like->company && cells[i].channel == like->channel)
			return &cells[i];
	return NULL;
}

static void compare_cell(struct verify *v, const struct tally_cell *stored,
			 const struct tally_cell *recounted)
{
	static const struct histogram nothing;
	const struct instrument *in = v->instrument;
	const struct {
		int first;
		size_t len;
	} ranges[] = {{METRIC_CONTACTS, METRIC_SHOPPER_SUM + 1},
		      {METRIC_AREA, in->areas_len},
		      {METRIC_ITEM, in->items_len},
		      {METRIC_CX, in->questions_len}};
	const struct tally_cell *either = stored != NULL ? stored : recounted;
	must(either != NULL);
	for (size_t i = 0; i < COUNT_OF(ranges); i++) {
		for (int m = ranges[i].first; m < ranges[i].first + (int)ranges[i].len; m++)
			compare_histograms(
				v, either, m,
				stored != NULL ? tally_histogram(v->stored, stored, m) : &nothing,
				recounted != NULL ? tally_histogram(v->recounted, recounted, m)
						  : &nothing);
	}
}

static void compare(struct verify *v)
{
	size_t len;
	const struct tally_cell *cells = tally_cells(v->recounted, &len);
	for (size_t i = 0; i < len; i++)
		compare_cell(v, cell_like(v->stored, &cells[i]), &cells[i]);
	v->report.cells += len;
	cells = tally_cells(v->stored, &len);
	for (size_t i = 0; i < len; i++)
		if (cell_like(v->recounted, &cells[i]) == NULL)
			compare_cell(v, &cells[i], NULL);
	if (v->version < v->results) {
		struct buf words;
		buf_init(&words, WORDS_BYTES);
		buf_print(&words, "wave %.*s: %lld results, but tallies speak of %lld",
			  SLICE_ARGS(code_of_wave(v)), (long long)v->results,
			  (long long)v->version);
		tell(v, &words);
	}
	tally_free(v->stored);
	tally_free(v->recounted);
	v->stored = v->recounted = NULL;
	end_wave(v, false);
}

/* Reading */

static void read_page(struct verify *v, struct slice after);

static void page_came(void *arg, const struct pg_answer *answer)
{
	struct verify *v = arg;
	struct arena arena;
	bool readable = true;
	if (failed(v, answer))
		return;
	int rows = pg_rows(answer->result);
	unsigned counts = v->wave->programme->programme->waves[v->wave->index].counts;
	arena_init(&arena, PAGE_BYTES);
	for (int row = 0; row < rows && readable; row++)
		readable = counted_row_add(answer->result, row, v->instrument, counts, 1, &arena,
					   v->recounted);
	arena_fini(&arena);
	v->results += rows;
	v->report.results += (uint64_t)rows;
	if (!readable) {
		v->report.status = trouble(
			&v->report.why, E_INTERNAL,
			"a result of wave %.*s does not fit the wave's instrument",
			SLICE_ARGS(code_of_wave(v)));
		end_wave(v, true);
	} else if (rows == PAGE_ROWS) {
		read_page(v, pg_get_bytes(answer->result, rows - 1, 0));
	} else {
		compare(v);
	}
}

static void read_page(struct verify *v, struct slice after)
{
	struct pg_value values[] = {pg_int4(v->wave->wave_id), pg_text(after), pg_int4(PAGE_ROWS)};
	pg_conn_run(v->conn, &SQL_RESULT_PAGE, values, COUNT_OF(values), page_came, v);
}

static void tallies_came(void *arg, const struct pg_answer *answer)
{
	struct verify *v = arg;
	const struct instrument *in = v->instrument;
	if (failed(v, answer))
		return;
	v->stored = tally_new(in->areas_len, in->items_len, in->questions_len);
	v->recounted = tally_new(in->areas_len, in->items_len, in->questions_len);
	for (int row = 0; row < pg_rows(answer->result); row++) {
		v->version += pg_get_int8(answer->result, row, 2);
		v->report.status = tally_unpack(v->stored, pg_get_bytes(answer->result, row, 3),
						&v->report.why);
		if (v->report.status < 0) {
			end_wave(v, true);
			return;
		}
	}
	read_page(v, SLICE(""));
}

static void begun(void *arg, const struct pg_answer *answer)
{
	(void)arg; /* a failure is met again in tallies_came() */
	(void)answer;
}

static void next_wave(struct verify *v)
{
	size_t len;
	const struct known_wave *waves = catalogue_waves(v->catalogue, &len);
	if (v->wave_at == len) {
		end(v);
		return;
	}
	v->wave = &waves[v->wave_at++];
	const struct programme *p = v->wave->programme->programme;
	v->instrument = &p->instruments[p->waves[v->wave->index].instrument];
	v->version = v->results = 0;
	v->report.waves++;
	struct pg_value values[] = {pg_int4(v->wave->wave_id)};
	pg_conn_script(v->conn, "begin isolation level repeatable read read only", begun, v);
	pg_conn_run(v->conn, &SQL_TALLY_LOAD, values, COUNT_OF(values), tallies_came, v);
}

static void start(void *arg, const struct pg_answer *answer)
{
	struct verify *v = arg;
	if (answer->status == OK) {
		next_wave(v);
		return;
	}
	v->report.status = answer->status;
	v->report.why = answer->why;
	end(v);
}

void verify_run(struct pg_conn *conn, const struct catalogue *catalogue,
		void (*difference)(void *arg, const char *words),
		void (*done)(void *arg, const struct verify_report *report), void *arg)
{
	struct verify *v = memory_new(sizeof(*v));
	*v = (struct verify){.conn = conn,
			     .catalogue = catalogue,
			     .difference = difference,
			     .done = done,
			     .arg = arg};
	pg_conn_run(conn, &SQL_SERVER_TIME, NULL, 0, start, v);
}
