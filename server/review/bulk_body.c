#include "review/bulk_body.h"

#include <cjson/cJSON.h>

#include "base/clock.h"
#include "decode/json_scan.h"

static void delete_tree(void *tree)
{
	cJSON_Delete(tree);
}

static enum status expected(struct trouble *why, const char *member, const char *what)
{
	return trouble_code(why, E_INPUT, "bad_body", "%s: %s", member, what);
}

/** Every member's name is one of `names`, which ends with NULL. */
static enum status has_only(const cJSON *object, const char *const *names, struct trouble *why)
{
	const cJSON *member;
	cJSON_ArrayForEach(member, object)
	{
		size_t n = 0;
		while (names[n] != NULL && !slice_is(slice_of(member->string), names[n]))
			n++;
		if (names[n] == NULL)
			return expected(why, member->string, "there is no such member here");
	}
	return OK;
}

/** A text where the member is given; *text is SLICE_NONE where not. */
static enum status read_text(const cJSON *object, const char *name, size_t most, struct slice *text,
			     struct trouble *why)
{
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, name);
	*text = SLICE_NONE;
	if (member == NULL || cJSON_IsNull(member))
		return OK;
	if (!cJSON_IsString(member))
		return expected(why, name, "a text");
	*text = slice_of(member->valuestring);
	if (text->len == 0 || text->len > most)
		return expected(why, name, "a text that is neither empty nor too long");
	return OK;
}

static enum status read_status(const cJSON *tree, struct bulk_body *made, struct trouble *why)
{
	struct slice word = SLICE_NONE;
	enum status st = read_text(tree, "status", REVIEW_REASON_BYTES, &word, why);
	if (st < 0)
		return st;
	if (!review_state_from(word, &made->status) || made->status == REVIEW_DISPUTED)
		return expected(why, "status", "submitted, approved, returned or excluded");
	return read_text(tree, "reason", REVIEW_REASON_BYTES, &made->reason, why);
}

static enum status read_ids(const cJSON *list, struct arena *arena, struct bulk_body *made,
			    struct trouble *why)
{
	const cJSON *id;
	int len = cJSON_GetArraySize(list);
	if (!cJSON_IsArray(list) || len > REVIEW_IDS_MOST)
		return expected(why, "result_ids", "a list of at most 10000 texts");
	made->wishes = arena_take_array(arena, (size_t)len + 1, sizeof(*made->wishes));
	if (made->wishes == NULL)
		return expected(why, "result_ids", "fewer bytes");
	cJSON_ArrayForEach(id, list)
	{
		if (!cJSON_IsString(id))
			return expected(why, "result_ids", "texts");
		made->wishes[made->wishes_len++] = (struct review_wish){
			.result_id = slice_of(id->valuestring), .status = made->status};
	}
	return OK;
}

static enum status read_place(const cJSON *where, const struct programme *p,
			      struct review_filter *f, struct trouble *why)
{
	struct slice company = SLICE_NONE, channel = SLICE_NONE;
	enum status st = read_text(where, "company", PROGRAMME_CODE_BYTES, &company, why);
	if (st == OK)
		st = read_text(where, "channel", PROGRAMME_CODE_BYTES, &channel, why);
	if (st < 0)
		return st;
	if (company.len > 0)
		f->company = programme_find_company(p, company);
	if (channel.len > 0)
		f->channel = programme_find_channel(p, channel);
	if (company.len > 0 && f->company < 0)
		return expected(why, "company", "the code of a company of the programme");
	if (channel.len > 0 && f->channel < 0)
		return expected(why, "channel", "the code of a channel of the programme");
	return OK;
}

static enum status read_filter(const cJSON *where, const struct programme *p,
			       struct review_filter *f, struct trouble *why)
{
	static const char *const names[] = {"status", "company", "channel", "contacted_before",
					    NULL};
	struct slice status = SLICE_NONE, before = SLICE_NONE;
	enum review_state state;
	*f = (struct review_filter){-1, -1, -1, CLOCK_NO_INSTANT};
	if (!cJSON_IsObject(where))
		return expected(why, "where", "an object");
	enum status st = has_only(where, names, why);
	if (st == OK)
		st = read_text(where, "status", PROGRAMME_CODE_BYTES, &status, why);
	if (st == OK)
		st = read_text(where, "contacted_before", PROGRAMME_CODE_BYTES, &before, why);
	if (st == OK)
		st = read_place(where, p, f, why);
	if (st < 0)
		return st;
	if (status.len > 0 && !review_state_from(status, &state))
		return expected(why, "where.status", "a status of results");
	if (status.len > 0)
		f->status = (int)state;
	if (before.len > 0 && !clock_parse(before, &f->contacted_before))
		return expected(why, "contacted_before", "RFC 3339 with a zone");
	return OK;
}

enum status bulk_body_read(struct slice body, const struct programme *p, struct arena *arena,
			   struct bulk_body *made, struct trouble *why)
{
	static const char *const names[] = {"status", "reason", "result_ids", "where", NULL};
	*made = (struct bulk_body){0};
	/* A name that cJSON cuts at \u0000 would be another result's. */
	if (json_check(body, JSON_DEPTH, JSON_KEYS, why) < 0)
		return expected(why, "body", "a JSON object, every member once, without \\u0000");
	cJSON *tree = cJSON_ParseWithLength(body.at, body.len);
	if (!cJSON_IsObject(tree)) {
		cJSON_Delete(tree);
		return expected(why, "body", "a JSON object");
	}
	arena_defer(arena, delete_tree, tree);
	const cJSON *ids = cJSON_GetObjectItemCaseSensitive(tree, "result_ids");
	const cJSON *where = cJSON_GetObjectItemCaseSensitive(tree, "where");
	enum status st = has_only(tree, names, why);
	if (st == OK)
		st = read_status(tree, made, why);
	if (st < 0)
		return st;
	if ((ids == NULL) == (where == NULL))
		return expected(why, "body", "either result_ids or where");
	made->filtered = where != NULL;
	return where != NULL ? read_filter(where, p, &made->filter, why)
			     : read_ids(ids, arena, made, why);
}
