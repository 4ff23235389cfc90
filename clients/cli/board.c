/** `plaudit board` and `plaudit sectors`: fetch, draw, print. */
#include "cli/board_view.h"
#include "cli/sectors_view.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "cli/verbs.h"

enum { PAGE_BYTES = 64 * 1024 * 1024, DOCUMENT_ARENA_BYTES = 64 * 1024 };

/** How a kind of answer is drawn. */
struct drawer {
	enum status (*draw)(struct buf *to, const cJSON *document, const struct view *view,
			    struct trouble *why);
};

static const struct drawer board_drawer = {board_view_add};
static const struct drawer sectors_drawer = {sectors_view_add};

static enum outcome print_drawn(const struct session *s, const struct http_answer *answer,
				const struct drawer *drawer)
{
	struct view view = terminal_view(s->options);
	struct arena arena;
	struct buf page;
	struct trouble why;
	const cJSON *document;
	arena_init(&arena, DOCUMENT_ARENA_BYTES);
	buf_init(&page, PAGE_BYTES);
	enum status st = answer_parse(buf_slice(&answer->body), &arena, &document, &why);
	if (st == OK)
		st = drawer->draw(&page, document, &view, &why);
	enum outcome outcome = st == OK ? OUTCOME_OK : session_fail(&why);
	if (st == OK)
		terminal_write(buf_slice(&page));
	buf_fini(&page);
	arena_fini(&arena);
	return outcome;
}

static enum outcome fetch_and_show(const struct session *s, const struct buf *path,
				   const struct drawer *drawer)
{
	const struct options *o = s->options;
	struct http_answer answer;
	http_answer_init(&answer);
	enum outcome outcome = session_get(s, path, o->csv ? "text/csv" : "application/json",
					   &answer);
	if (outcome == OUTCOME_OK && (o->csv || o->json))
		session_pass_on(&answer);
	else if (outcome == OUTCOME_OK)
		outcome = print_drawn(s, &answer, drawer);
	http_answer_fini(&answer);
	return outcome;
}

static void add_standings(const struct session *s, struct buf *path)
{
	const struct options *o = s->options;
	buf_add_text(path, o->csv ? "/standings.csv" : "/standings");
	http_add_query(path, "sector", slice_of(o->sector));
	if (o->channel != NULL)
		http_add_query(path, "channel", slice_of(o->channel));
	if (o->metric != NULL)
		http_add_query(path, "metric", slice_of(o->metric));
}

static enum outcome show(const struct options *o, bool overview)
{
	struct session s;
	struct buf path;
	enum outcome outcome = session_open(&s, o);
	if (outcome != OUTCOME_OK)
		return outcome;
	buf_init(&path, HTTP_PATH_BYTES);
	session_add_path(&s, &path, true);
	if (overview)
		buf_add_text(&path, o->csv ? "/sectors.csv" : "/sectors");
	else
		add_standings(&s, &path);
	outcome = fetch_and_show(&s, &path, overview ? &sectors_drawer : &board_drawer);
	buf_fini(&path);
	session_close(&s);
	return outcome;
}

static void check_choice(const struct options *o)
{
	if (o->json && o->csv)
		options_refuse(o, "--json and --csv exclude each other");
	if (o->all_sectors && o->sector != NULL)
		options_refuse(o, "--sector and --all-sectors exclude each other");
	if (o->sector == NULL && (o->channel != NULL || o->metric != NULL))
		options_refuse(o, "--channel and --metric need --sector");
	if (o->metric != NULL && metric_named(slice_of(o->metric)) == NULL)
		options_refuse(o, "--metric is one of score, csat, ces, nps, area:CODE");
}

enum outcome verb_board(const struct options *o)
{
	check_choice(o);
	return show(o, o->sector == NULL);
}

enum outcome verb_sectors(const struct options *o)
{
	check_choice(o);
	return show(o, true);
}
