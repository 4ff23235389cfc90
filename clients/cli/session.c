#include "cli/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/faults_view.h"
#include "cli/terminal.h"

enum { PROBLEM_ARENA_BYTES = 64 * 1024, PROBLEM_BYTES = 256 * 1024, PROBLEM_WORDS = 600 };

enum outcome session_open(struct session *s, const struct options *options)
{
	struct trouble why;
	const struct credential_places places = {
		.file = options->key_file,
		.config = getenv("XDG_CONFIG_HOME"),
		.home = getenv("HOME"),
		.key = getenv("PLAUDIT_KEY"),
	};
	*s = (struct session){.options = options};
	if (http_check_server(options->server, options->allow_http, &why) < 0)
		options_refuse(options, why.words);
	if (credentials_find(&places, options->server, &s->credentials, &why) < 0)
		return session_fail(&why);
	s->server = (struct http_server){.url = options->server,
					 .key = s->credentials.key,
					 .allow_http = options->allow_http,
					 .timeout_s = options->timeout_s};
	return OUTCOME_OK;
}

void session_close(struct session *s)
{
	explicit_bzero(&s->credentials, sizeof(s->credentials));
}

static bool is_given(const char *value)
{
	return value != NULL && value[0] != '\0';
}

void session_add_path(const struct session *s, struct buf *path, bool with_wave)
{
	const struct options *o = s->options;
	if (!is_given(o->programme))
		options_refuse(o, "which programme? Give --programme or PLAUDIT_PROGRAMME");
	if (with_wave && !is_given(o->wave))
		options_refuse(o, "which wave? Give --wave or PLAUDIT_WAVE");
	buf_add_text(path, "/v1/programmes");
	http_add_segment(path, slice_of(o->programme));
	if (!with_wave)
		return;
	buf_add_text(path, "/waves");
	http_add_segment(path, slice_of(o->wave));
}

enum outcome session_fail(const struct trouble *why)
{
	if (http_interrupted())
		return OUTCOME_INTERRUPTED; /* the verb knows what was under way */
	terminal_say("%s", why->words);
	return outcome_of_status(why->status);
}

/** "title: detail (code)", whichever of them there is. */
static void say_problem(const cJSON *problem, long status)
{
	struct slice title = answer_text(problem, "title"), detail = answer_text(problem, "detail");
	struct slice code = answer_text(problem, "code");
	struct buf words;
	buf_init(&words, PROBLEM_WORDS);
	buf_add(&words, title.len > 0 ? title : SLICE("the server refused"));
	if (detail.len > 0)
		buf_print(&words, ": %.*s", SLICE_ARGS(detail));
	if (code.len > 0)
		buf_print(&words, " (%.*s)", SLICE_ARGS(code));
	terminal_say("%.*s [HTTP %ld]", SLICE_ARGS(buf_slice(&words)), status);
	buf_fini(&words);
}

static void say_faults(const struct session *s, const cJSON *problem)
{
	struct view view = terminal_view(s->options);
	struct buf lines;
	buf_init(&lines, PROBLEM_BYTES);
	faults_view_add_of(&lines, answer_member(problem, "errors"), s->rows, s->rows_len, &view);
	if (lines.len > 0)
		fwrite(lines.at, 1, lines.len, stderr);
	buf_fini(&lines);
}

static void hint_at_key(const struct session *s, long status)
{
	if (status == 401 && s->credentials.key[0] == '\0')
		terminal_say("no key was given: see --key-file, or put it into "
			     "~/.config/plaudit/credentials (mode 0600)");
}

static void explain(const struct session *s, const struct http_answer *answer)
{
	struct arena arena;
	const cJSON *problem = NULL;
	arena_init(&arena, PROBLEM_ARENA_BYTES);
	if (answer->status >= 300 && answer->status < 400)
		terminal_say("%s redirects elsewhere, which is not followed: give its new address "
			     "with --server [HTTP %ld]",
			     s->server.url, answer->status);
	else if (answer_parse(buf_slice(&answer->body), &arena, &problem, NULL) == OK) {
		say_problem(problem, answer->status);
		say_faults(s, problem);
	} else {
		terminal_say("the server answered with HTTP %ld", answer->status);
	}
	hint_at_key(s, answer->status);
	if (s->options->json && answer->is_problem)
		session_pass_on(answer);
	arena_fini(&arena);
}

enum outcome session_refused(const struct session *s, const struct http_answer *answer)
{
	explain(s, answer);
	return outcome_of_http(answer->status);
}

enum outcome session_ask(const struct session *s, const struct http_request *request,
			 struct http_answer *answer)
{
	struct trouble why;
	if (http_send(&s->server, request, answer, &why) < 0)
		return session_fail(&why);
	enum outcome outcome = outcome_of_http(answer->status);
	if (outcome != OUTCOME_OK)
		explain(s, answer);
	return outcome;
}

enum outcome session_get(const struct session *s, const struct buf *path, const char *accept,
			 struct http_answer *answer)
{
	struct buf text;
	buf_init(&text, HTTP_PATH_BYTES);
	buf_add(&text, buf_slice(path));
	buf_add_byte(&text, '\0');
	if (buf_over(&text) || buf_over(path))
		options_refuse(s->options, "a code is too long");
	const struct http_request request = {.method = "GET", .path = text.at, .accept = accept};
	enum outcome outcome = session_ask(s, &request, answer);
	buf_fini(&text);
	return outcome;
}

/** A person's terminal gets even an unchanged answer without what it might obey. */
static void show_lines(struct slice text)
{
	struct buf safe;
	struct slice line;
	buf_init(&safe, 4 * (size_t)HTTP_ANSWER_BYTES);
	while (slice_next_part(&text, '\n', &line)) {
		text_add_safe(&safe, line, TEXT_UTF8);
		buf_add_byte(&safe, '\n');
	}
	terminal_write(buf_slice(&safe));
	buf_fini(&safe);
}

void session_pass_on(const struct http_answer *answer)
{
	struct slice body = buf_slice(&answer->body);
	if (isatty(STDOUT_FILENO) != 1) {
		terminal_write(body);
		return;
	}
	if (body.len > 0 && body.at[body.len - 1] == '\n')
		body.len--;
	show_lines(body);
}
