/** The severity model: one for all answers over the same counts, or one for each alone. */
#include <criterion/criterion.h>

#include <stdio.h>

#include "small.h"
#include "standings/severity_model.h"

enum { MODEL_BYTES = 16 * 1024 * 1024 };

static struct sample s;
static struct severity_model *model;

static void given(void)
{
	s = given_programme(SMALL_PROGRAMME("zero", SMALL_QUESTIONS));
}

static void away(void)
{
	severity_model_free(model);
	model = NULL;
	given_away(&s);
}

TestSuite(severity, .init = given, .fini = away);

/** Three contacts each, with companies A, B and C; every other shopper scores low. */
static void given_shoppers(int count)
{
	for (int i = 0; i < 3 * count; i++) {
		char words[120];

		snprintf(words, sizeof(words),
			 "result_id=r%d company=%c channel=%s shopper=P%d answered=1 q1=%d", i,
			 'A' + i % 3, i % 2 ? "chat" : "phone", i / 3,
			 i / 3 % 2 + (i * 5 + i / 4) % 2);
		given_result(&s, words);
	}
}

/** From here on the source has it. */
static void given_model(void)
{
	cr_assert_eq(severity_model_new(&s.source, MODEL_BYTES, &model), OK);
	s.source.severity = model;
}

static void add(struct buf *to, cJSON *answer)
{
	char *text = cJSON_PrintUnformatted(answer);

	buf_add(to, slice_of(text));
	cJSON_free(text);
	cJSON_Delete(answer);
}

static struct buf all_answers(void)
{
	char *json = board_text_of(&s, NULL, NULL, "score", false);
	char *csv = board_text_of(&s, "S1", NULL, "nps", true);
	char *channel = board_text_of(&s, NULL, "phone", "score", false);
	struct buf all;

	buf_init(&all, BOARD_BUF_BYTES);
	buf_add(&all, slice_of(json));
	buf_add(&all, slice_of(csv));
	buf_add(&all, slice_of(channel));
	free_text(json);
	free_text(csv);
	free_text(channel);
	add(&all, sectors_of(&s));
	add(&all, shoppers_of(&s));
	return all;
}

static const char *reason_of(const cJSON *found)
{
	return cJSON_IsString(found) ? found->valuestring : "none";
}

/** What board, sectors and shopper table say of the shoppers' sd: null with `reason`, or "none". */
static void expect_reason(const char *reason)
{
	cJSON *board = board_of(&s, NULL, NULL, "score", NULL, NULL);
	cJSON *sectors = sectors_of(&s), *shoppers = shoppers_of(&s);
	const cJSON *a = row_of(at_path(board, "standings"), "company", "A");

	cr_expect_str_eq(reason_of(at_path(board, "summary.severity.shopper_sd_reason")), reason);
	cr_expect_str_eq(reason_of(at_path(a, "answered_mean_severity_adjusted_reason")), reason);
	cr_expect_str_eq(reason_of(at_path(sectors, "overall.severity.shopper_sd_reason")), reason);
	cr_expect_str_eq(reason_of(at_path(shoppers, "severity.shopper_sd_reason")), reason);
	cJSON_Delete(board);
	cJSON_Delete(sectors);
	cJSON_Delete(shoppers);
}

Test(severity, a_model_given_and_a_model_made_give_the_same_bytes)
{
	struct buf made, shared;

	given_shoppers(7);
	made = all_answers();
	given_model();
	cr_assert_gt(model->shopper_sd, 0);
	shared = all_answers();
	cr_expect(slice_equal(buf_slice(&made), buf_slice(&shared)));
	buf_fini(&made);
	buf_fini(&shared);
}

Test(severity, a_model_given_is_the_one_that_is_shown)
{
	given_shoppers(7);
	given_model();
	model->shopper_sd = 12.5;
	cJSON *answers[] = {board_of(&s, NULL, NULL, "score", NULL, NULL), sectors_of(&s),
			    shoppers_of(&s)};
	static const char *const paths[] = {"summary.severity.shopper_sd",
					    "overall.severity.shopper_sd", "severity.shopper_sd"};

	for (size_t i = 0; i < COUNT_OF(paths); i++) {
		cr_expect_eq(at_path(answers[i], paths[i])->valuedouble, 12.5, "%s", paths[i]);
		cJSON_Delete(answers[i]);
	}
}

Test(severity, a_board_of_one_channel_has_no_severity_whatever_is_given)
{
	cJSON *board;

	given_shoppers(7);
	given_model();
	board = board_of(&s, NULL, "phone", "score", NULL, NULL);
	cr_expect_str_eq(reason_of(at_path(board, "summary.severity.shopper_sd_reason")),
			 "not_computed");
	cJSON_Delete(board);
}

Test(severity, boards_have_it_with_300_shoppers_as_the_shopper_table_has)
{
	given_shoppers(300);
	given_model();
	cr_expect_eq(model->shoppers, 300);
	expect_reason("none");
}

Test(severity, with_more_shoppers_than_the_limit_it_is_null_with_a_reason)
{
	given_shoppers(SEVERITY_SHOPPERS_LIMIT + 1);
	expect_reason("not_computed");
	given_model();
	cr_expect_not(model->made);
	expect_reason("not_computed");
}

Test(severity, a_model_stays_as_it_is_when_the_counts_change)
{
	double sd, effect;

	given_shoppers(7);
	given_model();
	sd = model->shopper_sd;
	effect = model->effects[0];
	given_result(&s, "result_id=x company=A channel=phone shopper=P0 answered=1 q1=0");
	s.source.severity = NULL;
	cJSON *after = shoppers_of(&s);
	cr_expect_neq(at_path(after, "severity.shopper_sd")->valuedouble, sd);
	cr_expect_eq(model->shopper_sd, sd);
	cr_expect_eq(model->effects[0], effect);
	cJSON_Delete(after);
}

Test(severity, too_little_memory_is_a_limit_wherever_it_ends)
{
	enum status st = E_LIMIT;
	size_t limits = 0;

	given_shoppers(7);
	for (size_t limit = 0; limit < MODEL_BYTES && st == E_LIMIT; limit += 7, limits++) {
		st = severity_model_new(&s.source, limit, &model);
		cr_assert_eq(st == OK, model != NULL);
	}
	cr_expect_eq(st, OK);
	cr_expect_gt(limits, 50);
}
