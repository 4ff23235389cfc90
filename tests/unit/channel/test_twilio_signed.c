#include "channel/twilio_signed.h"

#include <criterion/criterion.h>

static struct arena arena;

static void begin(void)
{
	arena_init(&arena, TWILIO_SIGNED_BYTES);
}

static void end(void)
{
	arena_fini(&arena);
}

TestSuite(twilio_signed, .init = begin, .fini = end);

static void expect_ways(const char *url, const char *query, const char *body, const char *without,
			const char *with)
{
	struct slice ways[TWILIO_WAYS];
	struct payload p = {.query = slice_of(query), .body = slice_of(body)};
	cr_assert_eq(twilio_signed(slice_of(url), &p, &arena, ways), TWILIO_WAYS);
	cr_expect(slice_is(ways[0], without), "%.*s", SLICE_ARGS(ways[0]));
	cr_expect(slice_is(ways[1], with), "%.*s", SLICE_ARGS(ways[1]));
}

static void expect_none(struct slice url, struct slice query, struct slice body)
{
	struct slice ways[TWILIO_WAYS];
	struct payload p = {.query = query, .body = body};
	cr_expect_eq(twilio_signed(url, &p, &arena, ways), 0);
}

Test(twilio_signed, the_address_is_signed_with_its_port_and_without)
{
	expect_ways("https://a.test/x", "q=1", "", "https://a.test/x?q=1",
		    "https://a.test:443/x?q=1");
	expect_ways("http://a.test", "", "", "http://a.test", "http://a.test:80");
	expect_ways("https://a.test:8443/x:y", "", "", "https://a.test/x:y",
		    "https://a.test:8443/x:y");
}

Test(twilio_signed, a_colon_of_an_address_in_brackets_is_no_port)
{
	expect_ways("https://[2001:db8::1]/x", "", "", "https://[2001:db8::1]/x",
		    "https://[2001:db8::1]:443/x");
	expect_ways("https://[2001:db8::1]:8443/x", "", "", "https://[2001:db8::1]/x",
		    "https://[2001:db8::1]:8443/x");
}

Test(twilio_signed, fields_follow_by_name_then_value_each_once)
{
	expect_ways("https://a.test/", "", "b=2&a=9&a=10&b=2&c", "https://a.test/a10a9b2c",
		    "https://a.test:443/a10a9b2c");
}

Test(twilio_signed, without_an_address_nothing_can_be_signed)
{
	expect_none(SLICE("/v1/hooks/a"), SLICE(""), SLICE(""));
	expect_none(SLICE(""), SLICE(""), SLICE(""));
}

Test(twilio_signed, what_is_no_form_is_not_signed)
{
	expect_none(SLICE("https://a.test/"), SLICE(""), SLICE("a=%zz"));
}

Test(twilio_signed, a_form_over_its_memory_is_not_signed)
{
	struct slice body = {memory_new(TWILIO_SIGNED_BYTES), TWILIO_SIGNED_BYTES};
	expect_none(SLICE("https://a.test/"), SLICE(""), body);
	char *at = memset((char *)body.at, 'a', TWILIO_SIGNED_BYTES);
	memcpy(at, "%41", 3); /* so that it is decoded into a copy */
	expect_none(SLICE("https://a.test/"), SLICE(""),
		    (struct slice){at, TWILIO_SIGNED_BYTES * 3 / 4});
	memory_free(at);
}

Test(twilio_signed, a_digest_of_the_body_that_is_none_is_not_signed)
{
	expect_none(SLICE("https://a.test/"), SLICE("bodySHA256=00"), SLICE("{}"));
	expect_none(SLICE("https://a.test/"), SLICE("a=b&bodySHA256="), SLICE("{}"));
}
