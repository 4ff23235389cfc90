#include "provider/provider_words.h"

#include "channel/json_tree.h"

static bool has_word(const cJSON *list, const char *word)
{
	const cJSON *one;
	cJSON_ArrayForEach(one, list)
	{
		/* Meta lists them as texts, and in older versions as objects with a name. */
		if (slice_is(json_tree_string(one), word) ||
		    slice_is(json_tree_string(json_tree_at(one, "name")), word))
			return true;
	}
	return false;
}

bool messenger_is_subscribed(struct slice json, const char *field, struct arena *arena, bool *read)
{
	const char *why;
	const cJSON *data = json_tree_at(json_tree_read(json, arena, &why), "data"), *app;
	*read = cJSON_IsArray(data);
	cJSON_ArrayForEach(app, data)
	{
		if (has_word(json_tree_at(app, "subscribed_fields"), field))
			return true;
	}
	return false;
}

static bool ends_with(struct slice text, struct slice end)
{
	return text.len >= end.len && slice_equal(slice_from(text, text.len - end.len), end);
}

enum chatwoot_hook chatwoot_hook_of(struct slice json, struct slice path, struct arena *arena)
{
	const char *why;
	const cJSON *list = json_tree_at(json_tree_read(json, arena, &why), "payload.webhooks");
	const cJSON *hook;
	enum chatwoot_hook found = CHATWOOT_HOOK_NONE;
	if (!cJSON_IsArray(list))
		return CHATWOOT_HOOK_NOT_READ;
	cJSON_ArrayForEach(hook, list)
	{
		if (!ends_with(json_tree_string(json_tree_at(hook, "url")), path))
			continue;
		if (has_word(json_tree_at(hook, "subscriptions"), "message_updated"))
			return CHATWOOT_HOOK_GOOD;
		found = CHATWOOT_HOOK_DEAF;
	}
	return found;
}
