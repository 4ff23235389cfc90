/** Formbricks' finished responses: one answer for each element of the survey.
 *
 * Source: Formbricks' docs/platform/features/integrations/webhooks.mdx and packages/types.
 */
#include "channel/adapters.h"
#include "channel/heard_list.h"
#include "channel/json_tree.h"

enum { TOKEN_CHARS = 20 };

static const char token_field[] = "plaudit_token";

size_t formbricks_dedupe(const struct payload *payload, char key[ADAPTER_DEDUPE_BYTES])
{
	return payload_dedupe_header(payload, "webhook-id", key, ADAPTER_DEDUPE_BYTES);
}

/** Formbricks makes single-use ids of its own, too; none of them is as long as a token. */
static struct slice token_of(struct heard_list *l, const cJSON *response, const cJSON *elements)
{
	struct slice token = heard_list_text(
		l, cJSON_GetObjectItemCaseSensitive(elements, token_field));
	struct slice single_use = heard_list_text(l, json_tree_at(response, "singleUseId"));
	if (token.len == 0 && single_use.len == TOKEN_CHARS)
		return single_use;
	return token;
}

static void hear_response(struct heard_list *l, const cJSON *response)
{
	const cJSON *elements = json_tree_at(response, "data"), *element;
	struct heard_answer answer = {
		.token = token_of(l, response, elements),
		.contact = heard_list_text(l, json_tree_at(response, "id")),
		.place = heard_list_text(l, json_tree_at(response, "surveyId")),
		.observed_at = json_tree_instant(json_tree_at(response, "updatedAt")),
		.contacted_at = json_tree_instant(json_tree_at(response, "createdAt")),
	};
	cJSON_ArrayForEach(element, elements)
	{
		answer.question = slice_of(element->string);
		answer.value = heard_list_text(l, element);
		if (element->string != NULL && !slice_is(answer.question, token_field))
			heard_list_add(l, &answer);
	}
}

static void hear_event(struct heard_list *l, const cJSON *tree, const struct payload *payload)
{
	(void)payload;
	struct slice event = json_tree_string(json_tree_at(tree, "event"));
	if (!slice_is(event, "responseFinished") && !slice_is(event, "responseUpdated"))
		heard_list_nothing(l, "other_event");
	else if (!cJSON_IsTrue(json_tree_at(tree, "data.finished")))
		heard_list_nothing(l, "unfinished");
	else
		hear_response(l, json_tree_at(tree, "data"));
}

enum status formbricks_hear(const struct setup *setup, const struct payload *payload,
			    struct arena *arena, struct heard *heard, struct trouble *why)
{
	(void)setup;
	return heard_list_of_json(payload, hear_event, arena, heard, why);
}
