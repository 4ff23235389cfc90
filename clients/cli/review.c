/** `plaudit review`: results looked at, decided about, corrected, doubted. */
#include "base/json_out.h"
#include "cli/review_view.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "cli/verbs.h"

enum { BODY_BYTES = 4 * 1024 * 1024, PAGE_BYTES = 64 * 1024 * 1024, ARENA_BYTES = 64 * 1024 };

/** What --json does not print is shown by one of these. */
typedef void show(struct buf *to, const cJSON *document, const struct view *view);

/** What is asked of the server. */
struct wish {
	const char *method;
	struct buf path, body;
	const char *if_match; /* NULL: any revision */
	char revision[32];
	show *shown;
};

struct action {
	const char *word;
	size_t words_min, words_max; /* what follows it */
	const char *follows;
	const char *status; /* that it gives */
	void (*write)(const struct session *s, const struct action *a, struct wish *w);
};

static void add_filters(const struct options *o, struct wish *w)
{
	const struct {
		const char *name, *value;
	} filters[] = {{"status", o->status},
		       {"company", o->company},
		       {"channel", o->channel},
		       {"cursor", o->after}};
	http_add_query(&w->path, "limit", SLICE("1000"));
	for (size_t i = 0; i < COUNT_OF(filters); i++)
		if (filters[i].value != NULL)
			http_add_query(&w->path, filters[i].name, slice_of(filters[i].value));
}

static void write_list(const struct session *s, const struct action *a, struct wish *w)
{
	(void)a;
	w->method = "GET";
	buf_add_text(&w->path, "/results");
	add_filters(s->options, w);
	w->shown = review_view_add_page;
}

static void write_appeals(const struct session *s, const struct action *a, struct wish *w)
{
	(void)a;
	w->method = "GET";
	buf_add_text(&w->path, "/appeals");
	http_add_query(&w->path, "limit", SLICE("1000"));
	if (s->options->open)
		http_add_query(&w->path, "open", SLICE("1"));
	if (s->options->after != NULL)
		http_add_query(&w->path, "cursor", slice_of(s->options->after));
	w->shown = review_view_add_page;
}

static void add_result(const struct options *o, struct wish *w)
{
	buf_add_text(&w->path, "/results");
	http_add_segment(&w->path, slice_of(o->words[1]));
	w->shown = review_view_add_result;
}

static void write_show(const struct session *s, const struct action *a, struct wish *w)
{
	(void)a;
	w->method = "GET";
	add_result(s->options, w);
}

static void pair_given(struct json_out *j, const char *key, const char *value)
{
	if (value != NULL)
		json_pair_text(j, key, slice_of(value));
}

static void set_revision(const struct options *o, struct wish *w)
{
	struct buf tag;
	if (o->revision == NULL)
		return;
	buf_init(&tag, sizeof(w->revision) - 1);
	buf_print(&tag, "\"%s\"", o->revision);
	if (buf_over(&tag))
		options_refuse(o, "--revision takes a number");
	memcpy(w->revision, tag.at, tag.len);
	buf_fini(&tag);
	w->if_match = w->revision;
}

static void write_one(const struct options *o, const struct action *a, struct wish *w)
{
	struct json_out j = json_out_on(&w->body);
	w->method = "PATCH";
	add_result(o, w);
	set_revision(o, w);
	json_open_object(&j);
	json_pair_text(&j, "status", slice_of(a->status));
	pair_given(&j, "reason", o->reason);
	json_close_object(&j);
}

static void write_where(const struct options *o, struct json_out *j)
{
	json_key(j, "where");
	json_open_object(j);
	pair_given(j, "status", o->status);
	pair_given(j, "company", o->company);
	pair_given(j, "channel", o->channel);
	pair_given(j, "contacted_before", o->before);
	json_close_object(j);
}

static void write_ids(const struct options *o, struct json_out *j)
{
	json_key(j, "result_ids");
	json_open_array(j);
	for (size_t i = 1; i < o->words_len; i++)
		json_text(j, slice_of(o->words[i]));
	json_close_array(j);
}

/** Ids, or what is filtered; one id with a revision is a change of that revision. */
static void write_status(const struct session *s, const struct action *a, struct wish *w)
{
	const struct options *o = s->options;
	bool filters = o->status != NULL || o->company != NULL || o->channel != NULL ||
		       o->before != NULL;
	if (filters == (o->words_len > 1))
		options_refuse(o, "either ids or --status, --company, --channel and --before");
	if (o->revision != NULL && o->words_len != 2)
		options_refuse(o, "--revision goes with one id");
	if (o->revision != NULL) {
		write_one(o, a, w);
		return;
	}
	struct json_out j = json_out_on(&w->body);
	w->method = "POST";
	buf_add_text(&w->path, "/reviews");
	w->shown = review_view_add_outcome;
	json_open_object(&j);
	json_pair_text(&j, "status", slice_of(a->status));
	pair_given(&j, "reason", o->reason);
	if (filters)
		write_where(o, &j);
	else
		write_ids(o, &j);
	json_close_object(&j);
}

