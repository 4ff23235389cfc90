/** `plaudit source`: connecting what sends results by itself, and watching it. */
#include <math.h>

#include "cli/drawn.h"
#include "cli/listing_view.h"
#include "cli/source_body.h"
#include "cli/source_view.h"
#include "cli/terminal.h"
#include "cli/verbs.h"

enum {
	BODY_BYTES = SOURCE_FILE_BYTES + 16 * 1024,
	CODE_BYTES = 65,
	CHECK_BYTES = 16 * 1024,
	CHECK_ARENA_BYTES = 4 * 1024 * 1024,
	HOURS = 24
};

/** "/v1/sources", and behind it the segments as far as they are given. */
static void add_path(const struct options *o, struct buf *path, const char *const *segments)
{
	buf_add_text(path, "/v1/sources");
	for (; *segments != NULL; segments++)
		http_add_segment(path, slice_of(*segments));
	bool pages = strcmp(o->words[0], "list") == 0 || strcmp(o->words[0], "inbox") == 0;
	if (o->after != NULL && pages)
		http_add_query(path, "cursor", slice_of(o->after));
	buf_add_byte(path, '\0');
	if (buf_over(path))
		options_refuse(o, "a code is too long");
}

static enum outcome ask(const struct session *s, const char *method, const char *const *segments,
			const struct buf *json, struct http_answer *answer)
{
	const struct options *o = s->options;
	const struct http_body body = {.descriptor = -1,
				       .memory = json != NULL ? buf_slice(json) : SLICE_NONE,
				       .len = json != NULL ? (int64_t)json->len : 0,
				       .type = "application/json"};
	struct buf path, tag;
	buf_init(&path, HTTP_PATH_BYTES);
	buf_init(&tag, 64);
	add_path(o, &path, segments);
	buf_print(&tag, "\"%s\"", o->revision != NULL ? o->revision : "");
	buf_add_byte(&tag, '\0');
	const struct http_request request = {.method = method,
					     .path = path.at,
					     .body = json != NULL ? &body : NULL,
					     .accept = "application/json",
					     .if_match = o->revision != NULL ? tag.at : NULL};
	enum outcome outcome = session_ask(s, &request, answer);
	buf_fini(&tag);
	buf_fini(&path);
	return outcome;
}

static enum outcome show_as(const struct session *s, enum outcome outcome,
			    const struct http_answer *answer, draws *draw)
{
	if (outcome == OUTCOME_OK && s->options->json)
		session_pass_on(answer);
	else if (outcome == OUTCOME_OK)
		outcome = drawn_print(s->options, answer, draw);
	return outcome;
}

static enum outcome show(const struct session *s, enum outcome outcome,
			 const struct http_answer *answer)
{
	return show_as(s, outcome, answer, source_view_draw);
}

/** A file's document, to the list or to its own place. */
static enum outcome send_document(const struct session *s, const char *method, bool own_place,
				  struct http_answer *answer)
{
	char code[CODE_BYTES];
	struct trouble why;
	struct buf body;
	buf_init(&body, BODY_BYTES);
	enum status st = source_body_read(s->options, s->options->words[1], &body, code,
					  sizeof(code), &why);
	if (st == OK && own_place && code[0] == '\0')
		st = trouble(&why, E_INPUT, "%s does not say which \"source\" it is",
			     s->options->words[1]);
	const char *const segments[] = {own_place ? code : NULL, NULL};
	enum outcome outcome = st == OK ? ask(s, method, segments, &body, answer)
					: session_fail(&why);
	source_body_wipe(&body);
	return show(s, outcome, answer);
}

static enum outcome add(const struct session *s, struct http_answer *answer)
{
	return send_document(s, "POST", false, answer);
}

static enum outcome put(const struct session *s, struct http_answer *answer)
{
	return send_document(s, "PUT", true, answer);
}

static enum outcome list(const struct session *s, struct http_answer *answer)
{
	const char *const segments[] = {NULL};
	return show_as(s, ask(s, "GET", segments, NULL, answer), answer, source_view_list);
}

static enum outcome get(const struct session *s, struct http_answer *answer)
{
	const char *const segments[] = {s->options->words[1], NULL};
	return ask(s, "GET", segments, NULL, answer);
}

static enum outcome show_one(const struct session *s, struct http_answer *answer)
{
	return show(s, get(s, answer), answer);
}

static enum outcome set_paused(const struct session *s, const char *json,
			       struct http_answer *answer)
{
	const char *const segments[] = {s->options->words[1], NULL};
	struct buf body;
	buf_init(&body, 64);
	buf_add_text(&body, json);
	enum outcome outcome = ask(s, "PATCH", segments, &body, answer);
	buf_fini(&body);
	return show(s, outcome, answer);
}

static enum outcome pause_one(const struct session *s, struct http_answer *answer)
{
	return set_paused(s, "{\"paused\":true}", answer);
}

static enum outcome resume(const struct session *s, struct http_answer *answer)
{
	return set_paused(s, "{\"paused\":false}", answer);
}

static enum outcome add_secret(const struct session *s, struct http_answer *answer)
{
	const char *const segments[] = {s->options->words[1], "secrets", NULL};
	struct trouble why;
	struct buf body;
	buf_init(&body, BODY_BYTES);
	enum status st = source_body_secret(s->options, s->options->words[2], &body, &why);
	enum outcome outcome = st == OK ? ask(s, "POST", segments, &body, answer)
					: session_fail(&why);
	source_body_wipe(&body);
	return show(s, outcome, answer);
}

