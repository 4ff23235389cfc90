#include <criterion/criterion.h>
#include <stdio.h>

#include "board/series_answers.h"

static char key[32];

static struct slice key_of(int number)
{
	snprintf(key, sizeof(key), "question %d", number);
	return slice_of(key);
}

/** Kept; the cache alone holds it. */
static void keep(struct series_answers *a, int number, size_t len)
{
	char *body = memory_new(len + 1);
	struct http_bytes *bytes = http_bytes_new(200, NULL, 0, (struct slice){body, len});
	memory_free(body);
	series_answers_keep(a, key_of(number), bytes);
	http_bytes_unref(bytes);
}

static bool has(struct series_answers *a, int number)
{
	return series_answers_find(a, key_of(number)) != NULL;
}

Test(series_answers, what_is_kept_is_found_by_its_key_alone)
{
	struct series_answers a = {0};
	cr_expect_not(has(&a, 1));
	keep(&a, 1, 10);
	cr_expect(has(&a, 1));
	cr_expect_not(has(&a, 2));
	cr_expect_null(series_answers_find(&a, SLICE("question")));
	series_answers_fini(&a);
}

Test(series_answers, the_same_key_is_kept_once)
{
	struct series_answers a = {0};
	keep(&a, 1, 10);
	keep(&a, 1, 10);
	cr_expect_eq(a.len, 1);
	series_answers_fini(&a);
}

Test(series_answers, the_least_lately_asked_for_goes_first)
{
	struct series_answers a = {0};
	for (int i = 0; i < SERIES_ANSWERS; i++)
		keep(&a, i, 1);
	cr_expect(has(&a, 0)); /* asked for: 1 is the oldest now */
	keep(&a, SERIES_ANSWERS, 1);
	cr_expect_eq(a.len, SERIES_ANSWERS);
	cr_expect(has(&a, 0));
	cr_expect_not(has(&a, 1));
	series_answers_fini(&a);
}

Test(series_answers, are_never_more_bytes_than_the_limit)
{
	struct series_answers a = {0};
	for (int i = 0; i < 10; i++) {
		keep(&a, i, SERIES_ANSWERS_BYTES / 4);
		cr_expect_leq(a.bytes, SERIES_ANSWERS_BYTES);
	}
	cr_expect_eq(a.len, 3); /* a key takes room, too */
	keep(&a, 99, SERIES_ANSWERS_BYTES);
	cr_expect_not(has(&a, 99));
	series_answers_fini(&a);
}
