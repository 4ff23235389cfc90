#include "cli/publication.h"

#include <math.h>

#include "base/json_out.h"

enum { BODY_BYTES = 64 * 1024, HASH_SHOWN = 12, COMPANY_COLUMNS = 12 };

static void pair_given(struct json_out *j, const char *key, const char *value)
{
	if (value != NULL)
		json_pair_text(j, key, slice_of(value));
}

static void print_wish(const struct options *o, struct buf *to)
{
	struct json_out j = json_out_on(to);
	json_open_object(&j);
	pair_given(&j, "reason", o->reason);
	pair_given(&j, "announce_at", o->announce_at);
	pair_given(&j, "ceremony_on", o->ceremony_on);
	json_key(&j, "readers");
	json_open_array(&j);
	for (size_t i = 0; i < o->readers_len; i++)
		json_text(&j, slice_of(o->readers[i]));
	json_close_array(&j);
	json_close_object(&j);
}

enum outcome publication_send(const struct session *s, const char *path, struct http_answer *answer)
{
	struct buf text;
	buf_init(&text, BODY_BYTES);
	print_wish(s->options, &text);
	if (buf_over(&text))
		options_refuse(s->options, "the reason is too long");
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

static void add_text(struct buf *to, const cJSON *object, const char *key, const struct view *view)
{
	text_add_safe(to, answer_text(object, key), view->set);
}

static void add_revision(struct buf *to, const cJSON *revision, const struct view *view)
{
	bool announced = answer_is_true(revision, "announced");
	buf_print(to, "revision %.0f  ", answer_number(revision, "revision"));
	text_add_safe(to, slice_cut(answer_text(revision, "sha256"), HASH_SHOWN), view->set);
	buf_add_text(to, announced ? "  announced " : "  not announced before ");
	add_text(to, revision, "announce_at", view);
	buf_add_text(to, "  ");
	add_text(to, revision, "reason", view);
	buf_add_byte(to, '\n');
}

static void add_figure(struct buf *to, const cJSON *company, const char *key,
		       const struct view *view, bool whole)
{
	const cJSON *figure = answer_member(company, key);
	const double sides[] = {answer_number(figure, "before"), answer_number(figure, "after")};
	buf_print(to, "  %s ", key);
	for (size_t i = 0; i < COUNT_OF(sides); i++) {
		if (i > 0)
			buf_add_text(to, " to ");
		if (whole && isfinite(sides[i]))
			buf_print(to, "%.0f", sides[i]);
		else
			view_add_number(to, view, sides[i]);
	}
}

static void add_change(struct buf *to, const cJSON *company, const struct view *view)
{
	struct buf code;
	buf_init(&code, BODY_BYTES);
	add_text(&code, company, "company", view);
	text_add_cell(to, buf_slice(&code), COMPANY_COLUMNS, TEXT_LEFT, view_set(view));
	buf_fini(&code);
	add_figure(to, company, "n", view, true);
	add_figure(to, company, "score", view, false);
	add_figure(to, company, "rank", view, true);
	buf_add_byte(to, '\n');
}

void publication_add_lists(struct buf *to, const cJSON *document, const struct view *view)
{
	const cJSON *difference = answer_member(document, "difference"), *element;
	cJSON_ArrayForEach(element, answer_member(document, "data"))
	{
		add_revision(to, element, view);
	}
	if (difference == NULL || cJSON_IsNull(difference))
		return;
	const cJSON *companies = answer_member(difference, "companies");
	buf_add_byte(to, '\n');
	view_add_count(to, cJSON_GetArraySize(companies), "company", "companies");
	buf_print(to, " changed since revision %.0f\n", answer_number(difference, "before"));
	cJSON_ArrayForEach(element, companies)
	{
		add_change(to, element, view);
	}
}
