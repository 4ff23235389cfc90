#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "detect/detector.h"
#include "detect/relation.h"
#include "detect/scales.h"
#include "detect/shoppers.h"
#include "detect/straight.h"
#include "golden.inc"

#define NEAR(got, wanted)                                                                          \
	cr_expect(fabs((got) - (wanted)) <= 1e-9 * fabs(wanted), "%s is %.15g, not %.15g", #got,   \
		  (double)(got), (double)(wanted))

enum { ITEMS = 6, COLUMNS = ITEMS + 2, ROWS = 400 };

#define OPTION(n)  "{\"answer\":" #n ",\"points\":" #n "}"
#define OPTIONS	   "[" OPTION(1) "," OPTION(2) "," OPTION(3) "," OPTION(4) "," OPTION(5) "]"
#define ITEM(code) "{\"code\":\"" code "\",\"area\":\"a\",\"options\":" OPTIONS "}"

static const char programme_text[] =
	"{\"programme\":\"p\",\"channels\":[{\"code\":\"phone\"},{\"code\":\"chat\"}],"
	"\"companies\":[{\"code\":\"C\"}],\"instruments\":[{\"code\":\"i\",\"areas\":[{\"code\":"
	"\"a\"}],\"items\":[" ITEM("q1") "," ITEM("q2") "," ITEM("q3") "," ITEM("q4") "," ITEM(
		"q5") "," ITEM("q6") "],\"questions\":[{\"code\":\"csat\",\"measure\":\"csat\","
				     "\"scale\":{\"min\":1,\"max\":5}},{\"code\":\"ces\","
				     "\"measure\":\"ces\",\"scale\":{\"min\":1,\"max\":5}}]}],"
				     "\"waves\":[{\"code\":\"w\",\"instrument\":\"i\","
				     "\"sectors\":[{\"code\":\"S\",\"companies\":[\"C\"]}]}]}";

static struct programme *programme;
static struct detector *detector;
static struct buf found;

static void set_up(void)
{
	struct arena arena;
	struct programme_faults faults;
	arena_init(&arena, 1 << 20);
	cr_assert_eq(programme_parse(slice_of(programme_text), &arena, &programme, &faults), OK);
	arena_fini(&arena);
	detector = detector_new(programme, programme->instruments);
	buf_init(&found, 1 << 20);
}

static void tear_down(void)
{
	detector_free(detector);
	programme_free(programme);
	buf_fini(&found);
}

TestSuite(detector, .init = set_up, .fini = tear_down);

/* ---- the rows of golden.R ---- */

static int16_t cut5(int x)
{
	/* R rounds a half to the even number; none comes up: the sums are whole. */
	double steps = (x - 5) / 25.0;
	int at = 3 + (int)nearbyint(steps);
	return (int16_t)(at < 1 ? 1 : at > 5 ? 5 : at);
}

static int shake(int i, int k)
{
	return (i * (k + 3) * 53 + k * 29) % 121 - 60;
}

static bool is_chat(int i)
{
	return i % 20 == 3;
}

/** Items, csat, ces; `mirrored` and `reversed` as golden.R has them, or honest. */
static void golden_row(int i, bool mirrored, bool reversed, int16_t *answers)
{
	int good = i * 37 % 101;
	for (int k = 1; k <= COLUMNS; k++)
		answers[k - 1] = cut5(good + shake(i, k));
	if (reversed)
		answers[COLUMNS - 1] = (int16_t)(6 - answers[COLUMNS - 1]);
	for (int k = 0; mirrored && is_chat(i) && k < COLUMNS; k++)
		answers[k] = (int16_t)(6 - answers[k]);
}

static void add(int channel, int16_t *answers, struct slice shopper)
{
	int32_t area;
	struct result r = {.channel = channel,
			   .answered = true,
			   .answers = answers,
			   .cx = answers + ITEMS,
			   .area_scores = &area,
			   .shopper = shopper};
	result_score(programme->instruments, &r);
	detector_add(detector, &r);
}

static void add_golden(bool mirrored, bool reversed, int first, int step)
{
	int16_t answers[COLUMNS];
	for (int n = 0, i = first; n < ROWS; n++, i = (i + step) % ROWS) {
		golden_row(i, mirrored, reversed, answers);
		add(is_chat(i), answers, SLICE_NONE);
	}
}

