#include "said.h"

#define line_says(text, told) says(DECODE_NDJSON, SLICE(text), told)

Test(ndjson, a_line_is_a_record_that_keeps_the_kinds)
{
	line_says("{\"id\":\"r1\",\"n\":73.90,\"t\":true,\"f\":false,\"x\":null}\n",
		  "1 id=r1 n=#73.90 t=?true f=?false x=~\nend\n");
}

Test(ndjson, a_named_object_is_a_group)
{
	line_says("{\"id\":\"r1\",\"answers\":{\"q1\":4,\"q2\":null},\"nps\":9}\n",
		  "1 id=r1 answers.q1=#4 answers.q2=~ nps=#9\nend\n");
}

Test(ndjson, empty_objects_give_no_fields)
{
	line_says("{}\n{\"answers\":{}}\n{\"answers\":{},\"a\":1}\n", "1\n2\n3 a=#1\nend\n");
}

Test(ndjson, a_number_keeps_its_own_text)
{
	line_says("{\"a\":-0,\"b\":1e400,\"c\":9007199254740993,\"d\":1E+2}\n",
		  "1 a=#-0 b=#1e400 c=#9007199254740993 d=#1E+2\nend\n");
}

Test(ndjson, crlf_and_white_space_are_taken)
{
	line_says(" { \"a\" : 1 ,\t\"b\" : { \"c\" : 2 } } \r\n", "1 a=#1 b.c=#2\nend\n");
}

Test(ndjson, blank_lines_are_not_counted)
{
	line_says("\n{\"a\":1}\n \t\r\n\n{\"a\":2}\n\n", "1 a=#1\n2 a=#2\nend\n");
}

Test(ndjson, a_last_line_without_line_end_counts)
{
	line_says("{\"a\":1}", "1 a=#1\nend\n");
}

Test(ndjson, nothing_is_a_file_without_rows)
{
	line_says("", "end\n");
}

Test(ndjson, escapes_become_what_they_mean)
{
	line_says("{\"a\":\"\\\"\\\\\\/\\t\\u0041\\u00e9\\uC6B0\\ud83d\\uDE00\"}\n",
		  "1 a=\"\\/\tA\xC3\xA9\xEC\x9A\xB0\xF0\x9F\x98\x80\nend\n");
}

Test(ndjson, an_escaped_key_is_the_key_it_means)
{
	line_says("{\"\\u0069d\":\"r1\"}\n", "1 id=r1\nend\n");
}

Test(ndjson, a_bad_line_leaves_the_next_one_alone)
{
	line_says("{\"a\":}\n{\"a\":2}\n", "1! not_json [] }\n2 a=#2\nend\n");
}

Test(ndjson, a_cut_last_line_is_bad)
{
	line_says("{\"id\":\"r1\",\"sco", "1! not_json [] \nend\n");
	line_says("{\"id\":", "1! not_json [] \nend\n");
}

Test(ndjson, two_objects_on_a_line_are_bad)
{
	line_says("{\"a\":1}{\"a\":2}\n", "1! not_json [] {\"a\":2}\nend\n");
}

Test(ndjson, a_byte_order_mark_is_bad)
{
	line_says("\xEF\xBB\xBF{\"a\":1}\n", "1! not_json [] \xEF\xBB\xBF{\"a\":1}\nend\n");
}

Test(ndjson, what_is_not_an_object_is_bad)
{
	line_says("[1]\n\"a\"\n7\nnull\n",
		  "1! not_an_object [] [1]\n2! not_an_object [] \"a\"\n"
		  "3! not_an_object [] 7\n4! not_an_object [] null\nend\n");
}

Test(ndjson, an_array_as_a_value_is_named)
{
	line_says("{\"a\":1,\"tags\":[1,2]}\n", "1! nested_value [tags] [1,2]}\nend\n");
}

Test(ndjson, an_object_two_levels_down_is_named)
{
	line_says("{\"a\":{\"b\":{\"c\":1}}}\n", "1! nested_value [b] {\"c\":1}}}\nend\n");
}

