#include <criterion/criterion.h>

#include "base/clock.h"
#include "fake/small_programme.h"
#include "review/bulk_body.h"

static struct programme *p;
static struct arena arena;
static struct bulk_body made;
static struct trouble why;

static void start(void)
{
	struct programme_faults faults;
	arena_init(&arena, 1 << 20);
	cr_assert_eq(programme_parse(SLICE(SMALL_PROGRAMME), &arena, &p, &faults), OK);
}

static void end(void)
{
	programme_free(p);
	arena_fini(&arena);
}

TestSuite(bulk_body, .init = start, .fini = end);

static enum status body_is_read(const char *text)
{
	return bulk_body_read(slice_of(text), p, &arena, &made, &why);
}

Test(bulk_body, ids_are_wishes_of_one_status)
{
	cr_assert_eq(body_is_read("{\"result_ids\":[\"a\",\"b\"],\"status\":\"returned\","
				  "\"reason\":\"r\"}"),
		     OK);
	cr_expect_not(made.filtered);
	cr_expect_eq(made.wishes_len, 2);
	cr_expect(slice_is(made.wishes[1].result_id, "b"));
	cr_expect_eq(made.wishes[1].status, REVIEW_RETURNED);
	cr_expect(slice_is(made.reason, "r"));
}

Test(bulk_body, a_filter_names_places_by_their_codes_and_leaves_the_rest_open)
{
	cr_assert_eq(body_is_read("{\"status\":\"approved\",\"where\":{\"company\":\"C2\","
				  "\"contacted_before\":\"2000-01-01T00:00:01Z\"}}"),
		     OK);
	cr_expect(made.filtered);
	cr_expect_eq(made.filter.company, 1);
	cr_expect_eq(made.filter.channel, -1);
	cr_expect_eq(made.filter.status, -1);
	cr_expect_eq(made.filter.contacted_before, 1000000);
	cr_expect_eq(made.reason.len, 0);
}

Test(bulk_body, a_name_is_not_cut_where_it_spells_nul)
{
	cr_expect_eq(body_is_read("{\"status\":\"approved\",\"result_ids\":[\"a\\u0000b\"]}"),
		     E_INPUT);
	cr_expect_eq(body_is_read("{\"status\":\"approved\",\"reason\":\"r\\u0000\",\"where\":{}}"),
		     E_INPUT);
}

Test(bulk_body, a_member_given_twice_and_what_follows_the_object_are_refused)
{
	cr_expect_eq(body_is_read("{\"status\":\"approved\",\"result_ids\":[\"a\"],"
				  "\"result_ids\":[\"b\"]}"),
		     E_INPUT);
	cr_expect_eq(body_is_read("{\"status\":\"approved\",\"where\":{}} {\"status\":1}"),
		     E_INPUT);
	cr_expect_eq(body_is_read("{\"status\":\"approved\",\"result_ids\":[\"\xff\"]}"), E_INPUT);
}

Test(bulk_body, what_could_mean_something_else_is_refused)
{
	static const char *const bodies[] = {
		"",
		"null",
		"[]",
		"{\"status\":\"approved\"}",
		"{\"status\":\"approved\",\"result_ids\":\"a\"}",
		"{\"status\":\"approved\",\"result_ids\":[null]}",
		"{\"status\":\"disputed\",\"result_ids\":[]}",
		"{\"status\":1,\"result_ids\":[]}",
		"{\"result_ids\":[]}",
		"{\"status\":\"approved\",\"where\":[]}",
		"{\"status\":\"approved\",\"where\":{\"companies\":\"C1\"}}",
		"{\"status\":\"approved\",\"where\":{\"channel\":\"fax\"}}",
		"{\"status\":\"approved\",\"where\":{\"contacted_before\":\"monday\"}}",
		"{\"status\":\"approved\",\"where\":{\"status\":\"open\"}}",
		"{\"status\":\"approved\",\"where\":{},\"result_ids\":[]}",
		"{\"status\":\"approved\",\"where\":{},\"dry_run\":true}",
	};
	for (size_t i = 0; i < COUNT_OF(bodies); i++) {
		cr_expect_eq(body_is_read(bodies[i]), E_INPUT, "%s", bodies[i]);
		cr_expect_str_eq(why.code, "bad_body", "%s", bodies[i]);
	}
}