static bool says(const char *words)
{
	buf_add_byte(&found, '\0');
	found.len--;
	return strstr(found.at, words) != NULL;
}

static struct group_sums sums_of(struct column_sums *columns, bool chat, bool phone)
{
	struct group_sums g = {.columns = columns};
	memset(columns, 0, COLUMNS * sizeof(*columns));
	for (int i = 0; i < ROWS; i++) {
		int16_t answers[COLUMNS];
		int16_t positions[COLUMNS];
		golden_row(i, true, true, answers);
		for (int c = 0; c < COLUMNS; c++)
			positions[c] = (int16_t)(30 * (answers[c] - 3));
		if (is_chat(i) ? chat : phone)
			group_add(&g, positions, COLUMNS);
	}
	return g;
}

/* ---- figures ---- */

Test(relation, a_correlation_from_sums_is_that_of_r_from_rows)
{
	struct column_sums columns[COLUMNS];
	struct group_sums all = sums_of(columns, true, true);
	NEAR(column_correlation(&all, ITEMS), golden_csat_correlation);
	NEAR(column_correlation(&all, ITEMS + 1), golden_ces_correlation);
	NEAR(correlation_below(golden_ces_correlation, ROWS), golden_ces_chance);
}

Test(relation, a_mirrored_group_has_the_slope_and_the_chance_of_r)
{
	struct column_sums columns[COLUMNS], other_columns[COLUMNS];
	struct group_sums chat = sums_of(columns, true, false);
	struct group_sums others = sums_of(other_columns, false, true);
	struct mirroring m = group_mirroring(&chat, &others, COLUMNS);
	cr_expect(m.fits);
	NEAR(m.slope, golden_slope);
	NEAR(m.chance, golden_mirrored);
}

Test(relation, a_column_that_does_not_vary_has_no_correlation)
{
	struct column_sums columns[2] = {0};
	struct group_sums g = {.columns = columns};
	for (int i = 0; i < 50; i++)
		group_add(&g, (int16_t[]){60, (int16_t)(i % 5)}, 2);
	cr_expect(isnan(column_correlation(&g, 0)));
	cr_expect(isnan(column_correlation(&g, 1)));
}

Test(relation, what_is_merged_and_subtracted_again_is_gone)
{
	struct column_sums columns[COLUMNS], more_columns[COLUMNS];
	struct group_sums g = sums_of(columns, true, false), was = g;
	struct column_sums before[COLUMNS];
	memcpy(before, columns, sizeof(before));
	struct group_sums more = sums_of(more_columns, false, true);
	group_merge(&g, &more, COLUMNS);
	cr_expect_eq(g.rows, ROWS);
	group_subtract(&g, &more, COLUMNS);
	cr_expect_eq(g.rows, was.rows);
	cr_expect_eq(memcmp(before, columns, sizeof(before)), 0);
}

Test(straight, a_shopper_against_others_has_the_tail_of_r)
{
	static const int64_t straight[] = {1, 0, 2, 1, 3, 0, 1, 2, 0, 1, 4},
			     of[] = {20, 22, 25, 18, 30, 15, 20, 24, 16, 20, 28};
	struct straight_spread others = {0};
	for (size_t i = 0; i < COUNT_OF(of); i++)
		straight_spread_add(&others, (struct straight_count){of[i], straight[i]}, 1);
	NEAR(straight_above((struct straight_count){20, 18}, &others), golden_straight_above);
}

Test(straight, straight_rows_against_near_ones_have_the_tail_of_r)
{
	NEAR(straight_above_near(30, 10), golden_above_near);
}

Test(straight, what_is_taken_out_of_a_spread_is_gone)
{
	struct straight_spread others = {0};
	for (int64_t n = 10; n < 15; n++)
		straight_spread_add(&others, (struct straight_count){n, n / 2}, 1);
	double before = straight_above((struct straight_count){20, 18}, &others);
	straight_spread_add(&others, (struct straight_count){64, 32}, 1);
	straight_spread_add(&others, (struct straight_count){64, 32}, -1);
	NEAR(straight_above((struct straight_count){20, 18}, &others), before);
}

