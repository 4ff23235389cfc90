#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "given.h"
#include "survey/wide.h"

struct golden_small {
	const char *wait, *agent;
	int16_t answers[4];
	int32_t pooled, weighted, areas[2];
};

struct golden_large {
	int seed;
	int32_t score;
};

#include "golden_scores.inc"

static struct slice weighted_text(const struct golden_small *g)
{
	char weight[40];
	snprintf(weight, sizeof(weight), "\"weight\":%s", g->wait);
	struct slice text = given_text_with("\"pooled\"", "\"weighted_areas\"");
	text = given_replaced(text, "\"weight\":5", weight);
	snprintf(weight, sizeof(weight), "\"weight\":%s}]", g->agent);
	return given_replaced(text, "\"weight\":95}]", weight);
}

static struct result scored(const struct programme *p, const struct golden_small *g, int32_t *areas)
{
	int16_t answers[4];
	memcpy(answers, g->answers, sizeof(answers));
	struct result r = {.answered = true, .answers = answers, .area_scores = areas};
	result_score(&p->instruments[0], &r);
	return r;
}

Test(score, pooled_and_area_scores_equal_exact_fractions)
{
	struct programme *p = given_programme(slice_of(given_text));
	for (size_t i = 0; i < COUNT_OF(golden_small); i++) {
		int32_t areas[2];
		struct result r = scored(p, &golden_small[i], areas);
		cr_expect_eq(r.score, golden_small[i].pooled, "%zu: %d", i, r.score);
		cr_expect_eq(areas[0], golden_small[i].areas[0]);
		cr_expect_eq(areas[1], golden_small[i].areas[1]);
	}
	programme_free(p);
}

Test(score, weighted_scores_equal_exact_fractions)
{
	for (size_t i = 0; i < COUNT_OF(golden_small); i++) {
		struct programme *p = given_programme(weighted_text(&golden_small[i]));
		int32_t areas[2];
		struct result r = scored(p, &golden_small[i], areas);
		cr_expect_eq(r.score, golden_small[i].weighted, "%zu: %d", i, r.score);
		programme_free(p);
	}
}

Test(score, thirty_two_weighted_areas_at_the_limits_equal_exact_fractions)
{
	for (size_t g = 0; g < COUNT_OF(golden_large); g++) {
		struct area areas[32] = {0};
		struct item items[32] = {0};
		struct answer_option options[32][2] = {0};
		int16_t answers[32];
		int32_t area_scores[32];
		int64_t seed = golden_large[g].seed;
		for (int a = 0; a < 32; a++) {
			areas[a].weight_millionths =
				(seed * 7919 + a * INT64_C(104729)) % INT64_C(10000000000) + 1;
			options[a][0].answer = 1;
			options[a][0].points = (int32_t)((seed * 31337 + a * INT64_C(65537)) %
							 (999900 + a));
			options[a][1].answer = 2;
			options[a][1].points = 999900 + a;
			items[a] = (struct item){.area = a,
						 .channels = 1,
						 .scored = true,
						 .options = options[a],
						 .options_len = 2,
						 .points_max = 999900 + a};
			answers[a] = 1;
		}
		struct instrument in = {.scoring = SCORING_WEIGHTED_AREAS,
					.areas = areas,
					.areas_len = 32,
					.items = items,
					.items_len = 32};
		struct result r = {
			.answered = true, .answers = answers, .area_scores = area_scores};
		result_score(&in, &r);
		cr_expect_eq(r.score, golden_large[g].score, "%d", r.score);
	}
}

static int32_t unanswered_score(struct slice text)
{
	struct programme *p = given_programme(text);
	int16_t answers[4] = {ANSWER_NONE, ANSWER_NONE, ANSWER_NONE, ANSWER_NONE};
	int32_t areas[2] = {7, 7};
	struct result r = {.answered = false, .answers = answers, .area_scores = areas};
	result_score(&p->instruments[0], &r);
	cr_assert_eq(areas[0], SCORE_NONE);
	cr_assert_eq(areas[1], SCORE_NONE);
	programme_free(p);
	return r.score;
}