static void write_correct(const struct session *s, const struct action *a, struct wish *w)
{
	const struct options *o = s->options;
	struct json_out j = json_out_on(&w->body);
	(void)a;
	w->method = "PATCH";
	add_result(o, w);
	set_revision(o, w);
	json_open_object(&j);
	pair_given(&j, "reason", o->reason);
	pair_given(&j, "status", o->status);
	for (size_t i = 2; i < o->words_len; i++) {
		struct slice value = slice_of(o->words[i]), column;
		(void)slice_next_part(&value, '=', &column);
		if (value.at == NULL || column.len == 0)
			options_refuse(o, "a correction is COLUMN=VALUE; COLUMN= takes the value "
					  "out");
		json_key_slice(&j, column);
		json_text(&j, value);
	}
	json_close_object(&j);
}

static void write_words(const struct options *o, struct wish *w, size_t at)
{
	struct json_out j = json_out_on(&w->body);
	json_open_object(&j);
	json_pair_text(&j, "words", slice_of(o->words[at]));
	if (at == 3) {
		json_pair_text(&j, "outcome", slice_of(o->words[2]));
		pair_given(&j, "status", o->status);
	}
	json_close_object(&j);
}

static void write_note(const struct session *s, const struct action *a, struct wish *w)
{
	(void)a;
	w->method = "POST";
	add_result(s->options, w);
	buf_add_text(&w->path, "/notes");
	write_words(s->options, w, 2);
}

static void write_appeal(const struct session *s, const struct action *a, struct wish *w)
{
	(void)a;
	w->method = "POST";
	add_result(s->options, w);
	buf_add_text(&w->path, "/appeals");
	write_words(s->options, w, 2);
}

static void write_decide(const struct session *s, const struct action *a, struct wish *w)
{
	const struct options *o = s->options;
	(void)a;
	w->method = "PATCH";
	buf_add_text(&w->path, "/appeals");
	http_add_segment(&w->path, slice_of(o->words[1]));
	w->shown = review_view_add_result;
	write_words(o, w, 3);
}

/* clang-format off */
static const struct action actions[] = {
	{"list",    0, 0, "",                    NULL,        write_list},
	{"show",    1, 1, "ID",                  NULL,        write_show},
	{"approve", 0, OPTIONS_WORDS, "ID...",   "approved",  write_status},
	{"return",  0, OPTIONS_WORDS, "ID...",   "returned",  write_status},
	{"exclude", 0, OPTIONS_WORDS, "ID...",   "excluded",  write_status},
	{"submit",  0, OPTIONS_WORDS, "ID...",   "submitted", write_status},
	{"correct", 2, OPTIONS_WORDS, "ID COLUMN=VALUE...", NULL, write_correct},
	{"note",    2, 2, "ID WORDS",            NULL,        write_note},
	{"appeal",  2, 2, "ID WORDS",            NULL,        write_appeal},
	{"appeals", 0, 0, "",                    NULL,        write_appeals},
	{"decide",  3, 3, "APPEAL upheld|dismissed WORDS", NULL, write_decide},
};
/* clang-format on */

static const struct action *action_of(const struct options *o)
{
	size_t follow = o->words_len - 1;
	for (size_t i = 0; i < COUNT_OF(actions); i++) {
		if (!slice_is(slice_of(o->words[0]), actions[i].word))
			continue;
		if (follow < actions[i].words_min || follow > actions[i].words_max) {
			terminal_say("review %s takes: %s", actions[i].word, actions[i].follows);
			options_refuse(o, "that is not what it takes");
		}
		return &actions[i];
	}
	never("a word that the table of verbs lets through");
}

static enum outcome draw(const struct options *o, const struct wish *w,
			 const struct http_answer *answer)
{
	struct view view = terminal_view(o);
	struct arena arena;
	struct buf page;
	struct trouble why;
	const cJSON *document;
	arena_init(&arena, ARENA_BYTES);
	buf_init(&page, PAGE_BYTES);
	enum status st = answer_parse(buf_slice(&answer->body), &arena, &document, &why);
	if (st == OK) {
		w->shown(&page, document, &view);
		terminal_write(buf_slice(&page));
	}
	buf_fini(&page);
	arena_fini(&arena);
	return st == OK ? OUTCOME_OK : session_fail(&why);
}

static enum outcome ask(const struct session *s, struct wish *w, struct http_answer *answer)
{
	const struct http_body body = {.descriptor = -1,
				       .memory = buf_slice(&w->body),
				       .len = (int64_t)w->body.len,
				       .type = "application/json"};
	buf_add_byte(&w->path, '\0');
	if (buf_over(&w->path) || buf_over(&w->body))
		options_refuse(s->options, "that is too long");
	const struct http_request request = {.method = w->method,
					     .path = w->path.at,
					     .body = w->body.len > 0 ? &body : NULL,
					     .accept = "application/json",
					     .if_match = w->if_match};
	return session_ask(s, &request, answer);
}

enum outcome verb_review(const struct options *o)
{
	struct session s;
	struct http_answer answer;
	struct wish w = {0};
	const struct action *action = action_of(o);
	enum outcome outcome = session_open(&s, o);
	if (outcome != OUTCOME_OK)
		return outcome;
	buf_init(&w.path, HTTP_PATH_BYTES);
	buf_init(&w.body, BODY_BYTES);
	http_answer_init(&answer);
	session_add_path(&s, &w.path, true);
	action->write(&s, action, &w);
	outcome = ask(&s, &w, &answer);
	if (outcome == OUTCOME_OK && o->json)
		session_pass_on(&answer);
	else if (outcome == OUTCOME_OK)
		outcome = draw(o, &w, &answer);
	http_answer_fini(&answer);
	buf_fini(&w.body);
	buf_fini(&w.path);
	session_close(&s);
	return outcome;
}
