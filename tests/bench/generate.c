/* Writes invented results for a programme to stdout, as the server takes them.
 *
 * generate PROGRAMME ndjson|csv random|sequential ROWS [SEED]
 * generate PROGRAMME ndjson|csv random|sequential 1024M [SEED]   by size, whole rows
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json_out.h"
#include "inventor.h"

enum { CHUNK_BYTES = 1024 * 1024, MEGABYTE = 1024 * 1024 };

struct writer {
	const struct inventor *in;
	struct buf out;
	void (*head)(struct writer *w);
	void (*row)(struct writer *w, const struct result *r);
};

static struct slice company_of(const struct writer *w, const struct result *r)
{
	return w->in->programme->companies[r->company].code;
}

static struct slice channel_of(const struct writer *w, const struct result *r)
{
	return w->in->programme->channels[r->channel].code;
}

/* ---- NDJSON ---- */

static void no_head(struct writer *w)
{
	(void)w;
}

static void pair_instant(struct json_out *j, struct writer *w, int64_t instant)
{
	json_key(j, "contacted_at");
	json_raw(j, SLICE("\""));
	clock_print(&w->out, instant);
	buf_add_byte(&w->out, '"');
}

static void pair_answer(struct json_out *j, struct slice code, int16_t answer)
{
	if (answer == ANSWER_NONE)
		return;
	json_key_slice(j, code);
	json_int(j, answer);
}

static void ndjson_row(struct writer *w, const struct result *r)
{
	const struct instrument *i = w->in->instrument;
	struct json_out j = json_out_on(&w->out);
	json_open_object(&j);
	json_pair_text(&j, "result_id", r->result_id);
	json_pair_text(&j, "company", company_of(w, r));
	json_pair_text(&j, "channel", channel_of(w, r));
	json_pair_text(&j, "shopper", r->shopper);
	pair_instant(&j, w, r->contacted_at);
	json_pair_bool(&j, "answered", r->answered);
	json_pair_int(&j, "wait_seconds", r->wait_seconds);
	for (size_t k = 0; k < i->items_len; k++)
		pair_answer(&j, i->items[k].code, r->answers[k]);
	for (size_t q = 0; q < i->questions_len; q++)
		pair_answer(&j, i->questions[q].code, r->cx[q]);
	if (r->comment.len > 0)
		json_pair_text(&j, "comment", r->comment);
	json_close_object(&j);
	buf_add_byte(&w->out, '\n');
}

/* ---- CSV ---- */

static void csv_head(struct writer *w)
{
	const struct instrument *i = w->in->instrument;
	buf_add_text(&w->out,
		     "result_id,company,channel,shopper,contacted_at,answered,wait_seconds");
	for (size_t k = 0; k < i->items_len; k++)
		buf_print(&w->out, ",%.*s", SLICE_ARGS(i->items[k].code));
	for (size_t q = 0; q < i->questions_len; q++)
		buf_print(&w->out, ",%.*s", SLICE_ARGS(i->questions[q].code));
	buf_add_text(&w->out, ",comment\r\n");
}

static void add_cell(struct buf *to, struct slice text)
{
	buf_add(to, text);
	buf_add_byte(to, ',');
}

static void add_answer(struct buf *to, int16_t answer)
{
	if (answer != ANSWER_NONE)
		buf_add_int(to, answer);
	buf_add_byte(to, ',');
}

/** Comments may hold commas, never quotes. */
static void csv_row(struct writer *w, const struct result *r)
{
	const struct instrument *i = w->in->instrument;
	struct buf *to = &w->out;
	add_cell(to, r->result_id);
	add_cell(to, company_of(w, r));
	add_cell(to, channel_of(w, r));
	add_cell(to, r->shopper);
	clock_print(to, r->contacted_at);
	add_cell(to, r->answered ? SLICE(",1") : SLICE(",0"));
	buf_add_int(to, r->wait_seconds);
	buf_add_byte(to, ',');
	for (size_t k = 0; k < i->items_len; k++)
		add_answer(to, r->answers[k]);
	for (size_t q = 0; q < i->questions_len; q++)
		add_answer(to, r->cx[q]);
	if (r->comment.len > 0)
		buf_print(to, "\"%.*s\"", SLICE_ARGS(r->comment));
	buf_add_text(to, "\r\n");
}

/* ---- the file ---- */

static const struct {
	const char *name;
	void (*head)(struct writer *w);
	void (*row)(struct writer *w, const struct result *r);
} formats[] = {{"ndjson", no_head, ndjson_row}, {"csv", csv_head, csv_row}};

static void flush(struct writer *w)
{
	must(!buf_over(&w->out));
	/* The reader may be gone, which SIGPIPE says or a short count. */
	if (fwrite(w->out.at, 1, w->out.len, stdout) != w->out.len)
		exit(EXIT_FAILURE);
	buf_clear(&w->out);
}

static void write_all(struct writer *w, struct inventor *in, uint64_t rows, uint64_t bytes)
{
	struct result r;
	uint64_t written = 0;
	w->head(w);
	while (in->made < rows && written + w->out.len < bytes) {
		inventor_next(in, &r);
		w->row(w, &r);
		if (w->out.len < CHUNK_BYTES / 2)
			continue;
		written += w->out.len;
		flush(w);
	}
	flush(w);
}

static int usage(void)
{
	fputs("usage: generate PROGRAMME ndjson|csv random|sequential ROWS|SIZEM [SEED]\n", stderr);
	return 2;
}

int main(int argc, char **argv)
{
	struct inventor in;
	struct writer w = {.in = &in};
	char *end;
	if (argc < 5)
		return usage();
	for (size_t i = 0; i < COUNT_OF(formats); i++) {
		if (strcmp(argv[2], formats[i].name) == 0) {
			w.head = formats[i].head;
			w.row = formats[i].row;
		}
	}
	uint64_t size = strtoull(argv[4], &end, 10);
	bool by_bytes = strcmp(end, "M") == 0;
	if (w.row == NULL || (*end != '\0' && !by_bytes))
		return usage();
	struct programme *p = inventor_programme(argv[1]);
	inventor_init(&in, p, strcmp(argv[3], "random") == 0 ? IDS_RANDOM : IDS_SEQUENTIAL,
		      argc > 5 ? strtoull(argv[5], NULL, 10) : 1);
	buf_init(&w.out, CHUNK_BYTES);
	write_all(&w, &in, by_bytes ? UINT64_MAX : size, by_bytes ? size * MEGABYTE : UINT64_MAX);
	buf_fini(&w.out);
	inventor_fini(&in);
	programme_free(p);
	return EXIT_SUCCESS;
}
