/** `plaudit awards`, `plaudit history` and `plaudit combined`: what takes several waves. */
#include "cli/awards_view.h"
#include "cli/board_view.h"
#include "cli/combined_view.h"
#include "cli/drawn.h"
#include "cli/history_view.h"
#include "cli/verbs.h"

static enum outcome show(const struct options *o, bool of_wave, adds_path *add_rest, draws *draw)
{
	if (o->json && o->csv)
		options_refuse(o, "--json and --csv exclude each other");
	return drawn_show(o, of_wave, add_rest, draw);
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
	return show(o, true, add_awards, awards_view_add);
}

enum outcome verb_history(const struct options *o)
{
	bool area = o->metric != NULL && slice_starts_with(slice_of(o->metric), SLICE("area"));
	if (area || (o->metric != NULL && metric_named(slice_of(o->metric)) == NULL))
		options_refuse(o, "--metric is one of score, csat, ces, nps");
	return show(o, false, add_history, history_view_add);
}

enum outcome verb_combined(const struct options *o)
{
	return show(o, false, add_combined, combined_view_add);
}
