#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>

#include "base/json_out.h"

static void equals(struct buf *b, const char *text)
{
	cr_assert(slice_is(buf_slice(b), text), "%.*s", SLICE_ARGS(buf_slice(b)));
	buf_fini(b);
}

Test(buf, what_does_not_fit_is_dropped_whole_and_remembered)
{
	struct buf b;
	buf_init(&b, 5);
	buf_add_text(&b, "abc");
	buf_add_text(&b, "def");
	cr_assert(buf_over(&b));
	buf_add_byte(&b, 'x');
	equals(&b, "abc");
}

Test(buf, integers_are_written_to_the_last_digit)
{
	struct buf b;
	buf_init(&b, 1000);
	buf_add_int(&b, INT64_MIN);
	buf_add_byte(&b, ' ');
	buf_add_int(&b, INT64_MAX);
	buf_add_byte(&b, ' ');
	buf_add_int(&b, 0);
	equals(&b, "-9223372036854775808 9223372036854775807 0");
}

Test(buf, a_double_is_the_shortest_text_that_reads_back_the_same)
{
	const double numbers[] = {0.1, 1.0 / 3, 73.9, 1e300, 5e-324, 82.3274795204, -0.5, 1e21};
	for (size_t i = 0; i < COUNT_OF(numbers); i++) {
		struct buf b;
		buf_init(&b, 100);
		buf_add_double(&b, numbers[i]);
		buf_add_byte(&b, '\0');
		cr_assert_eq(strtod(b.at, NULL), numbers[i], "%s", b.at);
		buf_fini(&b);
	}
	struct buf b;
	buf_init(&b, 100);
	buf_add_double(&b, 73.9);
	equals(&b, "73.9");
}

Test(buf, what_is_not_finite_is_null_and_minus_zero_is_zero)
{
	struct buf b;
	buf_init(&b, 100);
	buf_add_double(&b, NAN);
	buf_add_double(&b, INFINITY);
	buf_add_double(&b, -0.0);
	equals(&b, "nullnull0");
}

Test(buf, big_endian_is_the_order_of_the_network)
{
	struct buf b;
	buf_init(&b, 100);
	buf_add_be16(&b, 0x0102);
	buf_add_be32(&b, 0x03040506);
	cr_assert_eq(memcmp(b.at, "\1\2\3\4\5\6", 6), 0);
	buf_fini(&b);
}

Test(json_out, commas_stand_between_values_and_nowhere_else)
{
	struct buf b;
	buf_init(&b, 1000);
	struct json_out j = json_out_on(&b);
	json_open_object(&j);
	json_pair_int(&j, "a", 1);
	json_key(&j, "b");
	json_open_array(&j);
	json_open_object(&j);
	json_close_object(&j);
	json_null(&j);
	json_close_array(&j);
	json_pair_bool(&j, "c", false);
	json_close_object(&j);
	equals(&b, "{\"a\":1,\"b\":[{},null],\"c\":false}");
}

Test(json_out, control_bytes_quotes_and_broken_utf8_cannot_leave_the_string)
{
	struct buf b;
	buf_init(&b, 1000);
	struct json_out j = json_out_on(&b);
	json_text(&j, (struct slice){"\"\\\n\x01\x7F\xFF\xED\x95\x9C", 9});
	equals(&b, "\"\\\"\\\\\\n\\u0001\\u007f\xEF\xBF\xBD\xED\x95\x9C\"");
}
