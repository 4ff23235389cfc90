/** The board of the whole field: one family of comparisons over every ranked company. */
#include <criterion/criterion.h>

#include "wave.h"

static const struct {
	const char *company;
	int rank, lower, upper;
} golden[] = {
#include "golden_field.inc"
};

Test(field, ranks_by_nps_are_those_that_r_found, .timeout = 300)
{
	struct sample s = given_sample(false);
	cJSON *board = board_of(&s, NULL, NULL, "nps", NULL, NULL);

	for (size_t i = 0; i < COUNT_OF(golden); i++) {
		const cJSON *row = row_of(at_path(board, "standings"), "company",
					  golden[i].company);

		cr_assert_not_null(row, "%s", golden[i].company);
		cr_expect_eq(at_path(row, "rank")->valueint, golden[i].rank);
		cr_expect_eq(at_path(row, "rank_lower")->valueint, golden[i].lower);
		cr_expect_eq(at_path(row, "rank_upper")->valueint, golden[i].upper);
	}
	cr_expect_eq(at_path(board, "summary.companies_ranked")->valueint, (int)COUNT_OF(golden));
	cJSON_Delete(board);
	given_away(&s);
}