/* ---- one row ---- */

static enum straightness straightness_of(const int16_t *answers)
{
	struct straight_items items;
	straight_items_init(&items, programme->instruments);
	enum straightness s = straightness(&items, answers);
	straight_items_fini(&items);
	return s;
}

Test(detector, a_row_is_straight_near_or_neither_whichever_item_differs)
{
	for (int at = 0; at < ITEMS; at++) {
		int16_t row[] = {3, 3, 3, 3, 3, 3};
		cr_expect_eq(straightness_of(row), STRAIGHT_ALL);
		row[at] = 4;
		cr_expect_eq(straightness_of(row), STRAIGHT_NEAR);
		row[(at + 2) % ITEMS] = 4;
		cr_expect_eq(straightness_of(row), STRAIGHT_NOT);
		row[at] = ANSWER_NONE;
		cr_expect_eq(straightness_of(row), STRAIGHT_NOT_LOOKED_AT);
	}
}

Test(detector, the_ends_of_all_scales_are_told_apart)
{
	cr_expect_eq(straightness_of((int16_t[]){5, 5, 5, 5, 5, 5}), STRAIGHT_ALL_END);
	cr_expect_eq(straightness_of((int16_t[]){1, 1, 1, 1, 1, 1}), STRAIGHT_ALL_END);
	cr_expect_eq(straightness_of((int16_t[]){1, 1, 1, 5, 1, 1}), STRAIGHT_NEAR_END);
}

Test(detector, places_follow_the_declared_direction_and_the_points)
{
	struct scales s;
	struct instrument i = programme->instruments[0];
	struct question questions[2] = {i.questions[0], i.questions[1]};
	questions[1].high_is_effort = true;
	i.questions = questions;
	scales_init(&s, &i);
	for (int16_t x = 1; x <= 5; x++) {
		cr_expect_eq(scale_position(&s, 0, x), 30 * x - 90);
		cr_expect_eq(scale_position(&s, ITEMS, x), 30 * x - 90);
		cr_expect_eq(scale_position(&s, ITEMS + 1, x), 90 - 30 * x);
	}
	cr_expect_eq(scale_position(&s, 0, 6), POSITION_NONE);
	cr_expect_eq(scale_position(&s, 0, ANSWER_NONE), POSITION_NONE);
	cr_expect_eq(score_position(10000), POSITION_BEST);
	cr_expect_eq(score_position(5000), 0);
	scales_fini(&s);
}

/* ---- warnings ---- */

Test(detector, honest_rows_are_not_warned_of)
{
	add_golden(false, false, 0, 1);
	detector_warnings(detector, &found);
	cr_expect(says("[]"), "%s", found.at);
}

Test(detector, no_rows_are_not_warned_of)
{
	detector_warnings(detector, &found);
	cr_expect(says("[]"), "%s", found.at);
}

Test(detector, a_reversed_question_is_named)
{
	add_golden(false, true, 0, 1);
	detector_warnings(detector, &found);
	cr_expect(says("[{\"code\":\"reversed_scale\",\"by\":\"file\",\"group\":null,"
		       "\"column\":\"ces\",\"n\":400,\"measure\":\"correlation\""),
		  "%s", found.at);
	cr_expect_not(says("\"column\":\"csat\""));
	cr_expect_not(says("\"channel\""), "what the file shows is not told again of a channel");
}

Test(detector, a_mirrored_channel_is_named)
{
	add_golden(true, false, 0, 1);
	detector_warnings(detector, &found);
	cr_expect(says("[{\"code\":\"reversed_scale\",\"by\":\"channel\",\"group\":\"chat\","
		       "\"column\":null,\"n\":20,\"measure\":\"slope\",\"figure\":-"),
		  "%s", found.at);
}

Test(detector, any_order_of_the_rows_gives_the_same_bytes)
{
	struct buf first;
	add_golden(true, true, 0, 1);
	detector_warnings(detector, &found);
	first = found;
	detector_free(detector);
	detector = detector_new(programme, programme->instruments);
	buf_init(&found, 1 << 20);
	add_golden(true, true, 77, 149);
	detector_warnings(detector, &found);
	cr_expect(first.len > 2 && slice_equal(buf_slice(&first), buf_slice(&found)));
	buf_fini(&first);
}

