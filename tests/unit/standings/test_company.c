/** One company in detail: areas, items, channels, and what is kept back. */
#include <criterion/criterion.h>

#include <stdio.h>

#include "small.h"

struct golden {
	const char *code;
	int n;
	double value;
};

#include "golden_company.inc"

static double number(const cJSON *object, const char *path)
{
	const cJSON *found = at_path(object, path);

	cr_assert(cJSON_IsNumber(found), "%s is not a number", path);
	return found->valuedouble;
}

Test(company, areas_have_the_means_that_python_counted)
{
	struct sample s = given_sample(false);
	cJSON *detail = company_of(&s, "C005");

	for (size_t i = 0; i < COUNT_OF(golden_areas); i++) {
		const cJSON *row = row_of(at_path(detail, "areas"), "area", golden_areas[i].code);

		cr_expect_eq(number(row, "n"), golden_areas[i].n);
		cr_expect_float_eq(number(row, "score.mean"), golden_areas[i].value, 1e-10);
	}
	cJSON_Delete(detail);
	given_away(&s);
}

Test(company, an_area_board_has_the_same_mean)
{
	struct sample s = given_sample(false);

	for (size_t i = 0; i < COUNT_OF(golden_areas); i++) {
		char metric[80];
		cJSON *board;

		snprintf(metric, sizeof(metric), "area:%s", golden_areas[i].code);
		board = board_of(&s, NULL, NULL, metric, NULL, NULL);
		cr_expect_float_eq(
			number(row_of(at_path(board, "standings"), "company", "C005"), "area.mean"),
			golden_areas[i].value, 1e-10);
		cJSON_Delete(board);
	}
	given_away(&s);
}

Test(company, items_have_the_points_that_python_counted)
{
	struct sample s = given_sample(false);
	cJSON *detail = company_of(&s, "C005");

	for (size_t i = 0; i < COUNT_OF(golden_items); i++) {
		const cJSON *row = row_of(at_path(detail, "items"), "item", golden_items[i].code);

		cr_expect_eq(number(row, "n"), golden_items[i].n);
		cr_expect_float_eq(number(row, "points_percent"), golden_items[i].value, 1e-10);
	}
	cJSON_Delete(detail);
	given_away(&s);
}

Test(company, a_channel_is_shown_or_hidden_as_a_whole)
{
	struct sample s = given_sample(false);
	cJSON *detail = company_of(&s, "C005");
	size_t shown = 0;

	for (size_t i = 0; i < COUNT_OF(golden_channels); i++) {
		const cJSON *row = row_of(at_path(detail, "channels"), "channel",
					  golden_channels[i].code);

		cr_expect_eq(number(row, "n"), golden_channels[i].n);
		if (cJSON_IsNull(at_path(row, "nps"))) {
			cr_expect_str_eq(at_path(row, "score_reason")->valuestring,
					 "below_minimum_base");
			continue;
		}
		shown++;
		cr_expect_float_eq(number(row, "nps.nps"), golden_channels[i].value, 1e-10);
	}
	cr_expect_gt(shown, 0);
	cJSON_Delete(detail);
	given_away(&s);
}

Test(company, a_suppressed_company_has_no_parts)
{
	struct sample s = given_sample(false);
	cJSON *detail = company_of(&s, "C008");

	cr_expect_eq(number(detail, "n"), 7);
	cr_expect(cJSON_IsNull(at_path(detail, "items")));
	cr_expect(cJSON_IsNull(at_path(detail, "channels")));
	cr_expect_str_eq(at_path(detail, "items_reason")->valuestring, "below_minimum_base");
	cJSON_Delete(detail);
	given_away(&s);
}

Test(company, an_item_of_few_answers_is_kept_back)
{
	struct sample s = given_programme(SMALL_PROGRAMME("zero", SMALL_QUESTIONS));
	cJSON *detail;
	const cJSON *row;

	given_contacts(&s, "A", "phone", "22----");
	detail = company_of(&s, "A");
	row = row_of(at_path(detail, "items"), "item", "q1");
	cr_expect_eq(number(row, "n"), 2);
	cr_expect_str_eq(at_path(row, "points_percent_reason")->valuestring, "below_minimum_base");
	cr_expect_str_eq(at_path(row, "bins_reason")->valuestring, "below_minimum_base");
	cJSON_Delete(detail);
	given_away(&s);
}
