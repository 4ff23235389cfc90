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
