/* Whatever is fed, a decoder holds about four records. */
#include "said.h"

enum { GARBAGE_BYTES = 8 << 20, MOST_HELD_BYTES = 4 * DECODE_RECORD_BYTES };

/** Eight MiB of one byte behind a start that is in order. */
static struct transcript given_garbage(enum decode_format format, const char *start, char byte)
{
	struct buf b;
	buf_init(&b, GARBAGE_BYTES + 100);
	buf_add_text(&b, start);
	memset(buf_extend(&b, GARBAGE_BYTES), byte, GARBAGE_BYTES);
	struct transcript t = {.records = 0};
	buf_init(&t.text, 1000);
	transcribe_into(&t, format, buf_slice(&b), 65536, 65536);
	buf_fini(&b);
	return t;
}

#define is_refused_small(format, start, byte, told)                                                \
	do {                                                                                       \
		struct transcript t = given_garbage(format, start, byte);                          \
		cr_assert_str_eq(t.code, told);                                                    \
		cr_assert_leq(t.most_held_bytes, (size_t)MOST_HELD_BYTES);                         \
		transcript_fini(&t);                                                               \
	} while (0)

Test(memory, a_quote_that_never_closes_is_refused_in_bounded_memory)
{
	is_refused_small(DECODE_CSV, "id\n\"", 'x', "record_too_long");
	is_refused_small(DECODE_CSV, "\"", '\n', "record_too_long");
}

Test(memory, a_header_that_never_ends_is_refused_in_bounded_memory)
{
	is_refused_small(DECODE_CSV, "", ',', "record_too_long");
	is_refused_small(DECODE_CSV, "", '\0', "record_too_long");
}

Test(memory, a_line_that_never_ends_is_refused_in_bounded_memory)
{
	is_refused_small(DECODE_NDJSON, "{\"a\":\"", 'x', "record_too_long");
	is_refused_small(DECODE_NDJSON, "", '[', "record_too_long");
}

Test(memory, an_element_that_never_ends_is_refused_in_bounded_memory)
{
	is_refused_small(DECODE_JSON_ARRAY, "[{\"a\":\"", 'x', "record_too_long");
	is_refused_small(DECODE_JSON_ARRAY, "[", '{', "record_too_long");
	is_refused_small(DECODE_JSON_ARRAY, "[", '1', "record_too_long");
}

Test(memory, a_mebibyte_of_bad_rows_is_told_in_bounded_memory)
{
	struct buf b;
	struct transcript t = {.records = 0};
	buf_init(&b, GARBAGE_BYTES);
	while (b.len < GARBAGE_BYTES / 8)
		buf_add_text(&b, "{\"a\":1,\"g\":{\"b\":[]},\"a\":2}\n{\"\\u0061\":\"\\n\"}\n");
	buf_init(&t.text, 1000);
	transcribe_into(&t, DECODE_NDJSON, buf_slice(&b), 1000, 1001);
	cr_assert_gt(t.bad_rows, 20000);
	cr_assert_eq(t.bad_rows, t.records);
	cr_assert_leq(t.most_held_bytes, (size_t)MOST_HELD_BYTES);
	buf_fini(&b);
}