Test(ndjson, a_group_without_a_name_cannot_pass_for_the_top)
{
	line_says("{\"score\":1,\"\":{\"score\":5}}\n", "1! nested_value [] {\"score\":5}}\nend\n");
}

Test(ndjson, not_json_outweighs_what_was_found_before_it)
{
	line_says("{\"a\":[1],\"b\":tru}\n", "1! not_json [] tru}\nend\n");
}

Test(ndjson, a_key_twice_is_bad)
{
	line_says("{\"score\":1,\"score\":5}\n", "1! duplicate_key [score] score\":5}\nend\n");
}

Test(ndjson, a_key_twice_by_an_escape_is_bad)
{
	line_says("{\"score\":1,\"\\u0073core\":5}\n",
		  "1! duplicate_key [score] \\u0073core\":5}\nend\n");
}

Test(ndjson, a_key_twice_in_a_group_is_bad)
{
	line_says("{\"g\":{\"q\":1,\"q\":5}}\n", "1! duplicate_key [q] q\":5}}\nend\n");
}

Test(ndjson, a_key_may_stand_in_the_group_and_at_the_top)
{
	line_says("{\"q\":1,\"g\":{\"q\":2},\"h\":{\"q\":3}}\n", "1 q=#1 g.q=#2 h.q=#3\nend\n");
}

Test(ndjson, keys_that_differ_in_case_are_two)
{
	line_says("{\"q\":1,\"Q\":2}\n", "1 q=#1 Q=#2\nend\n");
}

Test(ndjson, a_group_twice_is_bad)
{
	line_says("{\"g\":{\"q\":1},\"g\":{\"r\":2}}\n",
		  "1! duplicate_key [g] g\":{\"r\":2}}\nend\n");
}

Test(ndjson, a_nul_by_escape_is_bad)
{
	line_says("{\"id\":\"r\\u0000x\"}\n", "1! nul_character [id] \"r\\u0000x\"}\nend\n");
}

Test(ndjson, half_a_surrogate_pair_is_bad)
{
	line_says("{\"id\":\"\\ud800\"}\n{\"id\":\"\\udc00\\ud800\"}\n",
		  "1! lone_surrogate [id] \"\\ud800\"}\n"
		  "2! lone_surrogate [id] \"\\udc00\\ud800\"}\nend\n");
}

Test(ndjson, a_high_surrogate_before_another_escape_is_half_a_pair)
{
	line_says("{\"id\":\"\\ud800\\nabcd\"}\n",
		  "1! lone_surrogate [id] \"\\ud800\\nabcd\"}\nend\n");
}

Test(ndjson, bytes_that_are_not_utf8_are_bad)
{
	line_says("{\"id\":\"\xFF\"}\n", "1! not_utf8 [] {\"id\":\"?\"}\nend\n");
}

Test(ndjson, raw_control_characters_are_bad)
{
	line_says("{\"id\":\"a\tb\"}\n", "1! not_json [] ?b\"}\nend\n");
}

/** {"k0":0,...} with `count` keys, behind `head`. */
static struct transcript told_keys(const char *head, int count, const char *tail)
{
	struct buf b;
	buf_init(&b, 100000);
	buf_add_text(&b, head);
	for (int i = 0; i < count; i++)
		buf_print(&b, "%s\"k%d\":%d", i > 0 ? "," : "", i, i);
	buf_add_text(&b, tail);
	struct transcript t = transcribe(DECODE_NDJSON, buf_slice(&b), b.len, SIZE_MAX);
	buf_fini(&b);
	return t;
}

Test(ndjson, two_hundred_and_fifty_six_keys_are_read)
{
	cr_assert_eq(told_keys("{", 256, "}").records, 1);
}

Test(ndjson, one_key_more_is_bad)
{
	cr_assert_str_eq(told_keys("{", 257, "}").code, "too_many_keys");
}

Test(ndjson, keys_are_counted_for_each_object)
{
	cr_assert_eq(told_keys("{\"a\":1,\"g\":{", 256, "}}").records, 1);
	cr_assert_str_eq(told_keys("{\"a\":1,\"g\":{", 257, "}}").code, "too_many_keys");
}

