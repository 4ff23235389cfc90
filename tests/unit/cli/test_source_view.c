#include <criterion/criterion.h>

#include "base/must.h"
#include "cli/source_view.h"

static struct arena arena;
static struct buf page;
static const struct view view = {.columns = 100, .set = TEXT_UTF8, .language = "en"};

static void start(void)
{
	arena_init(&arena, 1 << 20);
	buf_init(&page, 1 << 16);
}

static void end(void)
{
	buf_fini(&page);
	arena_fini(&arena);
}

TestSuite(source_view, .init = start, .fini = end);

/** A healthy source with the members of `health` over its own; all with ' for ". */
static const cJSON *source(const char *more, const char *health)
{
	const char *text = arena_print(
		&arena,
		"{'source':'chat','kind':'chatwoot','revision':3,'hook_url':'/v1/hooks/abc',"
		"'document':{'programme':'p','wave':'w','channel':'chat'},%s"
		"'secrets':[{'name':'signing','number':2,'since':'2026-01-02T03:04:05Z'}],"
		"'health':{'last_taken_at':'2026-05-04T10:00:00.000000Z',%s}}",
		more, health);
	char *json = memory_new(strlen(text) + 1);
	for (size_t i = 0; text[i] != '\0'; i++)
		json[i] = text[i] == '\'' ? '"' : text[i];
	const cJSON *document = NULL;
	struct trouble why;
	struct slice copy = arena_copy(&arena, slice_of(json));
	memory_free(json);
	cr_assert_eq(answer_parse(copy, &arena, &document, &why), OK, "%s", why.words);
	return document;
}

#define WELL "'taken':7,'repeated':2,'refused':0,'waiting':1,'failed':0,'faults':0,'quiet_hours':3"

static const cJSON *report; /* NULL: the server has found nothing */

static unsigned check(const char *more, const char *health, double hours)
{
	buf_clear(&page);
	unsigned wrong = source_view_check(&page, source(more, health), report, &view, hours);
	buf_add_byte(&page, '\0');
	return wrong;
}

static void expect(const char *words)
{
	cr_expect_not_null(strstr(page.at, words), "no \"%s\" in:\n%s", words, page.at);
}

Test(source_view, a_source_that_is_well_has_nothing_wrong)
{
	cr_expect_eq(check("", WELL, 24), 0);
	expect("well: 7 taken, 1 waiting to be read\n");
}

Test(source_view, quiet_for_too_long_is_wrong)
{
	cr_expect_eq(check("", WELL, 3), 1);
	expect("quiet: nothing was taken for 3 hours\n");
	cr_expect_eq(check("", WELL, 4), 0);
	cr_expect_eq(check("", "'taken':0,'repeated':0,'quiet_hours':30", 24), 1);
	expect("quiet: nothing was taken ever, and it is connected for 30 hours\n");
}

Test(source_view, a_refusal_is_wrong_until_something_is_taken_again)
{
	const char *later = WELL ",'refused':4,'last_refusal':'wrong',"
				 "'last_refused_at':'2026-05-04T10:00:01.000000Z'";
	const char *before = WELL ",'last_refusal':'wrong',"
				  "'last_refused_at':'2026-05-04T09:59:59.000000Z'";
	cr_expect_eq(check("", later, 24), 1);
	expect("the last at 2026-05-04T10:00:01.000000Z: wrong, it was signed with another secret");
	cr_expect_eq(check("", before, 24), 0);
}

Test(source_view, every_fault_is_a_line_of_its_own)
{
	cr_expect_eq(check("'paused':true,", "'taken':1,'failed':2,'faults':1,'quiet_hours':0", 24),
		     3);
	expect("failed: 2 were stored and could not be understood\n");
	expect("faults: the programme was changed since");
	expect("paused: what is sent is stored and not counted\n");
}

Test(source_view, what_the_provider_says_is_wrong_is_a_line_and_nothing_is_said_twice)
{
	static const char json[] =
		"{\"checks\":[{\"check\":\"webhook\",\"ok\":false,\"words\":\"not subscribed\"},"
		"{\"check\":\"wave\",\"ok\":true,\"words\":\"the wave is fielding\"},"
		"{\"check\":\"running\",\"ok\":false,\"words\":\"it is paused\"}]}";
	struct trouble why;
	cr_assert_eq(answer_parse(SLICE(json), &arena, &report, &why), OK);
	cr_expect_eq(check("'paused':true,", WELL, 24), 2);
	expect("webhook: not subscribed\n");
	cr_expect_null(strstr(page.at, "it is paused"));
	cr_expect_null(strstr(page.at, "fielding"));
	cr_expect_null(strstr(page.at, "well"));
}

Test(source_view, a_source_is_shown_with_its_places_and_without_secrets)
{
	struct trouble why;
	cr_assert_eq(source_view_draw(&page, source("'paused':true,", WELL), &view, &why), OK);
	buf_add_byte(&page, '\0');
	expect("source    chat\n");
	expect("revision  3, paused\n");
	expect("hook      /v1/hooks/abc\n");
	expect("secret    signing 2, since 2026-01-02T03:04:05Z\n");
	expect("health    7 taken, 2 repeated, 0 refused, 1 waiting, 0 failed\n");
}

Test(source_view, what_is_no_source_is_refused)
{
	struct trouble why;
	const cJSON *document;
	cr_assert_eq(answer_parse(SLICE("{}"), &arena, &document, &why), OK);
	cr_expect_eq(source_view_draw(&page, document, &view, &why), E_INPUT);
	cr_expect_eq(source_view_list(&page, document, &view, &why), E_INPUT);
}
