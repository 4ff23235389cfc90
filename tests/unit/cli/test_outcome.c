#include <criterion/criterion.h>

#include "cli/outcome.h"
#include "cli/terminal.h"

Test(outcome, a_http_status_decides_the_exit_code)
{
	static const struct {
		long status;
		int exit_code;
	} cases[] = {
		{200, 0}, {201, 0}, {304, 1}, {400, 1}, {401, 4}, {403, 4}, {404, 3},
		{409, 5}, {410, 3}, {412, 5}, {413, 1}, {415, 1}, {422, 1}, {428, 5},
		{408, 7}, {429, 7}, {500, 7}, {502, 7}, {503, 7}, {504, 7},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		cr_expect_eq((int)outcome_of_http(cases[i].status), cases[i].exit_code, "HTTP %ld",
			     cases[i].status);
}

Test(outcome, a_network_that_fails_may_be_tried_again)
{
	cr_expect_eq((int)outcome_of_status(E_BUSY), 7);
	cr_expect_eq((int)outcome_of_status(E_DENIED), 4);
	cr_expect_eq((int)outcome_of_status(E_INPUT), 1);
}

Test(colour, follows_the_terminal)
{
	cr_expect(colour_wanted(&(struct colour_facts){.is_terminal = true, .term = "xterm"}));
	cr_expect_not(colour_wanted(&(struct colour_facts){.is_terminal = false}));
	cr_expect_not(colour_wanted(&(struct colour_facts){.is_terminal = true, .term = "dumb"}));
}

Test(colour, an_empty_no_color_means_nothing)
{
	cr_expect(colour_wanted(&(struct colour_facts){.is_terminal = true, .no_color = ""}));
	cr_expect_not(colour_wanted(&(struct colour_facts){.is_terminal = true, .no_color = "0"}));
}

Test(colour, no_color_wins_over_force)
{
	struct colour_facts facts = {.clicolor_force = "1", .force_color = "1"};
	cr_expect(colour_wanted(&facts));
	facts.no_color = "1";
	cr_expect_not(colour_wanted(&facts));
}

Test(language, is_the_locales_first_part)
{
	static const char *const cases[][2] = {{"nb_NO.UTF-8", "nb"}, {"ko", "ko"},
					       {"C.UTF-8", "en"},     {"POSIX", "en"},
					       {"zh-Hant", "zh"},     {NULL, "en"}};
	char language[TERMINAL_LANGUAGE_BYTES];
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		terminal_language(cases[i][0], language);
		cr_expect_str_eq(language, cases[i][1]);
	}
}
