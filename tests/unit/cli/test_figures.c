#include <criterion/criterion.h>
#include <math.h>

#include "cli/view.h"

static const struct view utf8_view = {.columns = 100, .set = TEXT_UTF8, .language = "nb"};
static const struct view ascii_view = {
	.columns = 100, .ascii = true, .set = TEXT_ASCII, .language = "nb"};

static void expect(struct buf *made, const char *wanted)
{
	buf_add_byte(made, '\0');
	cr_expect_str_eq(made->at, wanted);
	buf_fini(made);
}

static void expect_number(double number, const struct view *view, const char *wanted)
{
	struct buf made;
	buf_init(&made, 100);
	view_add_number(&made, view, number);
	expect(&made, wanted);
}

static void expect_name(const char *json, const struct view *view, const char *wanted)
{
	struct buf made;
	cJSON *named = cJSON_Parse(json);
	buf_init(&made, 100);
	view_add_name(&made, view, named);
	expect(&made, wanted);
	cJSON_Delete(named);
}

Test(view, numbers_are_rounded_half_up)
{
	expect_number(82.35, &utf8_view, "82.4");
	expect_number(82.25, &utf8_view, "82.3");
	expect_number(82.3499, &utf8_view, "82.3");
	expect_number(0.05, &utf8_view, "0.1");
}

Test(view, a_half_below_zero_goes_up_too)
{
	expect_number(-20.25, &utf8_view, "−20.2");
	expect_number(-20.26, &utf8_view, "−20.3");
}

Test(view, no_number_is_minus_zero)
{
	expect_number(-0.04, &utf8_view, "0.0");
}

Test(view, the_minus_is_a_hyphen_in_ascii)
{
	expect_number(-21, &ascii_view, "-21.0");
}

Test(view, undefined_is_a_dash_and_never_zero)
{
	expect_number(NAN, &utf8_view, "–");
	expect_number(NAN, &ascii_view, "-");
}

Test(view, a_reason_has_one_footnote_however_often_it_occurs)
{
	struct view_notes notes = {0};
	struct buf made;
	buf_init(&made, 1000);
	view_add_figure(&made, &utf8_view, NAN, SLICE("no_answers"), &notes);
	view_add_figure(&made, &utf8_view, NAN, SLICE("one_answer"), &notes);
	view_add_figure(&made, &utf8_view, NAN, SLICE("no_answers"), &notes);
	buf_add_byte(&made, '\n');
	view_add_notes(&made, &utf8_view, &notes);
	expect(&made, "–¹–²–¹\n"
		      "–¹ nobody answered the question\n"
		      "–² one answer alone has no spread\n");
}

Test(view, a_name_comes_in_the_readers_language)
{
	expect_name("{\"code\":\"C1\",\"name\":{\"en\":\"Ice\",\"nb\":\"Is\"}}", &utf8_view, "Is");
}

Test(view, a_name_falls_back_to_english_then_to_the_code)
{
	expect_name("{\"code\":\"C1\",\"name\":{\"en\":\"Ice\",\"ko\":\"얼음\"}}", &utf8_view,
		    "Ice");
	expect_name("{\"code\":\"C1\",\"name\":{\"ko\":\"얼음\"}}", &utf8_view, "C1");
}

Test(view, nynorsk_readers_get_the_bokmal_name)
{
	struct view view = utf8_view;
	view.language = "nn";
	expect_name("{\"code\":\"C1\",\"name\":{\"en\":\"Ice\",\"nb\":\"Is\"}}", &view, "Is");
}

Test(view, an_ascii_locale_passes_over_a_name_it_cannot_show)
{
	expect_name("{\"code\":\"C1\",\"name\":{\"nb\":\"Blå\",\"en\":\"Blue\"}}", &ascii_view,
		    "Blue");
	expect_name("{\"code\":\"C1\",\"name\":{\"nb\":\"Blå\"}}", &ascii_view, "C1");
}
