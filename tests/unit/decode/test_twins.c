/* Two ways to one record: the slice and the unescaped copy, our reader and cJSON. */
#include <stdio.h>

#include "said.h"

#include "cjson_twin.h"
#include "decode/json_record.h"
#include "decode/json_scan.h"

static uint64_t state = 20260823;

static unsigned pick(unsigned below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)(state >> 33) % below;
}

/** A character as UTF-16 units, and the same in UTF-8 as it may stand in a string. */
static const struct {
	const char *escaped, *plain;
} characters[] = {
	{"\\u0061", "a"},
	{"\\u007a", "z"},
	{"\\u0020", " "},
	{"\\u002F", "/"},
	{"\\u007f", "\x7F"},
	{"\\u0080", "\xC2\x80"},
	{"\\u00E9", "\xC3\xA9"},
	{"\\u07ff", "\xDF\xBF"},
	{"\\u0800", "\xE0\xA0\x80"},
	{"\\uC6B0", "\xEC\x9A\xB0"},
	{"\\uD7FF", "\xED\x9F\xBF"},
	{"\\uE000", "\xEE\x80\x80"},
	{"\\uffff", "\xEF\xBF\xBF"},
	{"\\uD800\\uDC00", "\xF0\x90\x80\x80"},
	{"\\ud83d\\ude00", "\xF0\x9F\x98\x80"},
	{"\\uDBFF\\uDFFF", "\xF4\x8F\xBF\xBF"},
};

/** The same string into both, always escaped into one, never into the other. */
static void add_string(struct buf *escaped, struct buf *plain, const char *prefix)
{
	unsigned len = pick(20);
	buf_print(escaped, "\"\\u006b%s", prefix);
	buf_print(plain, "\"k%s", prefix);
	for (unsigned i = 0; i < len; i++) {
		size_t c = pick(COUNT_OF(characters));
		buf_add_text(escaped, characters[c].escaped);
		buf_add_text(plain, characters[c].plain);
	}
	buf_add_text(escaped, "\"");
	buf_add_text(plain, "\"");
}

static void add_value(struct buf *escaped, struct buf *plain)
{
	static const char *const values[] = {
		"0", "-1.5e-3", "12345678901234567890", "true", "false", "null", "1E400", "0.1"};
	if (pick(2) == 0) {
		add_string(escaped, plain, "");
		return;
	}
	size_t v = pick(COUNT_OF(values));
	buf_add_text(escaped, values[v]);
	buf_add_text(plain, values[v]);
}

static void add_members(struct buf *escaped, struct buf *plain, unsigned depth)
{
	unsigned count = pick(9);
	buf_add_text(escaped, "{");
	buf_add_text(plain, " { ");
	for (unsigned i = 0; i < count; i++) {
		char prefix[12];
		snprintf(prefix, sizeof(prefix), "%u", i);
		if (i > 0) {
			buf_add_text(escaped, ",");
			buf_add_text(plain, "\t,");
		}
		add_string(escaped, plain, prefix);
		buf_add_text(escaped, ":");
		buf_add_text(plain, " : ");
		if (depth == 1 && pick(6) == 0)
			add_members(escaped, plain, 2);
		else
			add_value(escaped, plain);
	}
	buf_add_text(escaped, "}");
	buf_add_text(plain, "}\r");
}

static struct json_reader reader;

static struct record given_record(struct buf *text, struct arena *arena, struct buf *told)
{
	struct record record = {.row = 1};
	struct decode_fault fault;
	enum json_read read = json_record_read(&reader, buf_slice(text), arena, &record, &fault);
	cr_assert_eq(read, JSON_READ_RECORD, "%s for %.*s", fault.code,
		     SLICE_ARGS(buf_slice(text)));
	cr_assert_eq(json_check(buf_slice(text), JSON_DEPTH, JSON_KEYS, NULL), OK);
	cr_assert(cjson_agrees(buf_slice(text), &record), "cJSON reads %.*s otherwise",
		  SLICE_ARGS(buf_slice(text)));
	for (size_t i = 0; i < record.fields_len; i++) {
		const struct field *f = &record.fields[i];
		buf_add(told, f->group);
		buf_add_byte(told, '\0');
		buf_add(told, f->name);
		buf_add_byte(told, '\0');
		buf_add(told, f->value);
		buf_add_int(told, f->kind);
	}
	return record;
}

static void check_one_object(void)
{
	struct arena arena;
	struct buf escaped, plain, told_escaped, told_plain;
	struct buf *all[] = {&escaped, &plain, &told_escaped, &told_plain};
	for (size_t i = 0; i < COUNT_OF(all); i++)
		buf_init(all[i], 100000);
	arena_init(&arena, 100000);
	add_members(&escaped, &plain, 1);
	given_record(&escaped, &arena, &told_escaped);
	given_record(&plain, &arena, &told_plain);
	cr_assert(slice_equal(buf_slice(&told_escaped), buf_slice(&told_plain)));
	arena_fini(&arena);
	for (size_t i = 0; i < COUNT_OF(all); i++)
		buf_fini(all[i]);
}

Test(twins, escaped_or_not_and_by_cjson_an_object_is_the_same_record)
{
	json_reader_init(&reader);
	for (int i = 0; i < 3000; i++)
		check_one_object();
	json_reader_fini(&reader);
}

/** Changes one byte at a time: what our reader takes, the whole check takes too and cJSON
 * reads alike; what it calls torn, the check calls no JSON. */
static void check_changed(const struct slice text, size_t at, char byte)
{
	char room[128];
	struct arena arena;
	struct record record = {.row = 1};
	struct decode_fault fault = {.code = ""};
	memcpy(room, text.at, text.len);
	room[at] = byte;
	struct slice changed = {room, text.len};
	arena_init(&arena, 1000);
	enum json_read read = json_record_read(&reader, changed, &arena, &record, &fault);
	struct json_verdict verdict = json_judge(changed, JSON_DEPTH, JSON_KEYS);
	if (read == JSON_READ_RECORD) {
		cr_assert_null(verdict.code);
		cr_assert(cjson_agrees(changed, &record), "%.*s", SLICE_ARGS(changed));
	}
	cr_assert_eq(read == JSON_READ_TORN, !json_is_whole(verdict), "%.*s", SLICE_ARGS(changed));
	cr_assert_eq(strcmp(fault.code, "not_json") == 0,
		     verdict.code != NULL && strcmp(verdict.code, "not_json") == 0);
	arena_fini(&arena);
}

Test(twins, one_changed_byte_is_judged_alike_by_reader_check_and_cjson)
{
	static const struct slice texts[] = {
		SLICE("{\"id\":\"r\\u0041\\n\",\"n\":-12.5e+3,\"g\":{\"q\":null,\"\xC3\xA9\":true}}"),
		SLICE("{\"a\":[{},[1]],\"b\":{\"c\":{\"d\":0}},\"\":{}}"),
	};
	json_reader_init(&reader);
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		for (size_t at = 0; at < texts[i].len; at++)
			for (int byte = 0; byte < 256; byte++)
				check_changed(texts[i], at, (char)byte);
	json_reader_fini(&reader);
}
