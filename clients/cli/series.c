/** `plaudit awards`, `plaudit history` and `plaudit combined`: what takes several waves. */
#include "cli/awards_view.h"
#include "cli/board_view.h"
#include "cli/combined_view.h"
#include "cli/drawn.h"
#include "cli/history_view.h"
#include "cli/terminal.h"
#include "cli/verbs.h"

/** Fetches the path and shows what came: drawn, or as it is. */
static enum outcome show(const struct session *s, const struct buf *path, draws *draw)
{
	const struct options *o = s->options;
	struct http_answer answer;
	http_answer_init(&answer);
	enum outcome outcome = session_get(s, path, o->csv ? "text/csv" : "application/json",
					   &answer);
	if (outcome == OUTCOME_OK && (o->csv || o->json))
		session_pass_on(&answer);
	else if (outcome == OUTCOME_OK)
		outcome = drawn_print(o, &answer, draw);
	http_answer_fini(&answer);
	return outcome;
}

static enum outcome show_path(const struct options *o, bool of_wave,
			      void (*add_rest)(const struct options *o, struct buf *path),
			      draws *draw)
{
	struct session s;
	struct buf path;
	if (o->json && o->csv)
		options_refuse(o, "--json and --csv exclude each other");
	enum outcome outcome = session_open(&s, o);
	if (outcome != OUTCOME_OK)
		return outcome;
	buf_init(&path, HTTP_PATH_BYTES);
	session_add_path(&s, &path, of_wave);
	add_rest(o, &path);
	outcome = show(&s, &path, draw);
	buf_fini(&path);
	session_close(&s);
	return outcome;
}

static void add_awards(const struct options *o, struct buf *path)
{
	buf_add_text(path, o->csv ? "/awards.csv" : "/awards");
	if (o->revision != NULL)
		http_add_query(path, "revision", slice_of(o->revision));
}

static void add_history(const struct options *o, struct buf *path)
{
	buf_add_text(path, "/companies");
	http_add_segment(path, slice_of(o->words[0]));
	buf_add_text(path, o->csv ? "/history.csv" : "/history");
	if (o->series != NULL)
		http_add_query(path, "series", slice_of(o->series));
}

static void add_combined(const struct options *o, struct buf *path)
{
	buf_add_text(path, "/combined");
	http_add_segment(path, slice_of(o->words[0]));
}

enum outcome verb_awards(const struct options *o)
{
	return show_path(o, true, add_awards, awards_view_add);
}

enum outcome verb_history(const struct options *o)
{
	bool area = o->metric != NULL && slice_starts_with(slice_of(o->metric), SLICE("area"));
	if (area || (o->metric != NULL && metric_named(slice_of(o->metric)) == NULL))
		options_refuse(o, "--metric is one of score, csat, ces, nps");
	return show_path(o, false, add_history, history_view_add);
}

enum outcome verb_combined(const struct options *o)
{
	return show_path(o, false, add_combined, combined_view_add);
}
