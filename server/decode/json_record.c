#include "decode/json_record.h"

#include "decode/fault.h"
#include "decode/json_lex.h"
#include "decode/json_scan.h"

static const char not_json[] = "not_json";
static const char not_utf8[] = "not_utf8";
static const char not_an_object[] = "not_an_object";
static const char nested_value[] = "nested_value";
static const char duplicate_key[] = "duplicate_key";
static const char too_many_keys[] = "too_many_keys";
static const char too_many_fields[] = "too_many_fields";
static const char too_deep[] = "too_deep";
static const char nul_character[] = "nul_character";
static const char lone_surrogate[] = "lone_surrogate";
static const char field_too_long[] = "field_too_long";
static const char record_too_long[] = "record_too_long";

static const struct {
	const char *code, *expected;
} expectations[] = {
	{not_json, "one whole JSON value (RFC 8259), nothing before or behind it"},
	{not_utf8, "text in UTF-8"},
	{not_an_object, "a JSON object"},
	{nested_value, "a string, number, true, false or null, at most one named object deep"},
	{duplicate_key, "each key once in an object"},
	{too_many_keys, "at most 256 keys in an object"},
	{too_many_fields, "at most 512 values in a record"},
	{too_deep, "at most 16 objects and arrays within each other"},
	{nul_character, "text without the character NUL"},
	{lone_surrogate, "both halves of a surrogate pair"},
	{field_too_long, "at most 32768 bytes in a value"},
	{record_too_long, "a record that fits the memory set aside for it"},
};

/** One text being read. `fault_at` and `column` say where, if it goes wrong. */
struct reading {
	struct json_reader *reader;
	struct arena *arena;
	const char *at, *end;
	size_t fields_len;
	size_t depth;	     /**< 0 behind the end, 1 in the object, 2 in a named one */
	size_t keys_before;  /**< keys of the top object, while in a named one */
	bool just_opened;    /**< '}' may stand where a key would */
	struct slice group;  /**< the name of the named one */
	struct slice column; /**< the key last read */
	const char *fault_at;
};

void json_reader_init(struct json_reader *r)
{
	json_keys_init(&r->keys);
}

void json_reader_fini(struct json_reader *r)
{
	json_keys_fini(&r->keys);
}

static inline bool take(struct reading *g, char c)
{
	if (g->at == g->end || *g->at != c)
		g->at = json_skip_space(g->at, g->end);
	if (g->at == g->end || *g->at != c)
		return false;
	g->at++;
	return true;
}

static bool take_closing(struct reading *g)
{
	if (!take(g, '}'))
		return false;
	if (--g->depth == 1) {
		json_keys_forget(&g->reader->keys, g->keys_before);
		g->group = SLICE_NONE;
	}
	return true;
}

static const char *after_value(struct reading *g)
{
	while (g->depth > 0) {
		if (take(g, ','))
			return NULL;
		if (!take_closing(g))
			return not_json;
	}
	return NULL;
}

/** Makes *text the value that its raw text spells. */
static const char *unescape(struct reading *g, struct slice *text, unsigned doubts)
{
	if (doubts & JSON_NUL)
		return nul_character;
	if (doubts & JSON_LONE)
		return lone_surrogate;
	char *to = arena_take(g->arena, text->len);
	if (to == NULL)
		return record_too_long;
	*text = (struct slice){to, json_unescape(*text, to)};
	return NULL;
}

static const char *read_key(struct reading *g)
{
	struct json_keys *keys = &g->reader->keys;
	unsigned doubts = 0;
	if (!take(g, '"'))
		return not_json;
	g->fault_at = g->at;
	if (!json_lex_string(&g->at, g->end, &g->column, &doubts))
		return not_json;
	const char *code = doubts != 0 ? unescape(g, &g->column, doubts) : NULL;
	if (code != NULL)
		return code;
	if (keys->len - (g->depth == 2 ? g->keys_before : 0) == JSON_KEYS)
		return too_many_keys;
	if (!json_keys_add(keys, (uint32_t)g->depth, g->column))
		return duplicate_key;
	return take(g, ':') ? NULL : not_json;
}

