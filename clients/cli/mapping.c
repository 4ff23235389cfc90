/** `plaudit mapping put FILE`, `get CODE`, `list`, `delete CODE`, and uploads by a file's mapping.
 */
#include "cli/document_file.h"
#include "cli/file.h"
#include "cli/mapping_put.h"
#include "cli/preview.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "cli/verbs.h"

enum { LIST_ARENA_BYTES = 4 * 1024 * 1024, LIST_BYTES = 1024 * 1024, MAPPINGS_MOST = 1000 };

static void add_path(const struct session *s, struct slice code, struct buf *path)
{
	session_add_path(s, path, false);
	buf_add_text(path, "/mappings");
	if (code.len > 0)
		http_add_segment(path, code);
	buf_add_byte(path, '\0');
	if (buf_over(path))
		options_refuse(s->options, "a code is too long");
}

static enum outcome ask(const struct session *s, const char *method, struct slice code,
			const struct http_body *body, struct http_answer *answer)
{
	struct buf path;
	buf_init(&path, HTTP_PATH_BYTES);
	add_path(s, code, &path);
	const struct http_request request = {
		.method = method, .path = path.at, .body = body, .accept = "application/json"};
	enum outcome outcome = session_ask(s, &request, answer);
	buf_fini(&path);
	return outcome;
}

enum outcome mapping_put_file(const struct session *s, const char *name, char *code,
			      struct http_answer *answer)
{
	struct buf file;
	struct profile *profile = NULL;
	struct trouble why;
	buf_init(&file, PROFILE_BYTES_LIMIT);
	enum status st = file_read(name, &file, &why);
	if (st == OK)
		st = mapping_file_parse(s->options, name, buf_slice(&file), &profile, &why);
	enum outcome outcome = OUTCOME_OK;
	if (st < 0) {
		outcome = session_fail(&why);
	} else {
		must(profile != NULL);
		const struct http_body body = {.descriptor = -1,
					       .memory = buf_slice(&file),
					       .len = (int64_t)file.len,
					       .type = "application/json"};
		memcpy(code, profile->code.at, profile->code.len);
		code[profile->code.len] = '\0';
		outcome = ask(s, "PUT", profile->code, &body, answer);
	}
	profile_free(profile);
	buf_fini(&file);
	return outcome;
}

static enum outcome show(const struct session *s, const struct http_answer *answer,
			 void (*add)(struct buf *to, const cJSON *document))
{
	struct arena arena;
	struct buf lines;
	struct trouble why;
	const cJSON *document;
	if (s->options->json) {
		session_pass_on(answer);
		return OUTCOME_OK;
	}
	arena_init(&arena, LIST_ARENA_BYTES);
	buf_init(&lines, LIST_BYTES);
	enum status st = answer_parse(buf_slice(&answer->body), &arena, &document, &why);
	if (st == OK)
		add(&lines, document);
	if (st == OK)
		terminal_write(buf_slice(&lines));
	buf_fini(&lines);
	arena_fini(&arena);
	return st == OK ? OUTCOME_OK : session_fail(&why);
}

static void add_stored(struct buf *to, const cJSON *document)
{
	buf_add_text(to, "mapping ");
	text_add_safe(to, answer_text(document, "mapping"), TEXT_UTF8);
	buf_print(to, ", revision %.0f%s\n", answer_number(document, "revision"),
		  answer_is_false(document, "changed") ? ": it is stored already" : "");
}

static void add_list(struct buf *to, const cJSON *document)
{
	const cJSON *entry = NULL;
	cJSON_ArrayForEach(entry, answer_member(document, "data"))
	{
		text_add_safe(to, answer_text(entry, "mapping"), TEXT_UTF8);
		buf_print(to, "  revision %.0f of ", answer_number(entry, "revision"));
		text_add_safe(to, answer_text(entry, "put_at"), TEXT_UTF8);
		buf_add_byte(to, '\n');
	}
}

static enum outcome put(const struct session *s, struct http_answer *answer)
{
	char code[PROGRAMME_CODE_BYTES + 1];
	enum outcome outcome = mapping_put_file(s, s->options->words[1], code, answer);
	return outcome == OUTCOME_OK ? show(s, answer, add_stored) : outcome;
}

static enum outcome get(const struct session *s, struct http_answer *answer)
{
	enum outcome outcome = ask(s, "GET", slice_of(s->options->words[1]), NULL, answer);
	if (outcome == OUTCOME_OK)
		session_pass_on(answer);
	return outcome;
}

static enum outcome list(const struct session *s, struct http_answer *answer)
{
	enum outcome outcome = ask(s, "GET", SLICE_NONE, NULL, answer);
	return outcome == OUTCOME_OK ? show(s, answer, add_list) : outcome;
}

static enum outcome delete_one(const struct session *s, struct http_answer *answer)
{
	enum outcome outcome = ask(s, "DELETE", slice_of(s->options->words[1]), NULL, answer);
	if (outcome == OUTCOME_OK && !s->options->json)
		terminal_write(SLICE("mapping deleted\n"));
	return outcome;
}

static const struct {
	const char *word;
	size_t words;
	enum outcome (*run)(const struct session *s, struct http_answer *answer);
} deeds[] = {{"put", 2, put}, {"get", 2, get}, {"list", 1, list}, {"delete", 2, delete_one}};

enum outcome verb_mapping(const struct options *o)
{
	struct session s;
	struct http_answer answer;
	size_t deed = 0;
	while (deed < COUNT_OF(deeds) && !slice_is(slice_of(o->words[0]), deeds[deed].word))
		deed++;
	if (slice_is(slice_of(o->words[0]), "propose") && o->words_len == 2)
		return preview_propose(o, o->words[1]);
	if (deed == COUNT_OF(deeds))
		options_refuse(o, "it is put FILE, get CODE, list, delete CODE or propose FILE");
	if (o->words_len != deeds[deed].words)
		options_refuse(o, deeds[deed].words == 1 ? "list takes no argument"
							 : "it takes one argument");
	enum outcome outcome = session_open(&s, o);
	if (outcome != OUTCOME_OK)
		return outcome;
	http_answer_init(&answer);
	outcome = deeds[deed].run(&s, &answer);
	http_answer_fini(&answer);
	session_close(&s);
	return outcome;
}
