#include <criterion/criterion.h>
#include <stdio.h>

#include "base/hash.h"
#include "ingest/id_filter.h"

/* 12 bits an id, from 64 KiB on. */
enum { FIRST_LAYER_IDS = 64 * 1024 * 8 / 12, MANY = 700000 };

static uint64_t hash_of(const char *prefix, int number)
{
	char id[40];
	int len = snprintf(id, sizeof(id), "%s%08d", prefix, number);
	return hash_bytes((struct slice){id, (size_t)len});
}

static void add_many(struct id_filter *f, int count)
{
	for (int i = 0; i < count; i++)
		id_filter_add(f, hash_of("in", i));
}

static int missed(const struct id_filter *f, int count)
{
	int absent = 0;
	for (int i = 0; i < count; i++)
		absent += !id_filter_perhaps(f, hash_of("in", i));
	return absent;
}

static double wrong_percent(const struct id_filter *f)
{
	int wrong = 0, asked = 200000;
	for (int i = 0; i < asked; i++)
		wrong += id_filter_perhaps(f, hash_of("out", i));
	return 100.0 * wrong / asked;
}

Test(id_filter, an_empty_one_knows_nothing_and_takes_no_room)
{
	struct id_filter *f = id_filter_new(1 << 20);
	cr_expect_not(id_filter_perhaps(f, 0));
	cr_expect_not(id_filter_perhaps(f, hash_of("in", 1)));
	cr_expect_eq(id_filter_bytes(f), 0);
	id_filter_free(f);
}

Test(id_filter, an_id_that_was_added_is_never_missed_while_layers_grow)
{
	struct id_filter *f = id_filter_new(8 << 20);
	add_many(f, MANY);
	cr_expect_gt(id_filter_bytes(f), 512 * 1024, "it has grown");
	cr_expect_eq(missed(f, MANY), 0);
	id_filter_free(f);
}

Test(id_filter, an_id_that_was_added_is_never_missed_beyond_the_limit)
{
	struct id_filter *f = id_filter_new(192 * 1024);
	add_many(f, MANY);
	cr_expect_leq(id_filter_bytes(f), 192 * 1024);
	cr_expect_eq(missed(f, MANY), 0);
	id_filter_free(f);
}

Test(id_filter, hashes_at_the_ends_of_their_range_are_kept)
{
	static const uint64_t ends[] = {0, 1, UINT64_MAX, UINT64_C(1) << 63, UINT32_MAX};
	struct id_filter *f = id_filter_new(1 << 20);
	for (size_t i = 0; i < 5; i++)
		id_filter_add(f, ends[i]);
	for (size_t i = 0; i < 5; i++)
		cr_expect(id_filter_perhaps(f, ends[i]));
	id_filter_free(f);
}

Test(id_filter, the_bytes_stay_within_the_limit_whatever_is_added)
{
	static const size_t limits[] = {64 << 10, 100 << 10, 192 << 10, 448 << 10, 1 << 20};
	for (size_t i = 0; i < 5; i++) {
		struct id_filter *f = id_filter_new(limits[i]);
		add_many(f, 300000);
		cr_expect_leq(id_filter_bytes(f), limits[i], "%zu", limits[i]);
		id_filter_free(f);
	}
}

/* Bloom 1970: (1 - e^(-6/12))^6 = 0.37 %. */
Test(id_filter, a_full_layer_is_wrong_about_less_than_one_id_in_two_hundred)
{
	struct id_filter *f = id_filter_new(8 << 20);
	add_many(f, FIRST_LAYER_IDS);
	cr_expect_eq(id_filter_bytes(f), 64 * 1024);
	cr_expect_lt(wrong_percent(f), 0.5, "%f %%", wrong_percent(f));
	id_filter_free(f);
}

Test(id_filter, a_filter_full_to_its_limit_is_wrong_about_less_than_one_id_in_thirty)
{
	struct id_filter *f = id_filter_new(8 << 20);
	add_many(f, FIRST_LAYER_IDS * 127); /* layers of 1, 2, 4 .. 64 times the first */
	cr_expect_eq(id_filter_bytes(f), 127 * 64 * 1024);
	cr_expect_lt(wrong_percent(f), 100.0 / 30, "%f %%", wrong_percent(f));
	id_filter_free(f);
}

Test(id_filter, freeing_none_is_allowed)
{
	id_filter_free(NULL);
}
