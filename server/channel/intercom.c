/** Intercom's conversation ratings, 1 to 5 with a remark.
 *
 * Source: Intercom's webhook topics, and conversation_rating of its OpenAPI 2.13.
 */
#include "channel/adapters.h"
#include "channel/heard_list.h"
#include "channel/json_tree.h"

/** The same notification sent again says how often, so its digest is another. */
size_t intercom_dedupe(const struct payload *payload, char key[ADAPTER_DEDUPE_BYTES])
{
	return json_tree_dedupe(payload->body, "id", key, ADAPTER_DEDUPE_BYTES);
}

static void hear_rating(struct heard_list *l, const cJSON *tree)
{
	const cJSON *item = json_tree_at(tree, "data.item");
	struct heard_answer answer = {
		.token = heard_list_text(l, json_tree_at(item, "custom_attributes.plaudit_token")),
		.contact = heard_list_text(l, json_tree_at(item, "id")),
		.place = heard_list_text(l, json_tree_at(tree, "app_id")),
		.question = SLICE("csat"),
		.value = heard_list_text(l, json_tree_at(item, "conversation_rating.rating")),
		.scale_min = 1,
		.scale_max = 5,
		.observed_at = json_tree_instant(json_tree_at(tree, "created_at")),
		.contacted_at = json_tree_instant(json_tree_at(item, "created_at")),
	};
	if (answer.value.len == 0) {
		heard_list_nothing(l, "no_rating");
		return;
	}
	heard_list_add(l, &answer);
	heard_list_add_comment(
		l, &answer, heard_list_text(l, json_tree_at(item, "conversation_rating.remark")));
}

static void hear_event(struct heard_list *l, const cJSON *tree, const struct payload *payload)
{
	(void)payload;
	struct slice topic = json_tree_string(json_tree_at(tree, "topic"));
	if (slice_is(topic, "conversation.rating.added") ||
	    slice_is(topic, "conversation.rating.remarked"))
		hear_rating(l, tree);
	else
		heard_list_nothing(l, "other_event");
}

enum status intercom_hear(const struct setup *setup, const struct payload *payload,
			  struct arena *arena, struct heard *heard, struct trouble *why)
{
	(void)setup;
	return heard_list_of_json(payload, hear_event, arena, heard, why);
}
