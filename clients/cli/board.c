/** `plaudit board` and `plaudit sectors`: fetch or make, draw, print. */
#include "base/must.h"
#include "cli/board_view.h"
#include "cli/drawn.h"
#include "cli/offline_board.h"
#include "cli/sectors_view.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "cli/verbs.h"

static enum outcome show_answer(const struct options *o, enum offline_form form,
				const struct http_answer *answer)
{
	if (!o->csv && !o->json)
		return drawn_print(o, answer,
				   form == OFFLINE_BOARD ? board_view_add : sectors_view_add);
	session_pass_on(answer);
	return OUTCOME_OK;
}

static void add_query(struct buf *path, const char *name, const char *value)
{
	if (value != NULL)
		http_add_query(path, name, slice_of(value));
}

static void add_standings(const struct options *o, struct buf *path)
{
	buf_add_text(path, o->csv ? "/standings.csv" : "/standings");
	add_query(path, "sector", o->sector);
	add_query(path, "channel", o->channel);
	add_query(path, "metric", o->metric);
	add_query(path, "threshold", o->threshold);
	add_query(path, "include", o->include);
	add_query(path, "revision", o->revision);
}

static void add_form(const struct options *o, enum offline_form form, struct buf *path)
{
	switch (form) {
	case OFFLINE_BOARD:
		add_standings(o, path);
		return;
	case OFFLINE_SECTORS:
		buf_add_text(path, o->csv ? "/sectors.csv" : "/sectors");
		add_query(path, "revision", o->revision);
		return;
	case OFFLINE_COMPANY:
		buf_add_text(path, "/companies");
		http_add_segment(path, slice_of(o->company));
		add_query(path, "revision", o->revision);
		return;
	}
	never("a form outside its list");
}

static enum outcome fetch(const struct options *o, enum offline_form form,
			  struct http_answer *answer)
{
	struct session s;
	struct buf path;
	enum outcome outcome = session_open(&s, o);
	if (outcome != OUTCOME_OK)
		return outcome;
	buf_init(&path, HTTP_PATH_BYTES);
	session_add_path(&s, &path, true);
	add_form(o, form, &path);
	outcome = session_get(&s, &path, o->csv ? "text/csv" : "application/json", answer);
	buf_fini(&path);
	session_close(&s);
	return outcome;
}

static enum outcome show(const struct options *o, enum offline_form form)
{
	struct http_answer answer;
	http_answer_init(&answer);
	enum outcome outcome = o->file != NULL ? offline_answer(o, form, &answer)
					       : fetch(o, form, &answer);
	if (outcome == OUTCOME_OK || outcome == OUTCOME_REJECTED_ROWS) {
		enum outcome shown = show_answer(o, form, &answer);
		outcome = shown == OUTCOME_OK ? outcome : shown;
	}
	http_answer_fini(&answer);
	return outcome;
}

static bool names_a_board(const struct options *o)
{
	return o->sector != NULL || o->field;
}

static bool narrows_a_board(const struct options *o)
{
	return o->channel != NULL || o->metric != NULL || o->threshold != NULL ||
	       o->include != NULL;
}

static void check_choice(const struct options *o)
{
	if (o->json && o->csv)
		options_refuse(o, "--json and --csv exclude each other");
	if (o->all_sectors + o->field + (o->sector != NULL) + (o->company != NULL) > 1)
		options_refuse(o,
			       "--sector, --field, --all-sectors and --company exclude each other");
	if (!names_a_board(o) && narrows_a_board(o))
		options_refuse(
			o,
			"--channel, --metric, --threshold and --include need --sector or --field");
	if (o->metric != NULL && metric_named(slice_of(o->metric)) == NULL)
		options_refuse(o, "--metric is one of score, csat, ces, nps, area:CODE");
	if (o->company != NULL && !o->json)
		options_refuse(o, "--company needs --json");
	if (o->revision != NULL && o->file != NULL)
		options_refuse(o, "a file has no --revision");
	if (o->type != NULL && o->file == NULL)
		options_refuse(o, "--type needs --file");
}

enum outcome verb_board(const struct options *o)
{
	check_choice(o);
	if (o->company != NULL)
		return show(o, OFFLINE_COMPANY);
	return show(o, names_a_board(o) ? OFFLINE_BOARD : OFFLINE_SECTORS);
}

enum outcome verb_sectors(const struct options *o)
{
	check_choice(o);
	return show(o, OFFLINE_SECTORS);
}
