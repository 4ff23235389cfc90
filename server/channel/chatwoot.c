/** Chatwoot's CSAT survey: one message that is updated with the rating, then with the words, and as
 * often as the customer changes his mind.
 *
 * Source: Chatwoot's webhook_listener.rb and csat_survey_controller.rb, docs/channels.md.
 */
#include "base/clock.h"
#include "channel/adapters.h"
#include "channel/heard_list.h"
#include "channel/json_tree.h"

static const int64_t second_us = INT64_C(1000000), changeable_us = INT64_C(14) * 86400 * 1000000;

/** The deepest first: of this conversation rather than of its customer. */
static const char *const token_places[] = {
	"conversation.custom_attributes.plaudit_token",
	"custom_attributes.plaudit_token",
	"conversation.meta.sender.custom_attributes.plaudit_token",
	"contact.custom_attributes.plaudit_token",
	"sender.custom_attributes.plaudit_token",
};

size_t chatwoot_dedupe(const struct payload *payload, char key[ADAPTER_DEDUPE_BYTES])
{
	return payload_dedupe_header(payload, "x-chatwoot-delivery", key, ADAPTER_DEDUPE_BYTES);
}

static struct slice token_of(struct heard_list *l, const cJSON *tree)
{
	for (size_t i = 0; i < COUNT_OF(token_places); i++) {
		struct slice token = heard_list_text(l, json_tree_at(tree, token_places[i]));
		if (token.len > 0)
			return token;
	}
	return SLICE_NONE;
}

static int64_t sent_at(const struct payload *p)
{
	static const int64_t epoch_s = INT64_C(946684800), most_s = INT64_C(7258118400);
	int64_t seconds;
	if (!slice_to_int64(payload_header(p, "x-chatwoot-timestamp"), &seconds) ||
	    seconds < epoch_s || seconds > most_s)
		return p->received_at;
	return (seconds - epoch_s) * second_us;
}

static struct slice first_text(struct heard_list *l, const cJSON *tree, const char *path,
			       const char *otherwise)
{
	struct slice text = heard_list_text(l, json_tree_at(tree, path));
	return text.len > 0 ? text : heard_list_text(l, json_tree_at(tree, otherwise));
}

static void hear_survey(struct heard_list *l, const cJSON *tree, const struct payload *payload)
{
	const cJSON *response = json_tree_at(
		tree, "content_attributes.submitted_values.csat_survey_response");
	struct heard_answer answer = {
		.token = token_of(l, tree),
		.place = first_text(l, tree, "inbox.id", "conversation.inbox_id"),
		.question = SLICE("csat"),
		.value = heard_list_text(l, json_tree_at(response, "rating")),
		.scale_min = 1,
		.scale_max = 5,
		.observed_at = sent_at(payload),
		.contacted_at = json_tree_instant(json_tree_at(tree, "created_at")),
	};
	struct slice message = heard_list_text(l, json_tree_at(tree, "id"));
	if (answer.value.len == 0) {
		heard_list_nothing(l, "no_rating");
		return;
	}
	if (answer.contacted_at != CLOCK_NO_INSTANT &&
	    answer.observed_at - answer.contacted_at > changeable_us) {
		heard_list_nothing(l, "changed_too_late");
		return;
	}
	if (answer.contacted_at == CLOCK_NO_INSTANT)
		answer.contacted_at = json_tree_instant(
			json_tree_at(tree, "conversation.created_at"));
	if (message.len > 0)
		answer.contact = heard_list_joined(
			l, heard_list_text(l, json_tree_at(tree, "account.id")), message,
			SLICE_NONE);
	heard_list_add(l, &answer);
	heard_list_add_comment(l, &answer,
			       heard_list_text(l, json_tree_at(response, "feedback_message")));
}

static void hear_event(struct heard_list *l, const cJSON *tree, const struct payload *payload)
{
	if (!slice_is(json_tree_string(json_tree_at(tree, "event")), "message_updated"))
		heard_list_nothing(l, "other_event");
	else if (!slice_is(json_tree_string(json_tree_at(tree, "content_type")), "input_csat"))
		heard_list_nothing(l, "other_message");
	else
		hear_survey(l, tree, payload);
}

enum status chatwoot_hear(const struct setup *setup, const struct payload *payload,
			  struct arena *arena, struct heard *heard, struct trouble *why)
{
	(void)setup;
	return heard_list_of_json(payload, hear_event, arena, heard, why);
}
