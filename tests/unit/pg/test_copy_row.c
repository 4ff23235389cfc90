#include <criterion/criterion.h>

#include "base/clock.h"
#include "pg/copy_row.h"

static struct buf given_buf(size_t limit)
{
	struct buf b;
	buf_init(&b, limit);
	return b;
}

#define EXPECT_BYTES(b, literal) cr_expect(slice_equal(buf_slice(&(b)), SLICE(literal)))

/* The expected bytes are those of PostgreSQL's manual, COPY, "Binary Format". */

Test(copy_row, the_header_is_the_signature_and_two_empty_words)
{
	struct buf b = given_buf(1000);
	copy_start(&b);
	EXPECT_BYTES(b, "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0");
	buf_fini(&b);
}

Test(copy_row, the_trailer_is_a_field_count_of_minus_one)
{
	struct buf b = given_buf(1000);
	copy_finish(&b);
	EXPECT_BYTES(b, "\377\377");
	buf_fini(&b);
}

Test(copy_row, numbers_are_big_endian_behind_their_length)
{
	struct buf b = given_buf(1000);
	copy_row(&b, 3);
	copy_int2(&b, -2);
	copy_int4(&b, 0x01020304);
	copy_int8(&b, 0x0102030405060708);
	EXPECT_BYTES(b, "\0\3"
			"\0\0\0\2\377\376"
			"\0\0\0\4\1\2\3\4"
			"\0\0\0\10\1\2\3\4\5\6\7\10");
	buf_fini(&b);
}

Test(copy_row, a_null_is_a_length_of_minus_one)
{
	struct buf b = given_buf(1000);
	copy_null(&b);
	copy_text(&b, SLICE_NONE);
	copy_timestamptz(&b, CLOCK_NO_INSTANT);
	copy_jsonb(&b, SLICE_NONE);
	EXPECT_BYTES(b, "\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377");
	buf_fini(&b);
}

Test(copy_row, an_empty_text_is_not_a_null)
{
	struct buf b = given_buf(1000);
	copy_text(&b, SLICE(""));
	EXPECT_BYTES(b, "\0\0\0\0");
	buf_fini(&b);
}

Test(copy_row, an_array_has_one_dimension_from_one_and_an_empty_one_none)
{
	struct buf b = given_buf(1000);
	copy_int2_array(&b, (int16_t[]){7}, 1);
	EXPECT_BYTES(b, "\0\0\0\32\0\0\0\1\0\0\0\0\0\0\0\25\0\0\0\1\0\0\0\1\0\0\0\2\0\7");
	buf_clear(&b);
	copy_int4_array(&b, NULL, 0);
	EXPECT_BYTES(b, "\0\0\0\14\0\0\0\0\0\0\0\0\0\0\0\27");
	buf_fini(&b);
}

Test(copy_row, running_over_the_limit_is_told_once_and_never_overruns)
{
	for (size_t limit = 0; limit < 60; limit++) {
		struct buf b = given_buf(limit);
		copy_row(&b, 4);
		copy_int8(&b, 1);
		copy_text(&b, SLICE("0123456789"));
		copy_int2_array(&b, (int16_t[]){1, 2}, 2);
		copy_bool(&b, true);
		/* 2 + 12 + 14 + 36 + 5 */
		cr_expect(buf_over(&b));
		cr_expect_leq(b.len, limit);
		buf_fini(&b);
	}
}
