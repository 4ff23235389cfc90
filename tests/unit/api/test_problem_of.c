#include <criterion/criterion.h>

#include "api/problem_of.h"

static const enum status statuses[] = {
#define X(name, number, words) name,
	STATUSES(X)
#undef X
};

Test(problem_of, every_failure_has_a_meaning_in_http)
{
	for (size_t i = 0; i < COUNT_OF(statuses); i++) {
		if (statuses[i] == OK)
			continue;
		int http = http_status_of(statuses[i]);
		cr_expect(http >= 400 && http < 600, "%s: %d", status_name(statuses[i]), http);
		cr_expect_gt(strlen(http_title_of(statuses[i])), 0);
	}
}

Test(problem_of, what_the_client_did_is_4xx_and_what_we_did_is_5xx)
{
	cr_expect_eq(http_status_of(E_INPUT), 422);
	cr_expect_eq(http_status_of(E_LIMIT), 413);
	cr_expect_eq(http_status_of(E_DENIED), 403);
	cr_expect_eq(http_status_of(E_GONE), 404);
	cr_expect_eq(http_status_of(E_CONFLICT), 409);
	cr_expect_eq(http_status_of(E_INTERNAL), 500);
	cr_expect_eq(http_status_of(E_BUSY), 503);
	cr_expect_eq(http_status_of(E_UNKNOWN), 503);
}
