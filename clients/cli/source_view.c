#include "cli/source_view.h"

#include "cli/answer.h"
#include "cli/listing_view.h"

/* One */

static void add_line(struct buf *to, const char *title, struct slice text, const struct view *view)
{
	if (text.len == 0)
		return;
	buf_print(to, "%-9s ", title);
	text_add_safe(to, text, view->set);
	buf_add_byte(to, '\n');
}

static void add_secrets(struct buf *to, const cJSON *source, const struct view *view)
{
	const cJSON *secret = NULL;
	cJSON_ArrayForEach(secret, answer_member(source, "secrets"))
	{
		buf_add_text(to, "secret    ");
		text_add_safe(to, answer_text(secret, "name"), view->set);
		buf_print(to, " %.0f, since ", answer_number(secret, "number"));
		text_add_safe(to, answer_text(secret, "since"), view->set);
		buf_add_byte(to, '\n');
	}
}

static void add_health(struct buf *to, const cJSON *source, const struct view *view)
{
	const cJSON *health = answer_member(source, "health");
	buf_print(to,
		  "health    %.0f taken, %.0f repeated, %.0f refused, %.0f waiting, %.0f failed\n",
		  answer_number(health, "taken"), answer_number(health, "repeated"),
		  answer_number(health, "refused"), answer_number(health, "waiting"),
		  answer_number(health, "failed"));
	add_line(to, "taken", answer_text(health, "last_taken_at"), view);
}

enum status source_view_draw(struct buf *to, const cJSON *source, const struct view *view,
			     struct trouble *why)
{
	if (answer_text(source, "source").len == 0)
		return trouble(why, E_INPUT, "the server's answer is not a source");
	const cJSON *document = answer_member(source, "document");
	add_line(to, "source", answer_text(source, "source"), view);
	add_line(to, "kind", answer_text(source, "kind"), view);
	add_line(to, "programme", answer_text(document, "programme"), view);
	add_line(to, "wave", answer_text(document, "wave"), view);
	add_line(to, "channel", answer_text(document, "channel"), view);
	buf_print(to, "revision  %.0f%s\n", answer_number(source, "revision"),
		  answer_is_true(source, "paused") ? ", paused" : "");
	add_line(to, "hook", answer_text(source, "hook_url"), view);
	add_line(to, "mail", answer_text(source, "mail_address"), view);
	add_line(to, "agi", answer_text(source, "agi_path"), view);
	add_line(to, "widget", answer_text(source, "widget_html"), view);
	add_secrets(to, source, view);
	add_health(to, source, view);
	return OK;
}

/* A page */

enum status source_view_list(struct buf *to, const cJSON *document, const struct view *view,
			     struct trouble *why)
{
	static const struct listing_column columns[] = {
		{"source", "source"},
		{"kind", "kind"},
		{"document.wave", "wave"},
		{"health.taken", "taken"},
		{"health.repeated", "repeated"},
		{"health.refused", "refused"},
		{"health.waiting", "waiting"},
		{"health.failed", "failed"},
		{"health.last_taken_at", "last taken"},
	};
	return listing_view_draw(to, document, columns, COUNT_OF(columns), view, why);
}

/* What is wrong */

static const struct {
	const char *word, *meaning;
} refusals[] = {
	{"missing", "it was not signed: does the provider have the secret?"},
	{"wrong", "it was signed with another secret, or is somebody else's"},
	{"stale", "it was signed too long ago, or ahead: is a clock wrong?"},
};

static void add_refusal(struct buf *to, const cJSON *health, const struct view *view)
{
	struct slice word = answer_text(health, "last_refusal");
	text_add_safe(to, word, view->set);
	for (size_t i = 0; i < COUNT_OF(refusals); i++)
		if (slice_is(word, refusals[i].word))
			buf_print(to, ", %s", refusals[i].meaning);
	buf_add_byte(to, '\n');
}

/** Instants of the server compare as texts. */
static bool is_refused_last(const cJSON *health)
{
	struct slice refused = answer_text(health, "last_refused_at");
	return refused.len > 0 && slice_compare(refused, answer_text(health, "last_taken_at")) > 0;
}

static unsigned check_what_comes(struct buf *to, const cJSON *health, const struct view *view,
				 double hours)
{
	double quiet = answer_number(health, "quiet_hours");
	bool never = !(answer_number(health, "taken") + answer_number(health, "repeated") > 0);
	unsigned wrong = 0;
	if (quiet >= hours) {
		buf_print(to, "quiet: nothing was taken %s%.0f hours\n",
			  never ? "ever, and it is connected for " : "for ", quiet);
		wrong++;
	}
	if (is_refused_last(health)) {
		buf_print(to, "refused: %.0f so far, the last at ",
			  answer_number(health, "refused"));
		text_add_safe(to, answer_text(health, "last_refused_at"), view->set);
		buf_add_text(to, ": ");
		add_refusal(to, health, view);
		wrong++;
	}
	return wrong;
}

/** What the health has no words for. */
static const char *const only_checked[] = {"wave",     "secret", "address", "clock",
					   "messages", "pull",	 "webhook"};

static bool is_only_checked(struct slice check)
{
	for (size_t i = 0; i < COUNT_OF(only_checked); i++)
		if (slice_is(check, only_checked[i]))
			return true;
	return false;
}

static unsigned add_found(struct buf *to, const cJSON *report, const struct view *view)
{
	const cJSON *found = NULL;
	unsigned wrong = 0;
	cJSON_ArrayForEach(found, answer_member(report, "checks"))
	{
		struct slice check = answer_text(found, "check");
		if (answer_is_true(found, "ok") || !is_only_checked(check))
			continue;
		text_add_safe(to, check, view->set);
		buf_add_text(to, ": ");
		text_add_safe(to, answer_text(found, "words"), view->set);
		buf_add_byte(to, '\n');
		wrong++;
	}
	return wrong;
}

unsigned source_view_check(struct buf *to, const cJSON *source, const cJSON *report,
			   const struct view *view, double hours)
{
	const cJSON *health = answer_member(source, "health");
	unsigned wrong = check_what_comes(to, health, view, hours);
	if (answer_number(health, "failed") > 0) {
		buf_print(to, "failed: %.0f were stored and could not be understood\n",
			  answer_number(health, "failed"));
		wrong++;
	}
	if (answer_number(health, "faults") > 0) {
		buf_add_text(to, "faults: the programme was changed since, and the document no "
				 "longer fits it: put it again\n");
		wrong++;
	}
	if (answer_is_true(source, "paused")) {
		buf_add_text(to, "paused: what is sent is stored and not counted\n");
		wrong++;
	}
	wrong += add_found(to, report, view);
	if (wrong == 0)
		buf_print(to, "well: %.0f taken, %.0f waiting to be read\n",
			  answer_number(health, "taken"), answer_number(health, "waiting"));
	return wrong;
}
