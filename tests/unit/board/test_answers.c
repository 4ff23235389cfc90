#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "board/answers.h"

static struct live_question board_of(int sector)
{
	return (struct live_question){
		.form = LIVE_BOARD_JSON,
		.board = {.sector = sector, .channel = BOARD_ALL_CHANNELS, .threshold = NAN}};
}

static struct http_bytes *bytes_of(size_t len)
{
	char *body = calloc(1, len + 1);
	cr_assert_not_null(body);
	struct http_bytes *bytes = http_bytes_new(200, NULL, 0, (struct slice){body, len});
	free(body);
	return bytes;
}

/** Kept; the cache alone holds it. */
static void keep(struct answers *a, int sector, size_t len)
{
	struct live_question q = board_of(sector);
	struct http_bytes *bytes = bytes_of(len);
	answers_keep(a, &q, bytes);
	http_bytes_unref(bytes);
}

static bool has(struct answers *a, int sector)
{
	struct live_question q = board_of(sector);
	return answers_find(a, &q) != NULL;
}

Test(answers, what_is_kept_is_found_by_its_question)
{
	struct answers a = {0};
	struct live_question q = board_of(1);
	struct http_bytes *bytes = bytes_of(10);
	cr_expect_null(answers_find(&a, &q));
	answers_keep(&a, &q, bytes);
	cr_expect_eq(answers_find(&a, &q), bytes);
	cr_expect_not(has(&a, 2));
	http_bytes_unref(bytes);
	answers_fini(&a);
}

Test(answers, the_least_lately_asked_for_goes_first)
{
	struct answers a = {0};
	for (int i = 0; i < ANSWERS_KEPT; i++)
		keep(&a, i, 1);
	cr_expect(has(&a, 0)); /* asked for: 1 is the oldest now */
	keep(&a, ANSWERS_KEPT, 1);
	cr_expect_eq(a.len, ANSWERS_KEPT);
	cr_expect(has(&a, 0));
	cr_expect_not(has(&a, 1));
	cr_expect(has(&a, 2));
	cr_expect(has(&a, ANSWERS_KEPT));
	answers_fini(&a);
}

Test(answers, the_bytes_stay_within_their_limit)
{
	struct answers a = {0};
	size_t third = ANSWERS_BYTES / 3;
	for (int i = 0; i < 3; i++)
		keep(&a, i, third);
	cr_expect_eq(a.len, 3);
	keep(&a, 3, third);
	cr_expect_eq(a.len, 3);
	cr_expect_leq(a.bytes, ANSWERS_BYTES);
	cr_expect_not(has(&a, 0));
	keep(&a, 4, ANSWERS_BYTES);
	cr_expect_eq(a.len, 1, "one large answer takes the room of all others");
	cr_expect_eq(a.bytes, ANSWERS_BYTES);
	answers_fini(&a);
}

Test(answers, an_answer_over_the_limit_is_not_kept_and_drives_nothing_out)
{
	struct answers a = {0};
	keep(&a, 0, 100);
	keep(&a, 1, ANSWERS_BYTES + 1);
	cr_expect(has(&a, 0));
	cr_expect_not(has(&a, 1));
	answers_fini(&a);
}

Test(answers, clearing_forgets_all)
{
	struct answers a = {0};
	for (int i = 0; i < 10; i++)
		keep(&a, i, 100);
	answers_clear(&a);
	cr_expect_eq(a.len, 0);
	cr_expect_eq(a.bytes, 0);
	cr_expect_not(has(&a, 3));
	keep(&a, 3, 100);
	cr_expect(has(&a, 3));
	answers_fini(&a);
}

Test(answers, bytes_somebody_holds_outlive_the_cache)
{
	struct answers a = {0};
	struct live_question q = board_of(1);
	keep(&a, 1, 10);
	struct http_bytes *held = http_bytes_ref(answers_find(&a, &q));
	answers_fini(&a);
	cr_expect_eq(http_bytes_body(held).len, 10);
	http_bytes_unref(held);
}

/* What makes a question another one. */

Test(answers, every_part_of_a_boards_question_tells_it_from_others)
{
	struct live_question q = board_of(1);
	struct live_question other[] = {q, q, q, q, q, q, q};
	other[0].form = LIVE_BOARD_CSV;
	other[1].board.sector = 2;
	other[2].board.channel = 0;
	other[3].board.metric = BOARD_NPS;
	other[4].board.area = 1;
	other[5].board.include = BOARD_PAIRS;
	other[6].board.threshold = 80;
	cr_expect(live_question_equal(&q, &q));
	for (size_t i = 0; i < COUNT_OF(other); i++)
		cr_expect_not(live_question_equal(&q, &other[i]), "part %zu", i);
}

Test(answers, a_threshold_that_is_not_given_equals_itself)
{
	struct live_question q = board_of(1), same = board_of(1);
	cr_expect(live_question_equal(&q, &same));
	same.board.threshold = q.board.threshold = 80;
	cr_expect(live_question_equal(&q, &same));
	same.board.threshold = 81;
	cr_expect_not(live_question_equal(&q, &same));
}

Test(answers, a_companys_question_is_its_company)
{
	struct live_question q = {.form = LIVE_COMPANY_JSON, .company = 1}, other = q;
	other.board.sector = 5;
	cr_expect(live_question_equal(&q, &other));
	other.company = 2;
	cr_expect_not(live_question_equal(&q, &other));
}

Test(answers, sectors_have_one_question_a_form)
{
	struct live_question json = {.form = LIVE_SECTORS_JSON}, csv = {.form = LIVE_SECTORS_CSV};
	struct live_question same = {.form = LIVE_SECTORS_JSON, .company = 3};
	cr_expect(live_question_equal(&json, &same));
	cr_expect_not(live_question_equal(&json, &csv));
}