Test(ndjson, the_last_of_many_keys_twice_is_found)
{
	cr_assert_str_eq(told_keys("{", 255, ",\"k254\":1}").code, "duplicate_key");
}

/** {"n":"xxx"} with `len` letters and a good line behind it. */
static struct transcript told_text(size_t len)
{
	struct buf b;
	buf_init(&b, 200000);
	buf_add_text(&b, "{\"n\":\"");
	memset(buf_extend(&b, len), 'x', len);
	buf_add_text(&b, "\"}\n{\"n\":1}\n");
	struct transcript t = transcribe(DECODE_NDJSON, buf_slice(&b), b.len, SIZE_MAX);
	buf_fini(&b);
	return t;
}

Test(ndjson, a_text_over_its_limit_is_a_bad_row)
{
	cr_assert_eq(told_text(DECODE_FIELD_BYTES).records, 2);
	cr_assert_str_eq(told_text(DECODE_FIELD_BYTES + 1).code, "field_too_long");
	cr_assert_eq(told_text(DECODE_FIELD_BYTES + 1).records, 1);
}

Test(ndjson, a_line_over_its_limit_breaks_the_file)
{
	cr_assert_str_eq(told_text(DECODE_RECORD_BYTES - 8).code, "field_too_long");
	cr_assert_str_eq(told_text(DECODE_RECORD_BYTES - 7).code, "record_too_long");
	cr_assert_eq(told_text(DECODE_RECORD_BYTES - 7).records, 0);
}

Test(ndjson, an_arena_without_room_makes_a_bad_row_and_the_next_is_read)
{
	for (size_t limit = 0; limit < 12; limit++) {
		struct arena arena;
		struct record record;
		struct decode_fault fault;
		struct decoder *d = decoder_new(DECODE_NDJSON);
		arena_init(&arena, limit);
		decoder_feed(d, SLICE("{\"\\u0061\":\"\\u0062\"}\n{\"a\":1}\n"));
		cr_assert_eq(decoder_next(d, &arena, &record, &fault), DECODE_BAD_ROW);
		cr_assert_str_eq(fault.code, "record_too_long");
		cr_assert_eq(decoder_next(d, &arena, &record, &fault), DECODE_RECORD);
		decoder_free(d);
		arena_fini(&arena);
	}
}

/** Three named objects of 171 values each, 513 in all, or one less. */
static struct transcript told_values(int last_group)
{
	struct buf b;
	buf_init(&b, 100000);
	for (int g = 0; g < 3; g++) {
		buf_print(&b, "%s\"g%d\":{", g > 0 ? "," : "{", g);
		for (int i = 0; i < (g < 2 ? 171 : last_group); i++)
			buf_print(&b, "%s\"k%d\":%d", i > 0 ? "," : "", i, i);
		buf_add_text(&b, "}");
	}
	buf_add_text(&b, "}");
	struct transcript t = transcribe(DECODE_NDJSON, buf_slice(&b), b.len, SIZE_MAX);
	buf_fini(&b);
	return t;
}

Test(ndjson, five_hundred_and_twelve_values_are_read)
{
	cr_assert_eq(told_values(170).records, 1);
}

Test(ndjson, one_value_more_is_bad)
{
	cr_assert_str_eq(told_values(171).code, "too_many_fields");
}

Test(ndjson, a_record_has_no_reading_whatever_stood_there)
{
	struct arena arena;
	struct decode_fault fault;
	struct csv_reading other;
	struct record record = {.reading = &other};
	struct decoder *d = decoder_new(DECODE_NDJSON);
	arena_init(&arena, DECODE_RECORD_BYTES);
	decoder_feed(d, SLICE("{\"a\":1}\n"));
	cr_assert_eq(decoder_next(d, &arena, &record, &fault), DECODE_RECORD);
	cr_assert_null(record.reading);
	cr_assert_null(decoder_reading(d));
	decoder_free(d);
	arena_fini(&arena);
}
