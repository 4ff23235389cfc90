/** `plaudit export` and `plaudit template`: results out of a wave, and the empty file for them. */
#include <unistd.h>

#include "cli/download.h"
#include "cli/terminal.h"
#include "cli/verbs.h"

static void add_choice(struct buf *path, const char *name, const char *value)
{
	if (value != NULL)
		http_add_query(path, name, slice_of(value));
}

/** A workbook is no text to look at. */
static void check_output(const struct options *o, enum download_kind kind)
{
	bool to_stdout = o->output == NULL || slice_is(slice_of(o->output), "-");
	if (kind == DOWNLOAD_XLSX && to_stdout && isatty(STDOUT_FILENO) == 1)
		options_refuse(o, "where to? Give --output");
	if (o->dialect != NULL && kind != DOWNLOAD_CSV)
		options_refuse(o, "--dialect is of CSV");
	if (o->formulas != NULL && kind != DOWNLOAD_CSV)
		options_refuse(o, "--formulas is of CSV");
}

static enum outcome run(const struct session *s, struct buf *path, struct download *d)
{
	buf_add_byte(path, '\0');
	if (buf_over(path))
		options_refuse(s->options, "a code is too long");
	d->path = path->at;
	d->file = s->options->output;
	return download_run(s, d);
}

enum outcome verb_export(const struct options *o)
{
	struct session s;
	struct buf path;
	struct download d = {.is_proven = true};
	if (!download_kind_of(o, DOWNLOAD_CSV, &d.kind))
		options_refuse(o, "--format is csv, ndjson or xlsx");
	check_output(o, d.kind);
	enum outcome outcome = session_open(&s, o);
	if (outcome != OUTCOME_OK)
		return outcome;
	buf_init(&path, HTTP_PATH_BYTES);
	session_add_path(&s, &path, true);
	buf_print(&path, "/results%s", download_suffix(d.kind));
	add_choice(&path, "columns", o->columns);
	add_choice(&path, "dialect", o->dialect);
	add_choice(&path, "formulas", o->formulas);
	add_choice(&path, "status", o->status);
	add_choice(&path, "company", o->company);
	add_choice(&path, "channel", o->channel);
	add_choice(&path, "sector", o->sector);
	outcome = run(&s, &path, &d);
	buf_fini(&path);
	session_close(&s);
	return outcome;
}

enum outcome verb_template(const struct options *o)
{
	struct session s;
	struct buf path;
	struct download d = {0};
	if (!download_kind_of(o, DOWNLOAD_XLSX, &d.kind) || d.kind == DOWNLOAD_NDJSON)
		options_refuse(o, "--format is xlsx or csv");
	if (o->wave == NULL || o->wave[0] == '\0')
		options_refuse(o, "which wave? Give --wave or PLAUDIT_WAVE");
	check_output(o, d.kind);
	enum outcome outcome = session_open(&s, o);
	if (outcome != OUTCOME_OK)
		return outcome;
	buf_init(&path, HTTP_PATH_BYTES);
	session_add_path(&s, &path, false);
	buf_print(&path, "/template%s", download_suffix(d.kind));
	http_add_query(&path, "wave", slice_of(o->wave));
	add_choice(&path, "dialect", o->dialect);
	outcome = run(&s, &path, &d);
	buf_fini(&path);
	session_close(&s);
	return outcome;
}
