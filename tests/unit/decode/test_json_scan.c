#include <criterion/criterion.h>

#include "base/buf.h"
#include "decode/json_scan.h"

static const char *code_of(struct slice text)
{
	static struct trouble why;
	why = (struct trouble){OK, "", ""};
	enum status st = json_check(text, JSON_DEPTH, JSON_KEYS, &why);
	cr_assert_eq(st, why.status);
	return why.code;
}

#define is_refused(text, code) cr_assert_str_eq(code_of(SLICE(text)), code, "%s", text)
#define is_accepted(text)      cr_assert_str_eq(code_of(SLICE(text)), "", "%s", text)

Test(json_check, every_kind_of_value_may_stand_alone)
{
	is_accepted("{}");
	is_accepted("[]");
	is_accepted(" \t\r\n\"a\" ");
	is_accepted("-0.5e+10");
	is_accepted("true");
	is_accepted("false");
	is_accepted("null");
	is_accepted("[{\"a\":[1,{\"b\":[]}]},[[]]]");
}

Test(json_check, numbers_are_strict)
{
	static const char *const bad[] = {"01",	 "-01", "+1",  ".5",  "1.",    "2.e3",	   "1e",
					  "1e+", "-",	"NaN", "0x1", "1e1.5", "Infinity", "1 2"};
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		cr_assert_str_eq(code_of(slice_of(bad[i])), "not_json", "%s", bad[i]);
}

Test(json_check, words_are_strict)
{
	static const char *const bad[] = {"True", "tru", "truee", "nul", "nulll", "f", ""};
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		cr_assert_str_eq(code_of(slice_of(bad[i])), "not_json", "%s", bad[i]);
}

Test(json_check, commas_and_colons_are_strict)
{
	static const char *const bad[] = {"[1,]",      "[,1]",	    "[1 2]",   "{\"a\":1,}",
					  "{,}",       "{\"a\" 1}", "{\"a\"}", "{\"a\":}",
					  "{a:1}",     "{1:1}",	    "[1}",     "{\"a\":1]",
					  "[\"a\":1]", "[",	    "{",       "]"};
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		cr_assert_str_eq(code_of(slice_of(bad[i])), "not_json", "%s", bad[i]);
}

Test(json_check, escapes_are_strict)
{
	is_refused("\"\\x\"", "not_json");
	is_refused("\"\\u00zz\"", "not_json");
	is_refused("\"\\u123\"", "not_json");
	is_refused("\"\\", "not_json");
	is_refused("\"\\\"", "not_json");
	is_accepted("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u12aB\"");
}

Test(json_check, control_characters_and_nul_are_not_json)
{
	is_refused("\"a\tb\"", "not_json");
	is_refused("\"a\0b\"", "not_json");
	is_refused("[1]\0", "not_json");
	is_refused("\f1", "not_json");
}

Test(json_check, promises_beyond_the_grammar_have_their_own_codes)
{
	is_refused("{\"a\":1,\"a\":1}", "duplicate_key");
	is_refused("{\"a\":1,\"\\u0061\":1}", "duplicate_key");
	is_refused("[{\"x\":{\"a\":1,\"b\":{},\"a\":2}}]", "duplicate_key");
	is_refused("\"\\u0000\"", "nul_character");
	is_refused("\"\\ud800\"", "lone_surrogate");
	is_refused("\"\\ud800\\ud800\"", "lone_surrogate");
	is_refused("\"\\udc00\"", "lone_surrogate");
	is_refused("\"\xC0\xAF\"", "not_utf8");
	is_refused("\"\xED\xA0\x80\"", "not_utf8");
}

Test(json_check, a_pair_of_surrogates_is_one_character)
{
	is_accepted("\"\\ud83d\\ude00\"");
}

Test(json_check, the_grammar_outweighs_a_promise)
{
	is_refused("{\"a\":1,\"a\":}", "not_json");
}

Test(json_check, the_same_key_in_different_objects_is_no_duplicate)
{
	is_accepted("[{\"a\":{\"a\":1}},{\"a\":1}]");
}

Test(json_check, depth_is_counted_exactly)
{
	struct trouble why;
	struct slice text = SLICE("[[[{\"a\":[]}]]]");
	cr_assert_eq(json_check(text, 5, 10, &why), OK);
	cr_assert_eq(json_check(text, 4, 10, &why), E_LIMIT);
	cr_assert_str_eq(why.code, "too_deep");
	cr_assert_eq(json_check(SLICE("1"), 0, 0, NULL), OK);
}

Test(json_check, keys_are_counted_for_each_object)
{
	struct trouble why;
	struct slice text = SLICE("{\"a\":{\"a\":1,\"b\":2},\"b\":1}");
	cr_assert_eq(json_check(text, 5, 2, &why), OK);
	cr_assert_eq(json_check(text, 5, 1, &why), E_LIMIT);
	cr_assert_str_eq(why.code, "too_many_keys");
}

Test(json_check, the_words_name_the_byte)
{
	struct trouble why;
	cr_assert_eq(json_check(SLICE("[1,x]"), 5, 5, &why), E_INPUT);
	cr_assert_str_eq(why.words, "the text is not JSON (byte 3)");
}

Test(json_check, four_mebibytes_of_open_brackets_end_at_the_limit)
{
	struct buf b;
	buf_init(&b, 4 << 20);
	memset(buf_extend(&b, 4 << 20), '[', 4 << 20);
	cr_assert_str_eq(code_of(buf_slice(&b)), "too_deep");
	buf_fini(&b);
}

/** [{"k0":0,...,"k999":999,<last>}]: more keys than the first room of the table. */
static struct slice given_many_keys(struct buf *b, const char *last)
{
	buf_init(b, 1 << 20);
	buf_add_text(b, "[{");
	for (int i = 0; i < 1000; i++)
		buf_print(b, "\"k%d\":%d,", i, i);
	buf_add_text(b, last);
	buf_add_text(b, "}]");
	return buf_slice(b);
}

Test(json_check, a_thousand_keys_are_told_apart)
{
	struct buf b;
	struct slice text = given_many_keys(&b, "\"x\":1");
	cr_assert_eq(json_check(text, 5, 2000, NULL), OK);
	buf_fini(&b);
}

Test(json_check, a_duplicate_among_a_thousand_keys_is_found)
{
	struct trouble why;
	struct buf b;
	struct slice text = given_many_keys(&b, "\"k17\":1");
	cr_assert_eq(json_check(text, 5, 2000, &why), E_INPUT);
	cr_assert_str_eq(why.code, "duplicate_key");
	buf_fini(&b);
}

Test(json_check, keys_of_closed_objects_are_forgotten)
{
	struct buf b;
	buf_init(&b, 1 << 20);
	buf_add_text(&b, "[0");
	for (int i = 0; i < 5000; i++)
		buf_print(&b, ",{\"a\":{\"x\":1,\"y%d\":2},\"b\":3}", i);
	buf_add_text(&b, "]");
	cr_assert_eq(json_check(buf_slice(&b), 5, 5, NULL), OK);
	buf_fini(&b);
}