static enum outcome end_secret(const struct session *s, struct http_answer *answer)
{
	const char *const segments[] = {s->options->words[1], "secrets", s->options->words[2],
					s->options->words[3], NULL};
	enum outcome outcome = ask(s, "DELETE", segments, NULL, answer);
	if (outcome == OUTCOME_OK && !s->options->json)
		terminal_write(SLICE("the secret is live no more\n"));
	return outcome;
}

/** Hours of quiet that are too many; ends the program where they are no number. */
static double hours_of(const struct options *o)
{
	int64_t hours = HOURS;
	if (o->hours != NULL && (!slice_to_int64(slice_of(o->hours), &hours) || hours < 1))
		options_refuse(o, "--hours takes a whole number from 1");
	return (double)hours;
}

static enum outcome check_answers(const struct session *s, const struct http_answer *health,
				  const struct http_answer *checks)
{
	struct view view = terminal_view(s->options);
	struct arena arena;
	struct buf lines;
	struct trouble why;
	const cJSON *source, *report;
	unsigned wrong = 0;
	arena_init(&arena, CHECK_ARENA_BYTES);
	buf_init(&lines, CHECK_BYTES);
	enum status st = answer_parse(buf_slice(&health->body), &arena, &source, &why);
	if (st == OK)
		st = answer_parse(buf_slice(&checks->body), &arena, &report, &why);
	if (st == OK)
		wrong = source_view_check(&lines, source, report, &view, hours_of(s->options));
	if (st == OK && s->options->json)
		session_pass_on(checks);
	else if (st == OK)
		terminal_write(buf_slice(&lines));
	buf_fini(&lines);
	arena_fini(&arena);
	if (st < 0)
		return session_fail(&why);
	return wrong == 0 ? OUTCOME_OK : OUTCOME_FAILURE;
}

/** Its health, and what the server finds when it looks now. */
static enum outcome check(const struct session *s, struct http_answer *answer)
{
	const char *const segments[] = {s->options->words[1], "check", NULL};
	struct http_answer checks;
	http_answer_init(&checks);
	enum outcome outcome = get(s, answer);
	if (outcome == OUTCOME_OK)
		outcome = ask(s, "POST", segments, NULL, &checks);
	if (outcome == OUTCOME_OK)
		outcome = check_answers(s, answer, &checks);
	http_answer_fini(&checks);
	return outcome;
}

static enum status draw_inbox(struct buf *to, const cJSON *document, const struct view *view,
			      struct trouble *why)
{
	static const struct listing_column columns[] = {
		{"id", "payload"},  {"received_at", "received"},
		{"state", "state"}, {"answers", "answers"},
		{"note", "note"},   {"bytes", "bytes"}};
	return listing_view_draw(to, document, columns, COUNT_OF(columns), view, why);
}

static enum outcome inbox(const struct session *s, struct http_answer *answer)
{
	const char *const segments[] = {s->options->words[1], "inbox", NULL};
	return show_as(s, ask(s, "GET", segments, NULL, answer), answer, draw_inbox);
}

static enum status draw_rerun(struct buf *to, const cJSON *document, const struct view *view,
			      struct trouble *why)
{
	(void)view;
	(void)why;
	buf_print(to, "%.0f payloads are read again, %.0f invitations are merged again\n",
		  answer_number(document, "payloads"), answer_number(document, "invitations"));
	if (cJSON_IsTrue(answer_member(document, "more")))
		buf_add_text(to, "there is more: run it again\n");
	return OK;
}

static enum outcome rerun(const struct session *s, struct http_answer *answer)
{
	const char *const segments[] = {s->options->words[1], "rerun", NULL};
	return show_as(s, ask(s, "POST", segments, NULL, answer), answer, draw_rerun);
}

static const struct {
	const char *word;
	size_t words;
	enum outcome (*run)(const struct session *s, struct http_answer *answer);
} deeds[] = {{"add", 2, add},	    {"put", 2, put},	       {"list", 1, list},
	     {"show", 2, show_one}, {"check", 2, check},       {"pause", 2, pause_one},
	     {"resume", 2, resume}, {"secret", 3, add_secret}, {"end-secret", 4, end_secret},
	     {"inbox", 2, inbox},   {"rerun", 2, rerun}};

enum outcome verb_source(const struct options *o)
{
	struct session s;
	struct http_answer answer;
	size_t deed = 0;
	while (!slice_is(slice_of(o->words[0]), deeds[deed].word)) /* it is one of them */
		deed++;
	if (o->words_len != deeds[deed].words)
		options_refuse(o,
			       "it is add FILE, put FILE, list, show CODE, check CODE, pause "
			       "CODE, resume CODE, secret CODE NAME, end-secret CODE NAME N, inbox "
			       "CODE or rerun CODE");
	enum outcome outcome = session_open(&s, o);
	if (outcome != OUTCOME_OK)
		return outcome;
	http_answer_init(&answer);
	outcome = deeds[deed].run(&s, &answer);
	http_answer_fini(&answer);
	session_close(&s);
	return outcome;
}
