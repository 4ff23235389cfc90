#include "api/publish_body.h"

#include <cjson/cJSON.h>

#include "base/clock.h"
#include "base/zone.h"
#include "decode/json_scan.h"
#include "store/key.h"

static enum status refuse_member(struct trouble *why, const char *words)
{
	return trouble_code(why, E_INPUT, "bad_body", "%s", words);
}

static bool is_text(const cJSON *value, struct slice *text)
{
	*text = cJSON_IsString(value) ? slice_of(value->valuestring) : SLICE_NONE;
	return text->at != NULL;
}

static enum status read_reason(const cJSON *value, struct arena *arena,
			       struct publish_request *request, struct trouble *why)
{
	struct slice text;
	if (!is_text(value, &text) || text.len == 0 || text.len > PUBLICATION_REASON_BYTES)
		return refuse_member(why, "reason is a text of 1 to 2000 bytes");
	request->reason = arena_copy(arena, text);
	return OK;
}

static enum status read_announce_at(const cJSON *value, struct arena *arena,
				    struct publish_request *request, struct trouble *why)
{
	struct slice text;
	(void)arena;
	if (!is_text(value, &text) || !clock_parse(text, &request->announce_at))
		return refuse_member(why, "announce_at is an instant with a zone, such as "
					  "2020-11-12T18:00:00+01:00");
	return OK;
}

static enum status read_ceremony_on(const cJSON *value, struct arena *arena,
				    struct publish_request *request, struct trouble *why)
{
	struct slice text;
	(void)arena;
	request->has_ceremony = true;
	if (!is_text(value, &text) || !day_parse(text, &request->ceremony_on))
		return refuse_member(why, "ceremony_on is a date, such as 2020-11-12");
	return OK;
}

static enum status read_readers(const cJSON *value, struct arena *arena,
				struct publish_request *request, struct trouble *why)
{
	struct slice *readers = arena_take_array(arena, PUBLICATION_READERS, sizeof(*readers));
	const cJSON *element;
	bool good = cJSON_IsArray(value) && readers != NULL;
	request->readers_len = 0;
	cJSON_ArrayForEach(element, value)
	{
		struct slice text;
		good = good && is_text(element, &text) && text.len <= KEY_ID_CHARS &&
		       request->readers_len < PUBLICATION_READERS;
		if (good)
			readers[request->readers_len++] = arena_copy(arena, text);
	}
	if (!good)
		return refuse_member(why, "readers are the ids of at most 64 keys");
	request->readers = readers;
	return OK;
}

static const struct {
	const char *name;
	enum status (*read)(const cJSON *value, struct arena *arena,
			    struct publish_request *request, struct trouble *why);
} members[] = {
	{"reason", read_reason},
	{"announce_at", read_announce_at},
	{"ceremony_on", read_ceremony_on},
	{"readers", read_readers},
};

static enum status read_member(const cJSON *member, struct arena *arena,
			       struct publish_request *request, struct trouble *why)
{
	for (size_t i = 0; i < COUNT_OF(members); i++)
		if (slice_is(slice_of(member->string), members[i].name))
			return members[i].read(member, arena, request, why);
	return refuse_member(why, "a publication has reason, announce_at, ceremony_on and readers");
}

static enum status read_tree(const cJSON *tree, struct arena *arena,
			     struct publish_request *request, struct trouble *why)
{
	const cJSON *member;
	enum status st = OK;
	if (!cJSON_IsObject(tree))
		return refuse_member(why, "the body is a JSON object");
	cJSON_ArrayForEach(member, tree)
	{
		if (st == OK)
			st = read_member(member, arena, request, why);
	}
	return st;
}

enum status publish_body_read(struct slice body, struct arena *arena,
			      struct publish_request *request, struct trouble *why)
{
	request->announce_at = CLOCK_NO_INSTANT;
	if (body.len == 0)
		return OK;
	if (json_check(body, JSON_DEPTH, JSON_KEYS, why) < 0)
		return refuse_member(why, "the body is a JSON object");
	cJSON *tree = cJSON_ParseWithLength(body.at, body.len);
	enum status st = read_tree(tree, arena, request, why);
	cJSON_Delete(tree);
	return st;
}
