#include <criterion/criterion.h>

#include "survey/company_names.h"

static struct programme *programme;
static struct company_names *names;

static const char document[] =
	"{\"programme\":\"p\",\"channels\":[{\"code\":\"phone\"}],\"companies\":["
	"{\"code\":\"C1\",\"name\":{\"en\":\"Ice Communication Norge AS\",\"nb\":\"Ice\"}},"
	"{\"code\":\"C2\",\"name\":{\"en\":\"Telenor ASA\"}},"
	"{\"code\":\"C3\",\"name\":{\"ko\":\"주식회사 오아시스\",\"en\":\"Oasis\"}},"
	"{\"code\":\"C4\",\"name\":{\"en\":\"Oasis\"}},"
	"{\"code\":\"C5\",\"name\":{\"en\":\"Gjensidige Forsikring ASA\"}},"
	"{\"code\":\"C6\"}],"
	"\"instruments\":[{\"code\":\"i\",\"questions\":[{\"code\":\"nps\",\"measure\":\"nps\","
	"\"scale\":{\"min\":0,\"max\":10}}]}],"
	"\"waves\":[{\"code\":\"w\",\"instrument\":\"i\",\"sectors\":[{\"code\":\"s\","
	"\"companies\":[\"C1\",\"C2\",\"C3\",\"C4\",\"C5\",\"C6\"]}]}]}";

static void start(void)
{
	struct arena arena;
	struct programme_faults faults;
	arena_init(&arena, 1 << 20);
	enum status st = programme_parse(slice_of(document), &arena, &programme, &faults);
	cr_assert_eq(st, OK, "%.*s", st == OK ? 0 : (int)faults.at[0].pointer.len,
		     st == OK ? "" : faults.at[0].pointer.at);
	arena_fini(&arena);
	names = company_names_new(programme);
}

static void end(void)
{
	company_names_free(names);
	programme_free(programme);
}

TestSuite(company_names, .init = start, .fini = end);

static void expect_first(const char *name, const char *code)
{
	struct company_guess guesses[COMPANY_SUGGESTIONS];
	size_t len = company_names_suggest(names, slice_of(name), guesses);
	cr_assert_gt(len, 0, "nobody is like %s", name);
	cr_expect(slice_is(programme->companies[guesses[0].company].code, code), "%s is like %.*s",
		  name, SLICE_ARGS(programme->companies[guesses[0].company].code));
}

Test(company_names, a_name_is_found_in_any_language_and_spelling_of_its_case)
{
	cr_expect_eq(company_names_find(names, SLICE("ICE")), 0);
	cr_expect_eq(company_names_find(names, SLICE("ice  communication\xC2\xA0norge as")), 0);
	cr_expect_eq(company_names_find(names, SLICE("주식회사 오아시스")), 2);
}

Test(company_names, a_name_of_two_companies_is_nobodys)
{
	cr_expect_eq(company_names_find(names, SLICE("Oasis")), COMPANY_SEVERAL);
}

Test(company_names, a_like_name_is_not_found)
{
	cr_expect_eq(company_names_find(names, SLICE("Telenor")), COMPANY_NONE);
	cr_expect_eq(company_names_find(names, SLICE("")), COMPANY_NONE);
}

Test(company_names, likely_ones_are_told)
{
	expect_first("Ice mobil", "C1");
	expect_first("Telenor Norge", "C2");
	expect_first("Telenr", "C2");
	expect_first("오아시스", "C3");
	expect_first("(주)오아시스", "C3");
	expect_first("오아시스주식회사", "C3");
	expect_first("Gjensidige", "C5");
	expect_first("c6", "C6");
}

Test(company_names, nothing_is_told_of_what_is_like_nobody)
{
	struct company_guess guesses[COMPANY_SUGGESTIONS];
	cr_expect_eq(company_names_suggest(names, SLICE("Norsk Hydro ASA"), guesses), 0);
	cr_expect_eq(company_names_suggest(names, SLICE("AS"), guesses), 0);
	cr_expect_eq(company_names_suggest(names, SLICE(""), guesses), 0);
	cr_expect_eq(company_names_suggest(names, SLICE("!?"), guesses), 0);
}

Test(company_names, each_company_is_told_once_and_the_likeliest_first)
{
	struct company_guess guesses[COMPANY_SUGGESTIONS];
	size_t len = company_names_suggest(names, SLICE("Oasis Ltd"), guesses);
	cr_assert_eq(len, 2);
	cr_expect_eq(guesses[0].company, 2);
	cr_expect_eq(guesses[1].company, 3);
	cr_expect_eq(guesses[0].alike, 1);
}

Test(company_names, the_words_name_code_and_name)
{
	struct arena arena;
	arena_init(&arena, 4096);
	cr_expect_str_eq(company_names_perhaps(names, SLICE("Telenor"), &arena),
			 "; perhaps C2 (Telenor ASA)");
	cr_expect_str_eq(company_names_perhaps(names, SLICE("Norsk Hydro"), &arena), "");
	arena_fini(&arena);
}