Test(score, a_contact_nobody_answered_scores_zero_or_nothing_by_rule)
{
	cr_assert_eq(unanswered_score(slice_of(given_text)), 0);
	cr_assert_eq(unanswered_score(given_text_with("\"zero\"", "\"exclude\"")), SCORE_NONE);
}

Test(score, an_item_of_another_channel_or_without_points_is_not_in_the_score)
{
	struct programme *p = given_programme(slice_of(given_text));
	int16_t answers[4] = {2, ANSWER_NONE, 0, 1};
	int32_t areas[2];
	struct result r = {
		.answered = true, .channel = 1, .answers = answers, .area_scores = areas};
	result_score(&p->instruments[0], &r);
	cr_assert_eq(r.score, 10000);
	cr_assert_eq(areas[1], SCORE_NONE);
	programme_free(p);
}

Test(score, a_stored_answer_that_is_no_option_counts_as_none)
{
	struct programme *p = given_programme(slice_of(given_text));
	int16_t answers[4] = {2, 99, ANSWER_NONE, ANSWER_NONE};
	int32_t areas[2];
	struct result r = {.answered = true, .answers = answers, .area_scores = areas};
	result_score(&p->instruments[0], &r);
	cr_assert_eq(r.score, 10000);
	programme_free(p);
}

Test(wide, a_sum_and_a_product_carry_into_new_limbs)
{
	struct wide w = wide_from(UINT64_MAX), one = wide_from(1), power = wide_from(1);
	wide_add(&w, &one);
	wide_multiply(&power, UINT64_C(1) << 63);
	wide_multiply(&power, 2);
	cr_assert_eq(wide_compare(&w, &power), 0);
	cr_assert_gt(wide_compare(&w, &one), 0);
	wide_add(&power, &one);
	cr_assert_lt(wide_compare(&w, &power), 0);
}

/* ---- the simulated wave: every contact against R ---- */

static int32_t read_score(struct intake *in, struct arena *arena, const struct slice *header,
			  size_t columns, struct slice line)
{
	struct slice values[64];
	struct field fields[64] = {0};
	cr_assert_eq(given_parts(line, values, 64), columns);
	for (size_t c = 0; c < columns; c++)
		fields[c] = (struct field){.name = header[c], .value = values[c]};
	struct record record = {.row = 1, .fields = fields, .fields_len = columns};
	struct result result;
	struct reject reject;
	cr_assert_eq(intake_read(in, &record, arena, &result, &reject), OK);
	cr_assert(slice_equal(result.result_id, values[0]));
	return result.score;
}

Test(score, all_contacts_of_the_simulated_wave_score_as_in_r)
{
	struct slice programme = given_file("PLAUDIT_SOURCE_DIR",
					    "programmes/sample/programme.json");
	struct slice results = given_file("PLAUDIT_SOURCE_DIR", "programmes/sample/results.csv");
	struct slice expected = given_file("PLAUDIT_SHARED_DIR",
					   "cases/statistics/wave/expected_contacts.csv");
	if (programme.at == NULL || results.at == NULL || expected.at == NULL)
		cr_skip("skipped: the expected scores of ../shared are not here");
	struct programme *p = given_programme(programme);
	struct intake *in = intake_new(p, 0, 0);
	struct slice header[64];
	size_t columns = given_parts(given_line(&results), header, 64);
	given_line(&expected);
	struct arena arena;
	arena_init(&arena, 1 << 20);
	int rows = 0;
	while (results.len > 0) {
		struct slice wanted[2];
		given_parts(given_line(&expected), wanted, 2);
		int64_t hundredths = 0;
		cr_assert(slice_to_int64(wanted[1], &hundredths));
		struct arena_mark before = arena_mark(&arena);
		cr_expect_eq(read_score(in, &arena, header, columns, given_line(&results)),
			     hundredths, "%.*s", SLICE_ARGS(wanted[0]));
		arena_rewind(&arena, before);
		rows++;
	}
	cr_assert_eq(rows, 4279);
	arena_fini(&arena);
	intake_free(in);
	programme_free(p);
}
