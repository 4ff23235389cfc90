/** Zendesk's webhooks send what their owner writes, so the body is ours: docs/channels.md. */
#include "channel/adapters.h"
#include "channel/heard_list.h"
#include "channel/json_tree.h"

#include "base/clock.h"

size_t zendesk_dedupe(const struct payload *payload, char key[ADAPTER_DEDUPE_BYTES])
{
	return payload_dedupe_header(payload, "x-zendesk-webhook-invocation-id", key,
				     ADAPTER_DEDUPE_BYTES);
}

/** "good" and "bad" are two of two: no middle of a longer scale is made of them. */
static void take_score(struct heard_answer *answer, struct slice score)
{
	bool good = slice_equal_ignoring_case(score, SLICE("good"));
	bool two = good || slice_equal_ignoring_case(score, SLICE("bad"));
	answer->scale_min = 1;
	answer->scale_max = two ? 2 : 5;
	answer->value = !two ? score : good ? SLICE("2") : SLICE("1");
}

static int64_t sent_at(const struct payload *payload)
{
	int64_t at;
	struct slice time = payload_header(payload, "x-zendesk-webhook-signature-timestamp");
	return clock_parse(time, &at) ? at : CLOCK_NO_INSTANT;
}

static void hear_ticket(struct heard_list *l, const cJSON *tree, const struct payload *payload)
{
	struct heard_answer answer = {
		.token = heard_list_text(l, json_tree_at(tree, "token")),
		.contact = heard_list_text(l, json_tree_at(tree, "ticket_id")),
		.place = heard_list_text(l, json_tree_at(tree, "place")),
		.question = SLICE("csat"),
		.observed_at = sent_at(payload),
		.contacted_at = json_tree_instant(json_tree_at(tree, "created_at")),
	};
	take_score(&answer, heard_list_text(l, json_tree_at(tree, "score")));
	if (answer.value.len == 0)
		heard_list_nothing(l, "no_rating");
	heard_list_add(l, &answer);
	heard_list_add_comment(l, &answer, heard_list_text(l, json_tree_at(tree, "comment")));
}

enum status zendesk_hear(const struct setup *setup, const struct payload *payload,
			 struct arena *arena, struct heard *heard, struct trouble *why)
{
	(void)setup;
	return heard_list_of_json(payload, hear_ticket, arena, heard, why);
}
