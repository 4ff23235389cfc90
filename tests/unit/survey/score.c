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

/** Two areas of one requirement each, bonuses beside the first: by=0.33 points, big=2, and a
 * bonus alone in area c. */
static const char *const bonus_text =
	"{'programme':'p','channels':[{'code':'phone'}],'companies':[{'code':'C'}],"
	"'instruments':[{'code':'i','scoring':'pooled','areas':[{'code':'a'},{'code':'b'},{'code':"
	"'c'}],'items':["
	"{'code':'a1','area':'a','options':[{'answer':0,'points':0},{'answer':1,'points':0.5},"
	"{'answer':2,'points':1}]},"
	"{'code':'by','area':'a','bonus':true,'options':[{'answer':0,'points':0},{'answer':1,"
	"'points':0.33}]},"
	"{'code':'big','area':'a','bonus':true,'options':[{'answer':0,'points':0},{'answer':1,"
	"'points':2}]},"
	"{'code':'kpi','area':'b','measured':{'min':0,'max':100,'decimals':1,'at_least':80,"
	"'points':2}},"
	"{'code':'b1','area':'b','options':[{'answer':0,'points':0},{'answer':1,'points':1}]},"
	"{'code':'c1','area':'c','bonus':true,'options':[{'answer':0,'points':0},{'answer':1,"
	"'points':1}]}]}],"
	"'waves':[{'code':'w','instrument':'i','sectors':[{'code':'S','companies':['C']}]}]}";

enum { NO = ANSWER_NONE };

/** By hand: a, b, c and the score under both ways of scoring. */
static const struct golden_bonus {
	int16_t answers[6]; /* a1 by big kpi b1 c1 */
	int32_t areas[3], pooled, weighted;
} golden_bonus[] = {
	/* 0.83 of 1; 0 of 3: 0.83/4 = 0.2075; (0.83 + 0)/2 = 0.415 */
	{{1, 1, NO, 799, 0, NO}, {8300, 0, SCORE_NONE}, 2075, 4150},
	/* the limit is met: 2 of 3; (0.83 + 2)/4 = 0.7075; (0.83 + 2/3)/2 = 0.748333 */
	{{1, 1, NO, 800, 0, NO}, {8300, 6667, SCORE_NONE}, 7075, 7483},
	/* a full area is full: 2.5 of 1; 2.5/4 = 0.625; (1 + 0)/2 */
	{{1, 0, 1, 799, 0, NO}, {10000, 0, SCORE_NONE}, 6250, 5000},
	/* all there is and more is all there is */
	{{2, 1, 1, 1000, 1, 1}, {10000, 10000, SCORE_NONE}, 10000, 10000},
	/* a bonus in an area of its own lifts the pool: (0.5 + 2 + 1)/4 = 0.875; (0.5 + 2/3)/2 */
	{{1, NO, NO, 800, 0, 1}, {5000, 6667, SCORE_NONE}, 8750, 5833},
	/* a bonus alone has nothing to be a share of */
	{{NO, 1, 1, NO, NO, 1}, {SCORE_NONE, SCORE_NONE, SCORE_NONE}, SCORE_NONE, SCORE_NONE},
	/* a bonus not won takes nothing; 0.5/1 */
	{{1, 0, 0, NO, NO, 0}, {5000, SCORE_NONE, SCORE_NONE}, 5000, 5000},
};

static void check_bonus(struct slice text, bool weighted)
{
	struct programme *p = given_programme(text);
	for (size_t i = 0; i < COUNT_OF(golden_bonus); i++) {
		const struct golden_bonus *g = &golden_bonus[i];
		int16_t answers[6];
		int32_t areas[3];
		memcpy(answers, g->answers, sizeof(answers));
		struct result r = {.answered = true, .answers = answers, .area_scores = areas};
		result_score(&p->instruments[0], &r);
		cr_expect_eq(r.score, weighted ? g->weighted : g->pooled, "%zu: %d", i, r.score);
		for (int a = 0; a < 3; a++)
			cr_expect_eq(areas[a], g->areas[a], "%zu: area %d is %d", i, a, areas[a]);
	}
	programme_free(p);
}

Test(score, a_bonus_adds_to_what_is_got_and_not_to_what_is_possible)
{
	check_bonus(given_json(bonus_text), false);
}

Test(score, a_bonus_counts_inside_its_weighted_area_only)
{
	struct slice text = given_json(bonus_text);
	check_bonus(given_replaced(text, "\"pooled\"", "\"weighted_areas\""), true);
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