/** Twenty shoppers of twenty rows each; the rows of the last are straight. */
static void add_shoppers(bool straight)
{
	int16_t answers[COLUMNS];
	for (int i = 0; i < ROWS; i++) {
		char code[8];
		int who = i % 20;
		snprintf(code, sizeof(code), "P%02d", who);
		golden_row(i, false, false, answers);
		for (int k = 0; straight && who == 19 && k < ITEMS; k++)
			answers[k] = answers[0];
		add(0, answers, slice_of(code));
	}
}

Test(detector, a_straight_lining_shopper_is_named)
{
	add_shoppers(true);
	detector_warnings(detector, &found);
	cr_expect(says("{\"code\":\"straight_lining\",\"by\":\"shopper\",\"group\":\"P19\","
		       "\"column\":null,\"n\":20,\"measure\":\"share\",\"figure\":1,"),
		  "%s", found.at);
	cr_expect_not(says("P18"));
}

Test(detector, honest_shoppers_are_not_warned_of)
{
	add_shoppers(false);
	detector_warnings(detector, &found);
	cr_expect(says("[]"), "%s", found.at);
}

Test(detector, a_file_of_straight_rows_is_told)
{
	int16_t answers[COLUMNS];
	for (int i = 0; i < ROWS; i++) {
		golden_row(i, false, false, answers);
		for (int k = 0; i % 4 == 0 && k < ITEMS; k++)
			answers[k] = 3;
		add(0, answers, SLICE_NONE);
	}
	detector_warnings(detector, &found);
	cr_expect(says("[{\"code\":\"straight_lining\",\"by\":\"file\",\"group\":null,"
		       "\"column\":null,\"n\":400,"),
		  "%s", found.at);
}

Test(detector, contacts_nobody_answered_say_nothing)
{
	int16_t answers[COLUMNS];
	for (int i = 0; i < ROWS; i++) {
		for (int k = 0; k < COLUMNS; k++)
			answers[k] = 3;
		struct result r = {.answers = answers, .cx = answers + ITEMS, .answered = false};
		detector_add(detector, &r);
	}
	detector_warnings(detector, &found);
	cr_expect(says("[]"), "%s", found.at);
}

/* ---- shoppers beyond the limit ---- */

static void add_codes(struct shoppers *s, int from, int to, int step)
{
	static const int16_t positions[SHOPPER_COLUMNS] = {0, 30, 60, -60};
	for (int n = from; n != to; n += step) {
		char code[16];
		snprintf(code, sizeof(code), "S%d", n);
		shoppers_add(s, slice_of(code), positions, STRAIGHT_ALL);
	}
}

Test(shoppers, which_are_kept_does_not_depend_on_their_order)
{
	struct shoppers *up = shoppers_new(), *down = shoppers_new();
	size_t up_len, down_len;
	add_codes(up, 0, 20000, 1);
	add_codes(up, 0, 20000, 1);
	add_codes(down, 19999, -1, -1);
	add_codes(down, 19999, -1, -1);
	const struct shopper *x = shoppers_sorted(up, &up_len),
			     *y = shoppers_sorted(down, &down_len);
	cr_assert_eq(up_len, down_len);
	cr_expect(up_len > SHOPPERS_KEPT / 4 && up_len <= SHOPPERS_KEPT);
	for (size_t i = 0; i < up_len; i++) {
		cr_assert_eq(x[i].code_len, y[i].code_len);
		cr_assert_eq(memcmp(x[i].code, y[i].code, x[i].code_len), 0);
		cr_assert_eq(x[i].straight.looked_at, 2, "one kept was away for a while");
		cr_assert_eq(y[i].straight.looked_at, 2);
	}
	shoppers_free(up);
	shoppers_free(down);
}

Test(shoppers, below_the_limit_all_are_kept)
{
	struct shoppers *s = shoppers_new();
	size_t len;
	add_codes(s, 0, SHOPPERS_KEPT, 1);
	shoppers_sorted(s, &len);
	cr_expect_eq(len, SHOPPERS_KEPT);
	shoppers_free(s);
}