static const char *read_scalar(struct reading *g)
{
	struct json_scalar scalar;
	if (!json_lex_scalar(&g->at, g->end, &scalar))
		return not_json;
	const char *code = scalar.doubts != 0 ? unescape(g, &scalar.raw, scalar.doubts) : NULL;
	if (code != NULL)
		return code;
	if (scalar.raw.len > DECODE_FIELD_BYTES)
		return field_too_long;
	if (g->fields_len == DECODE_FIELDS)
		return too_many_fields;
	g->reader->fields[g->fields_len++] = (struct field){
		.group = g->group, .name = g->column, .value = scalar.raw, .kind = scalar.kind};
	return after_value(g);
}

/** A group without a name would look like the top object to whoever reads the fields. */
static const char *open_named(struct reading *g)
{
	if (g->depth == 2 || g->column.len == 0)
		return nested_value;
	g->at++;
	g->depth = 2;
	g->keys_before = g->reader->keys.len;
	g->group = g->column;
	g->just_opened = true;
	return NULL;
}

static const char *read_member(struct reading *g)
{
	if (g->just_opened && take_closing(g)) {
		g->just_opened = false;
		return after_value(g);
	}
	g->just_opened = false;
	const char *code = read_key(g);
	if (code != NULL)
		return code;
	g->at = json_skip_space(g->at, g->end);
	g->fault_at = g->at;
	if (g->at < g->end && *g->at == '{')
		return open_named(g);
	if (g->at < g->end && *g->at == '[')
		return nested_value;
	return read_scalar(g);
}

static const char *read_text(struct reading *g, struct slice text)
{
	g->fault_at = text.at;
	if (!json_is_utf8(text))
		return not_utf8;
	if (!take(g, '{'))
		return not_an_object;
	g->depth = 1;
	g->just_opened = true;
	const char *code = NULL;
	while (code == NULL && g->depth > 0)
		code = read_member(g);
	if (code != NULL)
		return code;
	g->at = json_skip_space(g->at, g->end);
	return g->at == g->end ? NULL : not_json;
}

static const char *expected_of(const char *code)
{
	for (size_t i = 0; i < COUNT_OF(expectations); i++)
		if (strcmp(expectations[i].code, code) == 0)
			return expectations[i].expected;
	never("a code outside its table");
}

/** Reading stopped at the first fault. A text that is no JSON at all is called that,
 * whatever else was found in it before. */
static enum json_read refuse(const struct reading *g, const char *code, struct slice text,
			     uint64_t row, struct decode_fault *fault)
{
	struct slice column = g->column;
	size_t from = (size_t)(g->fault_at - text.at);
	struct json_verdict verdict = json_judge(text, JSON_DEPTH, JSON_KEYS);
	bool whole = json_is_whole(verdict);
	if (!whole) {
		code = verdict.code;
		column = SLICE_NONE;
		from = verdict.at;
	}
	fault_fill(fault, row, code, column, slice_from(text, from));
	fault_expect(fault, "%s", expected_of(code));
	return whole ? JSON_READ_BAD : JSON_READ_TORN;
}

enum json_read json_record_read(struct json_reader *r, struct slice text, struct arena *arena,
				struct record *record, struct decode_fault *fault)
{
	struct reading g = {.reader = r, .arena = arena, .at = text.at, .end = text.at + text.len};
	const char *code = read_text(&g, text);
	json_keys_forget(&r->keys, 0);
	if (code != NULL)
		return refuse(&g, code, text, record->row, fault);
	record->fields = r->fields;
	record->fields_len = g.fields_len;
	record->reading = NULL;
	record->sent = NULL;
	return JSON_READ_RECORD;
}
