/** `plaudit fieldwork`: how far a wave is, when contacts were made, which rules were broken. */
#include "cli/fieldwork_view.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "cli/verbs.h"

enum { PAGE_BYTES = 64 * 1024 * 1024, DOCUMENT_ARENA_BYTES = 64 * 1024 };

/** As many as the server gives at once; without the list one is the least that can be asked. */
static const char list_limit[] = "1000", no_list_limit[] = "1";

static void add_path(const struct session *s, const struct options *o, struct buf *path)
{
	session_add_path(s, path, true);
	buf_add_text(path, o->csv ? "/fieldwork.csv" : "/fieldwork");
	if (o->sector != NULL)
		http_add_query(path, "sector", slice_of(o->sector));
	if (!o->csv && !o->json)
		http_add_query(path, "limit", slice_of(o->breaches ? list_limit : no_list_limit));
	else if (o->json && o->breaches)
		http_add_query(path, "limit", slice_of(list_limit));
}

static enum outcome draw(const struct options *o, const struct http_answer *answer)
{
	struct view view = terminal_view(o);
	struct arena arena;
	struct buf page;
	struct trouble why;
	const cJSON *document;
	arena_init(&arena, DOCUMENT_ARENA_BYTES);
	buf_init(&page, PAGE_BYTES);
	enum status st = answer_parse(buf_slice(&answer->body), &arena, &document, &why);
	if (st == OK && o->breaches)
		st = fieldwork_view_add_all(&page, document, &view, &why);
	else if (st == OK)
		st = fieldwork_view_add(&page, document, &view, &why);
	enum outcome outcome = st == OK ? OUTCOME_OK : session_fail(&why);
	if (st == OK)
		terminal_write(buf_slice(&page));
	buf_fini(&page);
	arena_fini(&arena);
	return outcome;
}

static enum outcome fetch(const struct options *o, struct http_answer *answer)
{
	struct session s;
	struct buf path;
	enum outcome outcome = session_open(&s, o);
	if (outcome != OUTCOME_OK)
		return outcome;
	buf_init(&path, HTTP_PATH_BYTES);
	add_path(&s, o, &path);
	outcome = session_get(&s, &path, o->csv ? "text/csv" : "application/json", answer);
	buf_fini(&path);
	session_close(&s);
	return outcome;
}

enum outcome verb_fieldwork(const struct options *o)
{
	struct http_answer answer;
	if (o->json && o->csv)
		options_refuse(o, "--json and --csv exclude each other");
	if (o->csv && o->breaches)
		options_refuse(o, "--breaches has no CSV: take --json");
	http_answer_init(&answer);
	enum outcome outcome = fetch(o, &answer);
	if (outcome == OUTCOME_OK && (o->json || o->csv))
		session_pass_on(&answer);
	else if (outcome == OUTCOME_OK)
		outcome = draw(o, &answer);
	http_answer_fini(&answer);
	return outcome;
}
