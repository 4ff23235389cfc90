/* The split of a company's contacts over its channels, held against its definition. */
#include "survey/quota.h"

#include <criterion/criterion.h>

#include "base/must.h"

enum { CHANNELS = 6, TOTALS = 100 };

static const double weights[][CHANNELS] = {
	{0.4, 0.3, 0.2, 0.1, 0, 0},
	{40, 30, 20, 10, 0, 0},
	{1, 1, 1, 0, 0, 0},
	{1, 1, 1, 1, 1, 1},
	{0, 0, 0, 0, 0, 0},
	{0.333333, 0.333333, 0.333334, 0, 0, 0},
	{1, 2, 3, 4, 5, 6},
	{0.000001, 1000000, 0.000001, 1, 0, 0},
	{0.5, 0.25, 0.25, 0, 0, 0},
	{0, 0, 0, 0, 0, 1},
	{7, 7, 7, 5, 5, 5},
	{0.1, 0.2, 0.3, 0.4, 0.5, 0.6},
	{999999.999999, 999999.999999, 1, 1, 0, 1},
};

/** The weight in millionths that channel `c` takes part with. */
static int64_t share(size_t w, uint32_t present, size_t c)
{
	int64_t all = 0;
	for (size_t i = 0; i < CHANNELS; i++)
		if (present & (1u << i))
			all += (int64_t)(weights[w][i] * 1e6 + 0.5);
	if ((present & (1u << c)) == 0)
		return 0;
	return all > 0 ? (int64_t)(weights[w][c] * 1e6 + 0.5) : 1;
}

/** Fails where channel `c` of the split is 1 or more from total * share / sum. */
static void expect_near(int total, int64_t own, int64_t sum, int part)
{
	__int128 distance = (__int128)part * sum - (__int128)total * own;
	if (distance < 0)
		distance = -distance;
	cr_assert(distance < sum, "%d of %d differs by 1 or more", part, total);
}

static void check_split(size_t w, uint32_t present, int total)
{
	int split[CHANNELS], again[CHANNELS], sum = 0;
	int64_t shares[CHANNELS], all = 0;
	for (size_t c = 0; c < CHANNELS; c++)
		all += shares[c] = share(w, present, c);
	quota_split(total, weights[w], CHANNELS, present, split);
	quota_split(total, weights[w], CHANNELS, present, again);
	cr_assert_arr_eq(split, again, sizeof(split));
	for (size_t c = 0; c < CHANNELS; c++) {
		sum += split[c];
		if (shares[c] == 0)
			cr_assert_eq(split[c], 0, "a channel that takes no part got contacts");
		else
			expect_near(total, shares[c], all, split[c]);
	}
	cr_assert_eq(sum, present != 0 ? total : 0, "%d of %d given", sum, total);
}

Test(quota, every_split_sums_to_its_total_and_is_nearer_than_one_to_the_exact_share)
{
	for (size_t w = 0; w < COUNT_OF(weights); w++)
		for (uint32_t present = 0; present < 1u << CHANNELS; present++)
			for (int total = 0; total <= TOTALS; total++)
				check_split(w, present, total);
}

/** Nobody got a remainder while a larger one went without. */
Test(quota, contacts_left_over_go_to_the_largest_remainders)
{
	for (size_t w = 0; w < COUNT_OF(weights); w++) {
		for (int total = 0; total <= TOTALS; total++) {
			int split[CHANNELS];
			__int128 least_given = -1, most_left = -1, all = 0;
			for (size_t c = 0; c < CHANNELS; c++)
				all += share(w, 0x3F, c);
			quota_split(total, weights[w], CHANNELS, 0x3F, split);
			for (size_t c = 0; c < CHANNELS; c++) {
				__int128 exact = (__int128)total * share(w, 0x3F, c);
				__int128 rest = exact % all;
				if (split[c] > exact / all &&
				    (least_given < 0 || rest < least_given))
					least_given = rest;
				if (split[c] == exact / all && rest > most_left)
					most_left = rest;
			}
			cr_assert(least_given < 0 || least_given >= most_left);
		}
	}
}

#define EXPECT_SPLIT(total, w, present, ...)                                                       \
	do {                                                                                       \
		int split_[CHANNELS];                                                              \
		quota_split(total, weights[w], CHANNELS, present, split_);                         \
		cr_expect_arr_eq(split_, ((int[CHANNELS]){__VA_ARGS__}), sizeof(split_));          \
	} while (0)

Test(quota, twenty_five_contacts_by_40_30_20_10)
{
	EXPECT_SPLIT(25, 0, 0x0F, 10, 8, 5, 2); /* 10, 7.5, 5, 2.5: the first of equals */
}

Test(quota, a_channel_a_company_lacks_gives_its_contacts_to_the_others)
{
	EXPECT_SPLIT(25, 0, 0x0B, 13, 9, 0, 3); /* 12.5, 9.375, 3.125 */
	EXPECT_SPLIT(25, 0, 0x01, 25, 0, 0, 0);
}

Test(quota, equal_remainders_go_to_the_channel_that_stands_first)
{
	EXPECT_SPLIT(100, 2, 0x07, 34, 33, 33);
	EXPECT_SPLIT(2, 3, 0x3F, 1, 1);
}

Test(quota, without_a_weight_among_the_channels_there_all_of_them_share_alike)
{
	EXPECT_SPLIT(25, 0, 0x30, 0, 0, 0, 0, 13, 12);
	EXPECT_SPLIT(7, 4, 0x0D, 3, 0, 2, 2);
}

Test(quota, a_million_contacts_and_the_largest_weights_do_not_overflow)
{
	double most[32];
	int split[32], sum = 0;
	for (size_t c = 0; c < 32; c++)
		most[c] = 1e6;
	quota_split(1000000, most, 32, UINT32_MAX, split);
	for (size_t c = 0; c < 32; c++) {
		cr_expect_eq(split[c], 31250);
		sum += split[c];
	}
	cr_expect_eq(sum, 1000000);
}
