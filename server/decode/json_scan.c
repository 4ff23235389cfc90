#include "decode/json_scan.h"

#include "base/arena.h"
#include "decode/json_keys.h"
#include "decode/json_lex.h"

struct level {
	bool is_object;
	size_t keys_before; /**< keys of the objects around this one */
};

struct scan {
	const char *start, *at, *end;
	struct level *levels;
	size_t depth, depth_limit, keys_limit;
	bool just_opened; /**< a container may close before its first member only */
	bool too_deep;
	struct json_keys keys;
	struct arena unescaped;	     /**< keys that had escapes */
	struct json_verdict promise; /**< the first one broken */
};

static void doubt(struct scan *s, const char *code, const char *at)
{
	if (s->promise.code == NULL)
		s->promise = (struct json_verdict){code, (size_t)(at - s->start)};
}

static void doubt_string(struct scan *s, unsigned doubts, const char *at)
{
	if (doubts & JSON_NUL)
		doubt(s, "nul_character", at);
	else if (doubts & JSON_LONE)
		doubt(s, "lone_surrogate", at);
}

static bool take(struct scan *s, char c)
{
	s->at = json_skip_space(s->at, s->end);
	if (s->at == s->end || *s->at != c)
		return false;
	s->at++;
	return true;
}

static struct level *inner(struct scan *s)
{
	return &s->levels[s->depth - 1];
}

static bool open_container(struct scan *s, bool is_object)
{
	if (s->depth == s->depth_limit) {
		s->too_deep = true;
		return false;
	}
	s->levels[s->depth++] = (struct level){is_object, s->keys.len};
	s->just_opened = true;
	return true;
}

static bool take_closing(struct scan *s)
{
	if (!take(s, inner(s)->is_object ? '}' : ']'))
		return false;
	json_keys_forget(&s->keys, inner(s)->keys_before);
	s->depth--;
	return true;
}

/** Behind a value: closes what closes here, up to a comma or the end of all. */
static bool after_value(struct scan *s)
{
	s->just_opened = false;
	while (s->depth > 0) {
		if (take(s, ','))
			return true;
		if (!take_closing(s))
			return false;
	}
	return true;
}

static bool value(struct scan *s)
{
	struct json_scalar scalar;
	if (take(s, '{'))
		return open_container(s, true);
	if (take(s, '['))
		return open_container(s, false);
	const char *from = s->at;
	if (!json_lex_scalar(&s->at, s->end, &scalar))
		return false;
	doubt_string(s, scalar.doubts, from);
	return after_value(s);
}

static void remember_key(struct scan *s, struct slice raw, unsigned doubts)
{
	if (s->keys.len - inner(s)->keys_before == s->keys_limit) {
		doubt(s, "too_many_keys", raw.at);
		return;
	}
	if (doubts & JSON_ESCAPED) {
		char *to = arena_take(&s->unescaped, raw.len);
		must(to != NULL);
		raw = (struct slice){to, json_unescape(raw, to)};
	}
	if (!json_keys_add(&s->keys, (uint32_t)s->depth, raw))
		doubt(s, "duplicate_key", s->at);
}

static bool key(struct scan *s)
{
	struct slice raw;
	unsigned doubts = 0;
	if (!take(s, '"'))
		return false;
	const char *from = s->at;
	if (!json_lex_string(&s->at, s->end, &raw, &doubts))
		return false;
	doubt_string(s, doubts, from);
	if ((doubts & (JSON_NUL | JSON_LONE)) == 0)
		remember_key(s, raw, doubts);
	return take(s, ':');
}

static bool member(struct scan *s)
{
	if (s->just_opened && take_closing(s))
		return after_value(s);
	s->just_opened = false;
	if (inner(s)->is_object && !key(s))
		return false;
	return value(s);
}

static bool whole_text(struct scan *s)
{
	bool ok = value(s);
	while (ok && s->depth > 0)
		ok = member(s);
	if (!ok)
		return false;
	s->at = json_skip_space(s->at, s->end);
	return s->at == s->end;
}

struct json_verdict json_judge(struct slice text, size_t depth_limit, size_t keys_limit)
{
	struct scan s = {
		.start = text.at,
		.at = text.at,
		.end = text.len > 0 ? text.at + text.len : text.at,
		.depth_limit = depth_limit,
		.keys_limit = keys_limit,
	};
	if (text.len == 0)
		return (struct json_verdict){"not_json", 0};
	s.levels = memory_new((depth_limit + 1) * sizeof(*s.levels));
	json_keys_init(&s.keys);
	arena_init(&s.unescaped, text.len);
	if (!json_is_utf8(text))
		doubt(&s, "not_utf8", s.start);
	bool ok = whole_text(&s);
	struct json_verdict verdict = s.promise;
	if (!ok)
		verdict = (struct json_verdict){s.too_deep ? "too_deep" : "not_json",
						(size_t)(s.at - s.start)};
	arena_fini(&s.unescaped);
	json_keys_fini(&s.keys);
	memory_free(s.levels);
	return verdict;
}

static const struct {
	const char *code;
	enum status status;
	const char *words;
} refusals[] = {
	{"not_json", E_INPUT, "the text is not JSON"},
	{"not_utf8", E_INPUT, "the text is not UTF-8"},
	{"duplicate_key", E_INPUT, "a key stands twice in one object"},
	{"lone_surrogate", E_INPUT, "an escape is half of a surrogate pair"},
	{"nul_character", E_INPUT, "a string holds the character NUL"},
	{"too_many_keys", E_LIMIT, "an object has too many keys"},
	{"too_deep", E_LIMIT, "objects and arrays lie too deep in each other"},
};

enum status json_check(struct slice text, size_t depth_limit, size_t keys_limit,
		       struct trouble *why)
{
	struct json_verdict verdict = json_judge(text, depth_limit, keys_limit);
	if (verdict.code == NULL)
		return OK;
	for (size_t i = 0; i < COUNT_OF(refusals); i++)
		if (strcmp(refusals[i].code, verdict.code) == 0)
			return trouble_code(why, refusals[i].status, verdict.code, "%s (byte %zu)",
					    refusals[i].words, verdict.at);
	never("a refusal outside its table");
}
