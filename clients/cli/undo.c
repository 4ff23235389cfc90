/** `plaudit undo UPLOAD`: everything an upload brought and replaced, taken back. */
#include "base/json_out.h"
#include "cli/drawn.h"
#include "cli/faults_view.h"
#include "cli/session.h"
#include "cli/verbs.h"

enum { BODY_BYTES = 64 * 1024 };

static void write_body(const struct options *o, struct buf *body)
{
	struct json_out j = json_out_on(body);
	json_open_object(&j);
	json_pair_text(&j, "reason", slice_of(o->reason));
	if (o->changed != NULL)
		json_pair_text(&j, "changed", slice_of(o->changed));
	json_close_object(&j);
}

static enum status draw(struct buf *to, const cJSON *document, const struct view *view,
			struct trouble *why)
{
	(void)why;
	buf_add_text(to, "Upload ");
	text_add_safe(to, answer_text(document, "upload"), view->set);
	buf_print(to, " undone: %.0f results removed, %.0f as they were before, %.0f kept\n",
		  answer_number(document, "removed"), answer_number(document, "restored"),
		  answer_number(document, "kept"));
	faults_view_add(to, answer_member(document, "kept_results"), view);
	return OK;
}

static enum outcome ask(const struct session *s, struct buf *path, const struct buf *sent)
{
	struct http_answer answer;
	const struct http_body body = {.descriptor = -1,
				       .memory = buf_slice(sent),
				       .len = (int64_t)sent->len,
				       .type = "application/json"};
	buf_add_byte(path, '\0');
	if (buf_over(path) || buf_over(sent))
		options_refuse(s->options, "that is too long");
	const struct http_request request = {
		.method = "POST", .path = path->at, .body = &body, .accept = "application/json"};
	http_answer_init(&answer);
	enum outcome outcome = session_ask(s, &request, &answer);
	if (outcome == OUTCOME_OK && s->options->json)
		session_pass_on(&answer);
	else if (outcome == OUTCOME_OK)
		outcome = drawn_print(s->options, &answer, draw);
	http_answer_fini(&answer);
	return outcome;
}

enum outcome verb_undo(const struct options *o)
{
	struct session s;
	struct buf path, body;
	if (o->reason == NULL)
		options_refuse(o, "--reason says why");
	enum outcome outcome = session_open(&s, o);
	if (outcome != OUTCOME_OK)
		return outcome;
	buf_init(&path, HTTP_PATH_BYTES);
	buf_init(&body, BODY_BYTES);
	session_add_path(&s, &path, true);
	buf_add_text(&path, "/uploads");
	http_add_segment(&path, slice_of(o->words[0]));
	buf_add_text(&path, "/undo");
	write_body(o, &body);
	outcome = ask(&s, &path, &body);
	buf_fini(&body);
	buf_fini(&path);
	session_close(&s);
	return outcome;
}
