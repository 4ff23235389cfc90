#include "channel/json_tree.h"

#include <criterion/criterion.h>

#include "base/clock.h"

static struct arena arena;

static const cJSON *read(struct slice text, const char **why)
{
	return json_tree_read(text, &arena, why);
}

static void start(void)
{
	arena_init(&arena, 1 << 20);
}

static void end(void)
{
	arena_fini(&arena);
}

TestSuite(json_tree, .init = start, .fini = end);

Test(json_tree, values_are_found_by_their_names)
{
	const char *why;
	const cJSON *tree = read(SLICE("{\"a\":{\"b\":{\"c\":\"x\"}},\"l\":[1]}"), &why);
	cr_assert_not_null(tree);
	cr_expect(slice_is(json_tree_string(json_tree_at(tree, "a.b.c")), "x"));
	cr_expect_null(json_tree_at(tree, "a.c"));
	cr_expect_null(json_tree_at(tree, "a.b.c.d"));
	cr_expect_null(json_tree_at(tree, "l.b"));
	cr_expect_null(json_tree_at(NULL, "a"));
}

Test(json_tree, more_values_than_the_bound_are_refused_before_memory_is_taken_for_them)
{
	const char *why;
	size_t len = 2 * JSON_TREE_VALUES + 1;
	char *text = memory_new(len);
	for (size_t i = 0; i < len; i++)
		text[i] = i % 2 == 0 ? ',' : '1';
	text[0] = '[';
	text[len - 1] = ']';
	cr_expect_null(read((struct slice){text, len}, &why));
	cr_expect_str_eq(why, "too_many_values");
	text[len - 5] = ']';
	cr_expect_not_null(read((struct slice){text, len - 4}, &why));
	memory_free(text);
}

Test(json_tree, depth_and_keys_are_bounded)
{
	const char *why;
	char deep[2 * (JSON_TREE_DEPTH + 1)];
	memset(deep, '[', JSON_TREE_DEPTH + 1);
	memset(deep + JSON_TREE_DEPTH + 1, ']', JSON_TREE_DEPTH + 1);
	cr_expect_null(read((struct slice){deep, sizeof(deep)}, &why));
	cr_expect_str_eq(why, "too_deep");
	cr_expect_not_null(read((struct slice){deep + 1, sizeof(deep) - 2}, &why));
}

static int64_t instant(const char *json)
{
	const char *why;
	return json_tree_instant(read(slice_of(json), &why));
}

Test(json_tree, an_instant_is_a_text_or_seconds_or_milliseconds)
{
	int64_t ten;
	cr_assert(clock_parse(SLICE("2026-05-04T10:00:00Z"), &ten));
	cr_expect_eq(instant("\"2026-05-04T12:00:00+02:00\""), ten);
	cr_expect_eq(instant("1777888800"), ten);
	cr_expect_eq(instant("1777888800000"), ten);
	cr_expect_eq(instant("\"1777888800\""), ten);
}

Test(json_tree, what_is_no_instant_is_none)
{
	static const char *const none[] = {"null", "\"\"", "\"soon\"", "true",	"0",
					   "-1",   "1e30", "1e400",    "12345", "[]"};
	for (size_t i = 0; i < COUNT_OF(none); i++)
		cr_expect_eq(instant(none[i]), CLOCK_NO_INSTANT, "%s", none[i]);
}

/** What is read of a string with these escapes. */
static struct slice words(const char *json)
{
	const char *why;
	const cJSON *tree = read(slice_of(json), &why);
	cr_assert_not_null(tree, "%s: %s", json, why);
	return json_tree_string(json_tree_at(tree, "w"));
}

Test(json_tree, an_escape_that_spells_no_character_is_a_question_mark)
{
	cr_expect(slice_is(words("{\"w\":\"a\\u0000b\"}"), "a?b"));
	cr_expect(slice_is(words("{\"w\":\"cut \\uD83D\"}"), "cut ?"));
	cr_expect(slice_is(words("{\"w\":\"\\ude00\\ud83d\\n\"}"), "??\n"));
	cr_expect(slice_is(words("{\"w\":\"\\ud83d\\ud83d\\ude00\"}"), "?\xf0\x9f\x98\x80"));
	cr_expect(slice_is(words("{\"w\":\"\\u0000 \\\\u0000 \\\\\\u0000\"}"), "? \\u0000 \\?"));
}

Test(json_tree, what_is_no_json_is_not_mended)
{
	const char *why;
	cr_expect_null(read(SLICE("{\"w\":\"\\ud83d"), &why));
	cr_expect_str_eq(why, "not_json");
	cr_expect_null(read(SLICE("{\"\\u0000\":1,\"\\ud83d\":2}"), &why));
	cr_expect_str_eq(why, "duplicate_key");
}
