/** `plaudit programme put FILE` and `plaudit programme get`. */
#include "cli/file.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "cli/verbs.h"

enum { FILE_BYTES = 16 * 1024 * 1024, FILE_ARENA_BYTES = 64 * 1024 };

/** The programme to store into: the one named on the command line, else the file's own. */
static enum status add_path(const struct session *s, const struct buf *file, struct buf *path,
			    struct trouble *why)
{
	struct arena arena;
	const cJSON *document = NULL;
	if (s->options->programme != NULL) {
		session_add_path(s, path, false);
		return OK;
	}
	arena_init(&arena, FILE_ARENA_BYTES);
	struct slice code = SLICE("");
	if (answer_parse(buf_slice(file), &arena, &document, NULL) == OK)
		code = answer_text(document, "programme");
	enum status st = OK;
	if (code.len == 0)
		st = trouble(why, E_INPUT,
			     "the file does not say its \"programme\": give --programme");
	buf_add_text(path, "/v1/programmes");
	http_add_segment(path, code);
	arena_fini(&arena);
	return st;
}

static enum outcome send_file(const struct session *s, const struct buf *file, struct buf *path,
			      struct http_answer *answer)
{
	struct trouble why;
	if (add_path(s, file, path, &why) < 0)
		return session_fail(&why);
	buf_add_byte(path, '\0');
	if (buf_over(path))
		options_refuse(s->options, "the programme's code is too long");
	const struct http_body body = {.descriptor = -1,
				       .memory = buf_slice(file),
				       .len = (int64_t)file->len,
				       .type = "application/json"};
	const struct http_request request = {
		.method = "PUT", .path = path->at, .body = &body, .accept = "application/json"};
	return session_ask(s, &request, answer);
}

static enum outcome put(const struct session *s, struct buf *path, struct http_answer *answer)
{
	struct buf file;
	struct trouble why;
	if (s->options->words_len < 2)
		options_refuse(s->options, "put needs a FILE");
	buf_init(&file, FILE_BYTES);
	enum status st = file_read(s->options->words[1], &file, &why);
	enum outcome outcome = st == OK ? send_file(s, &file, path, answer) : session_fail(&why);
	buf_fini(&file);
	if (outcome == OUTCOME_OK && s->options->json)
		session_pass_on(answer);
	else if (outcome == OUTCOME_OK)
		terminal_write(answer->status == 201 ? SLICE("programme stored, it is new\n")
						     : SLICE("programme stored\n"));
	return outcome;
}

static enum outcome get(const struct session *s, struct buf *path, struct http_answer *answer)
{
	if (s->options->words_len > 1)
		options_refuse(s->options, "get takes no FILE");
	session_add_path(s, path, false);
	enum outcome outcome = session_get(s, path, "application/json", answer);
	if (outcome == OUTCOME_OK)
		session_pass_on(answer);
	return outcome;
}

enum outcome verb_programme(const struct options *o)
{
	struct session s;
	struct buf path;
	struct http_answer answer;
	enum outcome outcome = session_open(&s, o);
	if (outcome != OUTCOME_OK)
		return outcome;
	buf_init(&path, HTTP_PATH_BYTES);
	http_answer_init(&answer);
	outcome = slice_is(slice_of(o->words[0]), "put") ? put(&s, &path, &answer)
							 : get(&s, &path, &answer);
	http_answer_fini(&answer);
	buf_fini(&path);
	session_close(&s);
	return outcome;
}
