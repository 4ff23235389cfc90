#include "api/templates.h"

#include "api/access.h"
#include "api/caller.h"
#include "api/csv_choice.h"
#include "api/file_answer.h"
#include "api/problem_of.h"
#include "export/template.h"
#include "export/text.h"
#include "http/problem.h"

enum { COLUMNS_BYTES = 256 * 1024, CSV_BYTES = 256 * 1024 };

struct drafting {
	struct caller caller; /* first */
	struct api *api;
	struct shared_programme *programme;
	struct arena arena;
	struct export_columns columns;
	struct temporary file;
	char room[SPOOL_PLACE_BYTES];
	const char *folder; /* of temporary files */
	struct trouble why;
	bool sending;
	struct file_answer answer;
};

static void end(void *arg)
{
	struct drafting *d = arg;
	shared_programme_release(&d->programme);
	arena_fini(&d->arena);
	temporary_close(&d->file);
	memory_free(d);
}

static void add_head(struct drafting *d, const char *suffix)
{
	struct exchange *x = d->caller.x;
	const char *name = arena_print(x->arena, "attachment; filename=\"%.*s-%.*s-template.%s\"",
				       SLICE_ARGS(d->programme->programme->code),
				       SLICE_ARGS(d->columns.wave->code), suffix);
	if (name != NULL)
		exchange_answer_add_header(x, "Content-Disposition", slice_of(name));
	exchange_answer_add_header(x, "Cache-Control", SLICE("private, no-cache"));
	exchange_answer_add_header(x, "Vary", SLICE("Accept, Authorization"));
}

static void make_book(void *arg)
{
	struct drafting *d = arg;
	d->why.status = template_workbook(&d->columns, d->folder, &d->file, &d->why);
}

static void book_made(void *arg)
{
	struct drafting *d = arg;
	struct exchange *x = d->caller.x;
	char digest[DIGEST_FIELD_BYTES];
	if (x == NULL || d->why.status != OK) {
		if (x != NULL)
			answer_trouble(x, &d->why);
		end(d);
		return;
	}
	add_head(d, "xlsx");
	digest_field(d->file.digest, digest);
	exchange_answer_add_header(x, "Repr-Digest", slice_of(digest));
	d->sending = true;
	file_answer_start(&d->answer, d->api->loop, x, XLSX_TYPE, &d->file, end, d);
}

static void gone(struct caller *c)
{
	struct drafting *d = (struct drafting *)c;
	if (d->sending)
		file_answer_gone(&d->answer);
}

static void writable(struct caller *c)
{
	struct drafting *d = (struct drafting *)c;
	if (d->sending)
		file_answer_writable(&d->answer);
}

static const struct caller_events events = {.gone = gone, .writable = writable};

static void answer_csv(struct drafting *d, const struct csv_form *form)
{
	struct buf body;
	buf_init(&body, CSV_BYTES);
	template_csv(&d->columns, form, &body);
	must(!buf_over(&body));
	add_head(d, "csv");
	exchange_answer(d->caller.x, 200, CSV_TYPE, buf_slice(&body));
	buf_fini(&body);
	end(d);
}

static const struct known_wave *wave_asked(struct exchange *x, struct shared_programme *p)
{
	struct slice code;
	if (!exchange_query(x, "wave", &code)) {
		exchange_problem(x, 422, "wave_required", "Whose template?",
				 SLICE("say ?wave=: each wave has its companies and instrument"));
		return NULL;
	}
	const struct known_wave *wave = catalogue_find_wave(api_of(x)->catalogue, p, code);
	if (wave == NULL)
		exchange_problem(x, 404, "unknown_wave", "There is no such wave", SLICE_NONE);
	return wave;
}

static void begin(struct exchange *x)
{
	const struct known_key *key = access_check(x);
	struct shared_programme *p = key != NULL ? access_programme(x, key) : NULL;
	const struct known_wave *wave = p != NULL ? wave_asked(x, p) : NULL;
	struct csv_form form;
	bool csv = x->suffix == SUFFIX_CSV;
	if (wave == NULL || !csv_choice_read(x, csv, &form))
		return;
	struct drafting *d = memory_new(sizeof(*d));
	d->caller = (struct caller){.x = x, .events = &events};
	d->api = api_of(x);
	d->programme = p;
	shared_programme_hold(p);
	d->file.file = -1;
	d->folder = file_answer_folder(d->api, d->room);
	arena_init(&d->arena, COLUMNS_BYTES);
	must(export_columns_make(p->programme, wave->index, EXPORT_CANONICAL, &d->arena,
				 &d->columns) == OK);
	x->state = d;
	if (csv)
		answer_csv(d, &form);
	else
		loop_offload(d->api->loop, make_book, book_made, d);
}

const struct handler template_get = {
	.begin = begin, .gone = caller_gone, .writable = caller_writable};
