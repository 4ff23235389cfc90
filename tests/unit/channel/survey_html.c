#include "channel/survey_html.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "channel/html.h"

static const struct form_question asked[] = {
	{.column = SLICE("ease"), .measure = MEASURE_CES, .scale_min = 1, .scale_max = 7},
	{.column = SLICE("nps"), .measure = MEASURE_NPS, .scale_max = 10},
	{.column = SLICE("comment"), .measure = MEASURE_OTHER, .is_comment = true}};
static const struct form form = {.questions = asked, .len = COUNT_OF(asked)};

static struct survey_html given_page(void)
{
	return (struct survey_html){.head = {.language = FORM_NB,
					     .company = SLICE("Aker & Sønn"),
					     .style = "../survey.css"},
				    .form = &form,
				    .action = "token",
				    .notice = FORM_WORD_COUNT};
}

static struct buf page_of(const struct survey_html *page)
{
	struct buf out;
	buf_init(&out, SURVEY_HTML_BYTES);
	survey_html_form(&out, page);
	buf_add_byte(&out, '\0');
	cr_assert(!buf_over(&out));
	return out;
}

static int count(const struct buf *page, const char *words)
{
	int found = 0;
	for (const char *at = page->at; (at = strstr(at, words)) != NULL; at++)
		found++;
	return found;
}

static bool escapes_to(struct slice text, const char *expected)
{
	struct buf out;
	buf_init(&out, 1024);
	html_text(&out, text);
	bool same = slice_is(buf_slice(&out), expected);
	buf_fini(&out);
	return same;
}

Test(html, what_means_something_to_a_browser_is_named)
{
	cr_assert(escapes_to(SLICE("<a href='x' title=\"&\">"),
			     "&lt;a href=&#39;x&#39; title=&quot;&amp;&quot;&gt;"));
}

Test(html, text_of_other_languages_stays_as_it_is)
{
	cr_assert(escapes_to(SLICE("Ærøy 한국어 Tiếng Việt\n"), "Ærøy 한국어 Tiếng Việt\n"));
}

Test(html, bytes_that_are_not_utf8_and_control_bytes_are_replaced)
{
	cr_assert(escapes_to(SLICE("a\xe6<\0b\x1b"), "a?&lt; b "));
}

Test(survey_html, the_page_is_in_its_language_and_names_the_company)
{
	struct survey_html page = given_page();
	struct buf out = page_of(&page);
	cr_assert_eq(count(&out, "<html lang=\"nb\">"), 1);
	cr_assert_eq(count(&out, "<p class=\"about\">Din kontakt med Aker &amp; Sønn</p>"), 1);
	buf_fini(&out);
}

Test(survey_html, each_step_of_a_scale_is_a_button_with_a_group_that_has_a_name)
{
	struct survey_html page = given_page();
	struct buf out = page_of(&page);
	cr_assert_eq(count(&out, "type=\"radio\" name=\"nps\""), 11);
	cr_assert_eq(count(&out, "type=\"radio\" name=\"ease\""), 7);
	cr_assert_eq(count(&out, "<fieldset>\n<legend>"), 2);
	buf_fini(&out);
}

Test(survey_html, the_score_of_a_link_is_marked_and_may_be_sent_at_once)
{
	struct survey_html page = given_page();
	page.chosen[1] = SLICE("9");
	page.notice = FORM_WORD_CHOSEN;
	struct buf out = page_of(&page);
	cr_assert_eq(count(&out, "name=\"nps\" value=\"9\" checked"), 1);
	cr_assert_eq(count(&out, " checked"), 1);
	cr_assert_eq(count(&out, "<button type=\"submit\">"), 2);
	buf_fini(&out);
}

Test(survey_html, the_score_of_a_link_stays_in_the_links_to_other_languages)
{
	struct survey_html page = given_page();
	page.chosen[1] = SLICE("9");
	struct buf out = page_of(&page);
	cr_assert_eq(count(&out, "href=\"?lang=ko&amp;nps=9\""), 1);
	buf_fini(&out);
}

