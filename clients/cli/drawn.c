#include "cli/drawn.h"

#include "cli/terminal.h"

enum { PAGE_BYTES = 64 * 1024 * 1024, DOCUMENT_ARENA_BYTES = 64 * 1024 };

enum outcome drawn_print(const struct options *o, const struct http_answer *answer, draws *draw)
{
	struct view view = terminal_view(o);
	struct arena arena;
	struct buf page;
	struct trouble why;
	const cJSON *document;
	arena_init(&arena, DOCUMENT_ARENA_BYTES);
	buf_init(&page, PAGE_BYTES);
	enum status st = answer_parse(buf_slice(&answer->body), &arena, &document, &why);
	if (st == OK)
		st = draw(&page, document, &view, &why);
	enum outcome outcome = st == OK ? OUTCOME_OK : session_fail(&why);
	if (st == OK)
		terminal_write(buf_slice(&page));
	buf_fini(&page);
	arena_fini(&arena);
	return outcome;
}

static enum outcome fetch(const struct options *o, bool of_wave, adds_path *add_rest,
			  struct http_answer *answer)
{
	struct session s;
	struct buf path;
	enum outcome outcome = session_open(&s, o);
	if (outcome != OUTCOME_OK)
		return outcome;
	buf_init(&path, HTTP_PATH_BYTES);
	session_add_path(&s, &path, of_wave);
	add_rest(o, &path);
	outcome = session_get(&s, &path, o->csv ? "text/csv" : "application/json", answer);
	buf_fini(&path);
	session_close(&s);
	return outcome;
}

enum outcome drawn_show(const struct options *o, bool of_wave, adds_path *add_rest, draws *draw)
{
	struct http_answer answer;
	http_answer_init(&answer);
	enum outcome outcome = fetch(o, of_wave, add_rest, &answer);
	if (outcome == OUTCOME_OK && (o->csv || o->json))
		session_pass_on(&answer);
	else if (outcome == OUTCOME_OK)
		outcome = drawn_print(o, &answer, draw);
	http_answer_fini(&answer);
	return outcome;
}
