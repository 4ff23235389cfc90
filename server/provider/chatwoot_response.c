#include "provider/chatwoot_response.h"

#include <openssl/sha.h>
#include <stdio.h>

#include "base/json_out.h"
#include "channel/digest_text.h"
#include "channel/json_tree.h"

enum { DIGEST_BYTES = 16 };

static const char *const token_key = "plaudit_token";

static int64_t number_at(const cJSON *tree, const char *path)
{
	static const double most = 9007199254740992.0;
	const cJSON *value = json_tree_at(tree, path);
	if (!cJSON_IsNumber(value) || !(value->valuedouble > 0) || value->valuedouble > most)
		return 0;
	return (int64_t)value->valuedouble;
}

static void make_key(struct chatwoot_response *r)
{
	unsigned char digest[SHA256_DIGEST_LENGTH];
	char hex[2 * DIGEST_BYTES + 1] = "";
	struct buf text;
	buf_init(&text, 1 << 20);
	buf_add_int(&text, r->rating);
	buf_add_byte(&text, '\n');
	buf_add(&text, r->words);
	SHA256((const unsigned char *)text.at, text.len, digest);
	buf_fini(&text);
	digest_print_hex(digest, DIGEST_BYTES, hex);
	(void)snprintf(r->key, sizeof(r->key), "pull:%lld:%s", (long long)r->id, hex);
}

static bool read_entry(const cJSON *entry, struct chatwoot_response *r)
{
	*r = (struct chatwoot_response){
		.id = number_at(entry, "id"),
		.message_id = number_at(entry, "message_id"),
		.rating = number_at(entry, "rating"),
		.conversation_id = number_at(entry, "conversation_id"),
		.created_at_s = number_at(entry, "created_at"),
		.words = json_tree_string(json_tree_at(entry, "feedback_message")),
		.token = json_tree_string(
			json_tree_at(entry, "contact.custom_attributes.plaudit_token"))};
	if (r->id == 0 || r->message_id == 0 || r->rating == 0)
		return false;
	make_key(r);
	return true;
}

bool chatwoot_page_read(struct slice json, struct arena *arena, struct chatwoot_response **list,
			size_t *len, size_t *entries)
{
	const char *why;
	const cJSON *tree = json_tree_read(json, arena, &why), *entry;
	*len = *entries = 0;
	*list = arena_take_array(arena, CHATWOOT_PAGE_MOST, sizeof(**list));
	if (!cJSON_IsArray(tree) || *list == NULL)
		return false;
	cJSON_ArrayForEach(entry, tree)
	{
		++*entries;
		if (*len < CHATWOOT_PAGE_MOST && read_entry(entry, &(*list)[*len]))
			++*len;
	}
	return true;
}

static void print_token(struct json_out *j, struct slice token)
{
	json_key(j, "custom_attributes");
	json_open_object(j);
	if (token.len > 0)
		json_pair_text(j, token_key, token);
	json_close_object(j);
}

/** Of the conversation first: it is told of this contact, and its customer may have had others. */
static void print_conversation(struct json_out *j, const struct chatwoot_response *r,
			       const cJSON *tree)
{
	struct slice own = json_tree_string(json_tree_at(tree, "custom_attributes.plaudit_token"));
	struct slice sender = json_tree_string(
		json_tree_at(tree, "meta.sender.custom_attributes.plaudit_token"));
	int64_t inbox = number_at(tree, "inbox_id");
	json_key(j, "conversation");
	json_open_object(j);
	if (r->conversation_id > 0)
		json_pair_int(j, "id", r->conversation_id);
	if (inbox > 0)
		json_pair_int(j, "inbox_id", inbox);
	print_token(j, own);
	json_key(j, "meta");
	json_open_object(j);
	json_key(j, "sender");
	json_open_object(j);
	print_token(j, sender.len > 0 ? sender : r->token);
	json_close_object(j);
	json_close_object(j);
	json_close_object(j);
}

static void print_survey(struct json_out *j, const struct chatwoot_response *r)
{
	json_key(j, "content_attributes");
	json_open_object(j);
	json_key(j, "submitted_values");
	json_open_object(j);
	json_key(j, "csat_survey_response");
	json_open_object(j);
	json_pair_int(j, "rating", r->rating);
	if (r->words.len > 0)
		json_pair_text(j, "feedback_message", r->words);
	json_close_object(j);
	json_close_object(j);
	json_close_object(j);
}

bool chatwoot_response_body(const struct chatwoot_response *r, struct slice account,
			    struct slice conversation, struct arena *arena, struct buf *to)
{
	const char *why;
	const cJSON *tree = NULL;
	if (conversation.len > 0) {
		tree = json_tree_read(conversation, arena, &why);
		if (!cJSON_IsObject(tree))
			return false;
	}
	struct json_out j = json_out_on(to);
	json_open_object(&j);
	json_pair_text(&j, "event", SLICE("message_updated"));
	json_pair_int(&j, "id", r->message_id);
	json_pair_text(&j, "content_type", SLICE("input_csat"));
	print_survey(&j, r);
	if (r->created_at_s > 0)
		json_pair_int(&j, "created_at", r->created_at_s);
	print_conversation(&j, r, tree);
	json_key(&j, "account");
	json_open_object(&j);
	json_pair_text(&j, "id", account);
	json_close_object(&j);
	json_close_object(&j);
	return !buf_over(to);
}
