/** `plaudit wave get|open|close|publish|publications`. */
#include "base/json_out.h"
#include "cli/publication.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "cli/verbs.h"

enum { WAVE_ARENA_BYTES = 64 * 1024, WAVE_TEXT_BYTES = 1024 * 1024, LABEL_COLUMNS = 20 };

static void add_member(struct buf *to, const cJSON *member, const struct view *view)
{
	struct buf label;
	if (!cJSON_IsString(member) && !cJSON_IsNumber(member) && !cJSON_IsBool(member))
		return;
	buf_init(&label, (size_t)LABEL_COLUMNS * 8);
	text_add_safe(&label, slice_of(member->string), view->set);
	text_add_cell(to, buf_slice(&label), LABEL_COLUMNS, TEXT_LEFT, view_set(view));
	buf_fini(&label);
	buf_add_text(to, "  ");
	if (cJSON_IsString(member))
		text_add_safe(to, slice_of(member->valuestring), view->set);
	else if (cJSON_IsNumber(member))
		buf_print(to, "%.15g", member->valuedouble);
	else
		buf_add_text(to, cJSON_IsTrue(member) ? "yes" : "no");
	buf_add_byte(to, '\n');
}

/** What a wave says of itself in single values, one a line, in the server's order. */
static enum outcome print_wave(const struct session *s, const struct http_answer *answer)
{
	struct view view = terminal_view(s->options);
	struct arena arena;
	struct buf lines;
	struct trouble why;
	const cJSON *wave, *member;
	arena_init(&arena, WAVE_ARENA_BYTES);
	buf_init(&lines, WAVE_TEXT_BYTES);
	enum status st = answer_parse(buf_slice(&answer->body), &arena, &wave, &why);
	if (st == OK) {
		cJSON_ArrayForEach(member, wave)
		{
			if (member->string != NULL)
				add_member(&lines, member, &view);
		}
		publication_add_lists(&lines, wave, &view);
		terminal_write(buf_slice(&lines));
	}
	buf_fini(&lines);
	arena_fini(&arena);
	return st == OK ? OUTCOME_OK : session_fail(&why);
}

static bool publishes(const char *word)
{
	return slice_is(slice_of(word), "publish");
}

static bool steps(const char *word)
{
	return slice_is(slice_of(word), "open") || slice_is(slice_of(word), "close");
}

static enum outcome take_step(const struct session *s, const char *path, struct http_answer *answer)
{
	const char *reason = s->options->reason;
	struct buf text;
	buf_init(&text, WAVE_TEXT_BYTES);
	struct json_out j = json_out_on(&text);
	json_open_object(&j);
	if (reason != NULL)
		json_pair_text(&j, "reason", slice_of(reason));
	json_close_object(&j);
	const struct http_body body = {.descriptor = -1,
				       .memory = buf_slice(&text),
				       .len = (int64_t)text.len,
				       .type = "application/json"};
	const struct http_request request = {
		.method = "POST", .path = path, .body = &body, .accept = "application/json"};
	enum outcome outcome = session_ask(s, &request, answer);
	buf_fini(&text);
	return outcome;
}

static enum outcome ask_wave(const struct session *s, const char *word, struct buf *path,
			     struct http_answer *answer)
{
	session_add_path(s, path, true);
	if (!slice_is(slice_of(word), "get")) {
		buf_add_byte(path, '/');
		buf_add(path, slice_of(word));
	}
	buf_add_byte(path, '\0');
	if (buf_over(path))
		options_refuse(s->options, "a code is too long");
	if (publishes(word))
		return publication_send(s, path->at, answer);
	if (steps(word))
		return take_step(s, path->at, answer);
	const struct http_request request = {
		.method = "GET", .path = path->at, .accept = "application/json"};
	return session_ask(s, &request, answer);
}

static void check_options(const struct options *o)
{
	bool wishes = o->announce_at != NULL || o->ceremony_on != NULL || o->readers_len > 0;
	if (wishes && !publishes(o->words[0]))
		options_refuse(o, "--announce-at, --ceremony-on and --reader go with publish");
	if (o->reason != NULL && !publishes(o->words[0]) && !steps(o->words[0]))
		options_refuse(o, "--reason goes with open, close and publish");
}

enum outcome verb_wave(const struct options *o)
{
	struct session s;
	struct buf path;
	struct http_answer answer;
	check_options(o);
	enum outcome outcome = session_open(&s, o);
	if (outcome != OUTCOME_OK)
		return outcome;
	buf_init(&path, HTTP_PATH_BYTES);
	http_answer_init(&answer);
	outcome = ask_wave(&s, o->words[0], &path, &answer);
	if (outcome == OUTCOME_OK && o->json)
		session_pass_on(&answer);
	else if (outcome == OUTCOME_OK && answer.body.len > 0)
		outcome = print_wave(&s, &answer);
	http_answer_fini(&answer);
	buf_fini(&path);
	session_close(&s);
	return outcome;
}
