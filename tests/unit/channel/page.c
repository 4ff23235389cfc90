#include "channel/page.h"

#include <criterion/criterion.h>

#include "channel/setup.h"

static const struct setup none = {0};

struct heard_page {
	struct arena arena;
	struct heard heard;
	enum status status;
};

static struct heard_page page(const char *query, const char *body)
{
	struct heard_page h;
	struct payload payload = {.query = slice_of(query), .body = slice_of(body)};
	arena_init(&h.arena, 1 << 20);
	h.status = page_hear(&none, &payload, &h.arena, &h.heard, NULL);
	return h;
}

static struct heard_page widget(const char *body)
{
	struct heard_page h;
	struct payload payload = {.body = slice_of(body)};
	arena_init(&h.arena, 1 << 20);
	h.status = widget_hear(&none, &payload, &h.arena, &h.heard, NULL);
	return h;
}

static bool says(const struct heard_page *h, size_t index, const char *question, const char *value)
{
	const struct heard_answer *a = &h->heard.answers[index];
	return slice_is(a->question, question) && slice_is(a->value, value);
}

Test(page, each_field_with_something_in_it_is_an_answer_of_the_token)
{
	struct heard_page h = page("inv=abc",
				   "nonce=n&lang=nb&nps=9&csat=&comment=+Rask+hj%C3%A6lp+");
	cr_assert_eq(h.status, OK);
	cr_assert_eq(h.heard.answers_len, 2);
	cr_assert(says(&h, 0, "nps", "9") && says(&h, 1, "comment", "Rask hjælp"));
	cr_assert(slice_is(h.heard.answers[0].token, "abc"));
	arena_fini(&h.arena);
}

Test(page, of_two_fields_of_a_name_the_first_is_meant)
{
	struct heard_page h = page("inv=abc", "nps=9&nps=2");
	cr_assert_eq(h.heard.answers_len, 1);
	cr_assert(says(&h, 0, "nps", "9"));
	arena_fini(&h.arena);
}

Test(page, a_form_without_an_answer_says_nothing)
{
	struct heard_page h = page("inv=abc", "nonce=n&csat=+&comment=");
	cr_assert_eq(h.heard.fate, HEARD_NOTHING);
	arena_fini(&h.arena);
}

Test(page, a_form_with_a_broken_escape_is_bad)
{
	struct heard_page h = page("inv=abc", "nps=%9");
	cr_assert_eq(h.status, OK);
	cr_assert_eq(h.heard.fate, HEARD_BAD);
	arena_fini(&h.arena);
}

Test(page, a_form_that_does_not_fit_its_memory_is_a_limit)
{
	struct payload payload = {.query = SLICE("inv=a"), .body = SLICE("nps=9&csat=5")};
	struct arena arena;
	struct heard heard;
	arena_init(&arena, 64);
	cr_assert_eq(page_hear(&none, &payload, &arena, &heard, NULL), E_LIMIT);
	arena_fini(&arena);
}

Test(widget, answers_are_of_the_token_as_text_or_as_numbers)
{
	struct heard_page h = widget("{\"source\":\"s\",\"token\":\"abc\",\"nonce\":\"n.0\","
				     "\"answers\":{\"nps\":\"10\",\"csat\":5,\"comment\":\" \"}}");
	cr_assert_eq(h.heard.answers_len, 2);
	cr_assert(says(&h, 0, "nps", "10") && says(&h, 1, "csat", "5"));
	cr_assert(slice_is(h.heard.answers[1].token, "abc"));
	arena_fini(&h.arena);
}

Test(widget, a_fraction_is_heard_as_one_and_never_rounded)
{
	struct heard_page h = widget("{\"contact\":\"c\",\"answers\":{\"nps\":9.5}}");
	cr_assert(says(&h, 0, "nps", "9.5"));
	arena_fini(&h.arena);
}

Test(widget, without_a_token_they_are_of_the_contact_and_its_place)
{
	struct heard_page h = widget(
		"{\"contact\":\"c1\",\"place\":\"web\",\"answers\":{\"nps\":\"0\"}}");
	cr_assert_eq(h.heard.answers[0].token.len, 0);
	cr_assert(slice_is(h.heard.answers[0].contact, "c1"));
	cr_assert(slice_is(h.heard.answers[0].place, "web"));
	arena_fini(&h.arena);
}

Test(widget, values_that_are_no_answers_are_left_out)
{
	struct heard_page h = widget("{\"token\":\"t\",\"answers\":{\"nps\":[9],\"csat\":null,"
				     "\"ces\":{\"a\":1},\"x\":true}}");
	cr_assert_eq(h.heard.fate, HEARD_NOTHING);
	arena_fini(&h.arena);
}

Test(widget, what_is_not_json_or_has_no_answers_is_bad)
{
	const char *const bodies[] = {"", "nps=9", "[]", "{\"answers\":[]}", "{\"token\":\"t\"}"};
	for (size_t i = 0; i < COUNT_OF(bodies); i++) {
		struct heard_page h = widget(bodies[i]);
		cr_assert_eq(h.heard.fate, HEARD_BAD, "%s", bodies[i]);
		arena_fini(&h.arena);
	}
}

Test(page, no_source_can_be_of_the_servers_own_kind)
{
	cr_assert(adapter_find(SLICE("page"))->own && !adapter_find(SLICE("widget"))->own);
}
