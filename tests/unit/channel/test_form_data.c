#include "channel/form_data.h"

#include <criterion/criterion.h>

#include "base/buf.h"

#define TYPE "content-type: multipart/form-data; boundary=b\n"
#define PART "Content-Disposition: form-data; name="

static struct arena arena;

static void begin(void)
{
	arena_init(&arena, 64 * 1024);
}

static void end(void)
{
	arena_fini(&arena);
}

TestSuite(form_data, .init = begin, .fini = end);

static void expect_field(const char *headers, struct slice body, const char *name,
			 const char *value)
{
	struct payload payload = {.headers = slice_of(headers), .body = body};
	struct slice found = form_data_field(&payload, name, &arena);
	if (value == NULL)
		cr_expect_null(found.at, "%s of %.*s", name, SLICE_ARGS(body));
	else
		cr_expect(found.at != NULL && slice_is(found, value), "%s of %.*s: %.*s", name,
			  SLICE_ARGS(body), SLICE_ARGS(found));
}

static enum status read_form(const char *headers, struct slice body, struct form_fields *fields,
			     struct trouble *why)
{
	struct payload payload = {.headers = slice_of(headers), .body = body};
	return form_data_read(&payload, &arena, fields, why);
}

Test(form_data, a_field_is_what_stands_between_the_boundaries)
{
	struct slice body = SLICE("preamble\r\n--b\r\n" PART "\"a\"\r\n\r\n1\r\n\r\n--b  \r\n" PART
				  "c\r\nContent-Type: text/plain\r\n\r\n\r\n--b\r\n" PART
				  "\"d\"\r\n\r\n--x\r\n--b--\r\nepilogue\r\n--b\r\n" PART
				  "\"e\"\r\n\r\n2\r\n--b--");
	expect_field(TYPE, body, "a", "1\r\n");
	expect_field(TYPE, body, "c", "");
	expect_field(TYPE, body, "d", "--x");
	expect_field(TYPE, body, "e", NULL);
	expect_field(TYPE, body, "f", NULL);
}

Test(form_data, a_boundary_may_be_quoted_and_lines_may_end_in_lf)
{
	expect_field("content-type: Multipart/Form-Data; charset=utf-8; Boundary=\"b c\"\n",
		     SLICE("--b c\n" PART "\"a\"\n\nx\n--b c--\n"), "a", "x");
}

Test(form_data, a_name_inside_another_parameter_is_none)
{
	struct slice body = SLICE("--b\r\n" PART "\"x; name=token\"; filename=\"y\\\"; name=\\\"z\""
				  "\r\n\r\n1\r\n--b\r\nContent-Disposition: form-data; "
				  "filename=\"; name=token\"; name=\"token\"\r\n\r\n2\r\n--b--");
	expect_field(TYPE, body, "token", "2");
	expect_field(TYPE, body, "x; name=token", "1");
	expect_field(TYPE, body, "z", NULL);
}

Test(form_data, the_first_of_a_name_is_meant_by_both_readings)
{
	struct form_fields fields;
	struct trouble why;
	struct slice body = SLICE("--b\r\n" PART "\"a\"\r\n\r\n1\r\n--b\r\n" PART
				  "\"a\"\r\n\r\n2\r\n--b--\r\n");
	expect_field(TYPE, body, "a", "1");
	cr_assert_eq(read_form(TYPE, body, &fields, &why), OK);
	cr_assert_eq(fields.len, 2);
	cr_expect(slice_is(form_fields_find(&fields, "a"), "1"));
}

Test(form_data, what_has_no_boundary_or_no_end_is_no_form)
{
	static const char *const bodies[] = {"",
					     "x",
					     "--",
					     "--b",
					     "--b\r\n" PART "\"a\"\r\n\r\n1",
					     "x--b\r\n" PART "\"a\"\r\n\r\n1\r\nx--b--"};
	struct form_fields fields;
	struct trouble why;
	for (size_t i = 0; i < COUNT_OF(bodies); i++) {
		cr_expect_eq(read_form(TYPE, slice_of(bodies[i]), &fields, &why), E_INPUT, "%s",
			     bodies[i]);
		expect_field(TYPE, slice_of(bodies[i]), "a", NULL);
	}
	cr_expect_eq(
		read_form("content-type: multipart/form-data\n", SLICE("--\r\n"), &fields, &why),
		E_INPUT);
	cr_expect_eq(read_form(TYPE, SLICE("--b--"), &fields, &why), OK);
	cr_expect_eq(fields.len, 0);
}

Test(form_data, parts_and_lines_of_a_part_are_bounded)
{
	struct buf body;
	struct form_fields fields;
	struct trouble why;
	buf_init(&body, 64 * 1024);
	for (int i = 0; i <= FORM_FIELDS_MOST; i++)
		buf_add_text(&body, "--b\r\n\r\n\r\n");
	buf_add_text(&body, "--b\r\n" PART "\"a\"\r\n\r\n1\r\n--b--");
	expect_field(TYPE, buf_slice(&body), "a", NULL);
	cr_expect_eq(read_form(TYPE, buf_slice(&body), &fields, &why), E_LIMIT);
	cr_expect_str_eq(why.code, "too_many_fields");
	buf_clear(&body);
	buf_add_text(&body, "--b\r\n");
	for (int i = 0; i < 1000; i++)
		buf_add_text(&body, "x: y\r\n");
	buf_add_text(&body, PART "\"a\"\r\n\r\n1\r\n--b--");
	expect_field(TYPE, buf_slice(&body), "a", NULL);
	buf_fini(&body);
}