Test(survey_html, a_score_off_the_scale_is_neither_marked_nor_linked)
{
	struct survey_html page = given_page();
	page.chosen[0] = SLICE("8");
	page.chosen[1] = SLICE("9\" autofocus x=\"");
	struct buf out = page_of(&page);
	cr_assert_eq(count(&out, " checked"), 0);
	cr_assert_eq(count(&out, "autofocus"), 0);
	cr_assert_eq(count(&out, "href=\"?lang=ko\""), 1);
	buf_fini(&out);
}

Test(survey_html, a_scale_too_long_for_buttons_is_a_number)
{
	static const struct form_question percent[] = {
		{.column = SLICE("q"), .measure = MEASURE_OTHER, .scale_max = 100}};
	static const struct form long_form = {.questions = percent, .len = 1};
	struct survey_html page = given_page();
	page.form = &long_form;
	page.chosen[0] = SLICE("55");
	struct buf out = page_of(&page);
	cr_assert_eq(count(&out,
			   "<input type=\"number\" id=\"q0\" min=\"0\" max=\"100\" name=\"q\" "
			   "value=\"55\">"),
		     1);
	buf_fini(&out);
}

Test(survey_html, a_page_of_its_own_has_no_script_and_the_frame_has_one)
{
	struct survey_html page = given_page();
	struct buf out = page_of(&page);
	cr_assert_eq(count(&out, "<script"), 0);
	buf_fini(&out);
	page.head.script = "../widget-frame.js";
	out = page_of(&page);
	cr_assert_eq(count(&out, "<script defer src=\"../widget-frame.js\"></script>"), 1);
	cr_assert_eq(count(&out, "<nav"), 0);
	buf_fini(&out);
}

Test(survey_html, a_name_without_end_is_cut_between_two_characters)
{
	static char name[3 * 100000];
	struct survey_html page = given_page();
	for (size_t i = 0; i < sizeof(name); i += 3)
		memcpy(name + i, "은", 3);
	page.head.company = (struct slice){name, sizeof(name)};
	struct buf out = page_of(&page);
	cr_assert_eq(count(&out, "은"), 2 * 100);
	buf_fini(&out);
}

Test(survey_html, a_frame_in_a_light_page_is_light)
{
	struct survey_html page = given_page();
	page.head.light = true;
	struct buf out = page_of(&page);
	cr_assert_eq(count(&out, "<html lang=\"nb\" data-scheme=\"light\">"), 1);
	buf_fini(&out);
}

Test(survey_html, what_could_not_be_stored_may_be_sent_again_as_it_was)
{
	static const struct survey_field again[] = {{SLICE("comment"), SLICE("\"><script>")}};
	struct survey_message page = {.head = given_page().head,
				      .heading = FORM_WORD_SORRY,
				      .more = FORM_WORD_SORRY_MORE,
				      .also = FORM_WORD_COUNT,
				      .action = "token",
				      .link_word = FORM_WORD_SEND,
				      .again = again,
				      .again_len = 1};
	struct buf out;
	buf_init(&out, SURVEY_HTML_BYTES);
	survey_html_message(&out, &page);
	buf_add_byte(&out, '\0');
	cr_assert_eq(count(&out, "name=\"comment\" value=\"&quot;&gt;&lt;script&gt;\""), 1);
	cr_assert_eq(count(&out, "<script"), 0);
	buf_fini(&out);
}

/** Lines of ../shared; NULL: it is not here. */
static FILE *given_payloads(void)
{
	const char *shared = getenv("PLAUDIT_SHARED_DIR");
	char path[4096];
	if (shared == NULL)
		return NULL;
	(void)snprintf(path, sizeof(path), "%s/badinput/strings/xss-payload-list.txt", shared);
	return fopen(path, "re");
}

Test(html, no_known_attack_leaves_its_text)
{
	char line[16384];
	FILE *payloads = given_payloads();
	if (payloads == NULL) {
		printf("skipped: ../shared is not here\n");
		return;
	}
	while (fgets(line, sizeof(line), payloads) != NULL) {
		struct buf out;
		buf_init(&out, 256 * 1024);
		html_text(&out, slice_of(line));
		buf_add_byte(&out, '\0');
		cr_assert(strpbrk(out.at, "<>\"'") == NULL, "%s", line);
		buf_fini(&out);
	}
	fclose(payloads);
}
