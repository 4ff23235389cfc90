#include "channel/form_fields.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>

enum { ROOM = 65536 };

static struct form_fields fields_of(const char *body, struct arena *arena)
{
	struct form_fields fields;
	arena_init(arena, ROOM);
	cr_assert(eq(int, form_fields_read(slice_of(body), arena, &fields, NULL), OK));
	return fields;
}

Test(form_fields, escapes_and_plus_signs_are_decoded_in_names_and_values)
{
	struct arena arena;
	struct form_fields f = fields_of("a%20b=%2B47+912&msg=Gather+End", &arena);
	cr_expect(eq(sz, f.len, 2));
	cr_expect(slice_is(form_fields_find(&f, "a b"), "+47 912"));
	cr_expect(slice_is(form_fields_find(&f, "msg"), "Gather End"));
	arena_fini(&arena);
}

Test(form_fields, a_field_may_have_lines_and_bytes_that_are_no_text)
{
	struct arena arena;
	struct form_fields f = fields_of("body-plain=line%0D%0Atwo&raw=%E5%00", &arena);
	cr_expect(slice_is(form_fields_find(&f, "body-plain"), "line\r\ntwo"));
	cr_expect(slice_equal(form_fields_find(&f, "raw"), SLICE("\xE5\0")));
	arena_fini(&arena);
}

Test(form_fields, a_field_without_a_value_is_empty_and_one_not_there_is_none)
{
	struct arena arena;
	struct form_fields f = fields_of("FinishedOnKey=&Digits&&x=a=b", &arena);
	cr_expect(eq(sz, f.len, 3));
	cr_expect(form_fields_find(&f, "FinishedOnKey").at != NULL);
	cr_expect(form_fields_find(&f, "Digits").at != NULL);
	cr_expect(slice_is(form_fields_find(&f, "x"), "a=b"));
	cr_expect(form_fields_find(&f, "y").at == NULL);
	arena_fini(&arena);
}

Test(form_fields, an_escape_that_is_none_is_a_fault)
{
	struct arena arena;
	struct form_fields fields;
	struct trouble why;
	arena_init(&arena, ROOM);
	cr_expect(eq(int, form_fields_read(SLICE("a=1&b=%4"), &arena, &fields, &why), E_INPUT));
	cr_expect_str_eq(why.code, "bad_form");
	arena_fini(&arena);
}

Test(form_fields, more_than_512_are_too_many)
{
	struct arena arena;
	struct form_fields fields;
	struct trouble why;
	static char body[2 * (FORM_FIELDS_MOST + 1)];
	for (size_t i = 0; i < sizeof(body); i++)
		body[i] = "a&"[i % 2];
	arena_init(&arena, ROOM);
	cr_expect(eq(int,
		     form_fields_read((struct slice){body, sizeof(body)}, &arena, &fields, &why),
		     E_LIMIT));
	cr_expect_str_eq(why.code, "too_many_fields");
	cr_expect(
		eq(int,
		   form_fields_read((struct slice){body, sizeof(body) - 2}, &arena, &fields, &why),
		   OK));
	arena_fini(&arena);
}

Test(form_fields, a_form_larger_than_its_arena_is_over_the_limit)
{
	struct arena arena;
	struct form_fields fields;
	arena_init(&arena, 40);
	cr_expect(eq(int, form_fields_read(SLICE("a=%20%20%20"), &arena, &fields, NULL), E_LIMIT));
	arena_fini(&arena);
}

Test(form_fields, one_field_is_found_without_reading_the_others)
{
	struct arena arena;
	arena_init(&arena, 64);
	struct slice body = SLICE("bad=%zz&token=06%63&empty");
	cr_expect(slice_is(form_field_of(body, "token", &arena), "06c"));
	cr_expect(form_field_of(body, "bad", &arena).at == NULL);
	cr_expect(form_field_of(body, "empty", &arena).at != NULL);
	cr_expect(form_field_of(body, "oken", &arena).at == NULL);
	arena_fini(&arena);
}
