#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "ingest/upload_errors.h"

static struct fault_words words_of(const char *value)
{
	return (struct fault_words){SLICE("out_of_range"), SLICE("q1"), slice_of(value),
				    SLICE("one of 0, 1")};
}

static cJSON *json_of(const struct upload_errors *e)
{
	struct buf b;
	buf_init(&b, 1 << 20);
	upload_errors_json(e, &b);
	cr_assert_not(buf_over(&b));
	cJSON *tree = cJSON_ParseWithLength(b.at, b.len);
	cr_assert_not_null(tree, "%.*s", (int)b.len, b.at);
	buf_fini(&b);
	return tree;
}

static int row_at(const cJSON *tree, int index)
{
	return cJSON_GetObjectItem(cJSON_GetArrayItem(tree, index), "row")->valueint;
}

static const char *text_at(const cJSON *tree, int index, const char *key)
{
	return cJSON_GetObjectItem(cJSON_GetArrayItem(tree, index), key)->valuestring;
}

/** Adds the rows 1..count in an order that visits each once. */
static struct upload_errors *given_rows(int count, int step)
{
	struct upload_errors *e = upload_errors_new();
	struct fault_words words = words_of("x");
	for (int i = 0; i < count; i++)
		upload_errors_add(e, (uint64_t)((long)i * step % count) + 1, &words);
	return e;
}

Test(upload_errors, without_errors_there_is_an_empty_list)
{
	struct upload_errors *e = upload_errors_new();
	struct buf b;
	buf_init(&b, 100);
	upload_errors_json(e, &b);
	cr_expect(slice_is(buf_slice(&b), "[]"));
	cr_expect_eq(upload_errors_total(e), 0);
	buf_fini(&b);
	upload_errors_free(e);
}

Test(upload_errors, the_first_hundred_by_row_stay_whatever_the_order_of_adding)
{
	/* Steps prime to 503: ascending, descending, and strewn. */
	static const int steps[] = {1, 502, 7, 201};
	for (size_t s = 0; s < 4; s++) {
		struct upload_errors *e = given_rows(503, steps[s]);
		cJSON *tree = json_of(e);
		cr_expect_eq(upload_errors_total(e), 503);
		cr_assert_eq(cJSON_GetArraySize(tree), ERRORS_SHOWN);
		for (int i = 0; i < ERRORS_SHOWN; i++)
			cr_expect_eq(row_at(tree, i), i + 1, "step %d", steps[s]);
		cJSON_Delete(tree);
		upload_errors_free(e);
	}
}

Test(upload_errors, errors_of_one_row_keep_their_order)
{
	struct upload_errors *e = upload_errors_new();
	static const char *const values[] = {"a", "b", "c"};
	struct fault_words late = words_of("late");
	upload_errors_add(e, 9, &late);
	for (size_t i = 0; i < 3; i++) {
		struct fault_words words = words_of(values[i]);
		upload_errors_add(e, 4, &words);
	}
	cJSON *tree = json_of(e);
	for (int i = 0; i < 3; i++)
		cr_expect_str_eq(text_at(tree, i, "value"), values[i]);
	cr_expect_str_eq(text_at(tree, 3, "value"), "late");
	cJSON_Delete(tree);
	upload_errors_free(e);
}

Test(upload_errors, words_are_copied_and_named)
{
	struct upload_errors *e = upload_errors_new();
	char value[] = "seven";
	struct fault_words words = words_of(value);
	upload_errors_add(e, 3, &words);
	memset(value, 'x', sizeof(value));
	cJSON *tree = json_of(e);
	cr_expect_str_eq(text_at(tree, 0, "code"), "out_of_range");
	cr_expect_str_eq(text_at(tree, 0, "column"), "q1");
	cr_expect_str_eq(text_at(tree, 0, "value"), "seven");
	cr_expect_str_eq(text_at(tree, 0, "expected"), "one of 0, 1");
	cJSON_Delete(tree);
	upload_errors_free(e);
}

Test(upload_errors, quotes_backslashes_and_control_characters_are_escaped)
{
	struct upload_errors *e = upload_errors_new();
	struct fault_words words = words_of("a\"b\\c\nd\x01"
					    "e\x7f");
	upload_errors_add(e, 1, &words);
	cJSON *tree = json_of(e);
	cr_expect_str_eq(text_at(tree, 0, "value"), "a\"b\\c\nd\x01"
						    "e\x7f");
	cJSON_Delete(tree);
	upload_errors_free(e);
}

Test(upload_errors, long_words_are_cut_between_characters)
{
	struct upload_errors *e = upload_errors_new();
	char value[400];
	/* Three bytes a character; 160 is no multiple of three. */
	for (int i = 0; i < 133; i++)
		memcpy(value + 3 * i, "한", 3);
	value[399] = '\0';
	struct fault_words words = words_of(value);
	upload_errors_add(e, 1, &words);
	cJSON *tree = json_of(e);
	const char *cut = text_at(tree, 0, "value");
	cr_expect_eq(strlen(cut), 159);
	cr_expect_eq(memcmp(cut, value, 159), 0);
	cJSON_Delete(tree);
	upload_errors_free(e);
}

Test(upload_errors, words_that_are_not_there_are_empty)
{
	struct upload_errors *e = upload_errors_new();
	struct fault_words words = {.code = SLICE("not_json")};
	upload_errors_add(e, 0, &words);
	cJSON *tree = json_of(e);
	cr_expect_eq(row_at(tree, 0), 0);
	cr_expect_str_eq(text_at(tree, 0, "column"), "");
	cJSON_Delete(tree);
	upload_errors_free(e);
}
