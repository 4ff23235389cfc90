#include "said.h"

#define csv_says(text, told) says(DECODE_CSV, SLICE(text), told)

Test(csv, a_row_is_a_record_of_named_texts)
{
	csv_says("id,score,comment\nr1,4,fine\n", "1 id=r1 score=4 comment=fine\nend\n");
}

Test(csv, crlf_ends_a_row_like_lf)
{
	csv_says("id,score\r\nr1,4\r\nr2,5\r\n", "1 id=r1 score=4\n2 id=r2 score=5\nend\n");
}

Test(csv, a_last_row_without_line_end_counts)
{
	csv_says("id,score\nr1,4", "1 id=r1 score=4\nend\n");
}

Test(csv, a_byte_order_mark_is_not_part_of_the_first_name)
{
	csv_says("\xEF\xBB\xBFid,score\nr1,4\n", "1 id=r1 score=4\nend\n");
}

Test(csv, a_byte_order_mark_does_not_hide_a_quoted_name)
{
	csv_says("\xEF\xBB\xBF\"i\nd\",score\nr1,4\n", "1 i\nd=r1 score=4\nend\n");
}

Test(csv, a_quoted_newline_stays_inside_its_field)
{
	csv_says("id,comment\r\nr1,\"a\r\nb\"\r\n", "1 id=r1 comment=a\r\nb\nend\n");
}

Test(csv, a_quoted_comma_stays_inside_its_field)
{
	csv_says("id,comment\nr1,\"a,b\"\n", "1 id=r1 comment=a,b\nend\n");
}

Test(csv, two_quotes_within_quotes_are_one)
{
	csv_says("id,comment\nr1,\"\"\"a\"\" \"\"b\"\"\"\n", "1 id=r1 comment=\"a\" \"b\"\nend\n");
}

Test(csv, blanks_around_a_field_belong_to_it)
{
	csv_says("id, score\n r1 ,\t4\n", "1 id= r1   score=\t4\nend\n");
}

Test(csv, an_empty_field_is_an_empty_text)
{
	csv_says("id,a,b\nr1,,\"\"\n", "1 id=r1 a= b=\nend\n");
}

Test(csv, ids_keep_every_character)
{
	csv_says("id,n\n00123,1E5\n\xEC\x9A\xB0,=1+1\n",
		 "1 id=00123 n=1E5\n2 id=\xEC\x9A\xB0 n==1+1\nend\n");
}

Test(csv, trailing_empty_rows_are_passed_over)
{
	csv_says("id,score\nr1,4\n,\n\r\n\n", "1 id=r1 score=4\nend\n");
}

Test(csv, an_empty_row_in_the_middle_still_counts_as_a_spreadsheet_counts)
{
	csv_says("id,score\nr1,4\n\nr2,5\n", "1 id=r1 score=4\n3 id=r2 score=5\nend\n");
}

Test(csv, a_header_alone_is_a_file_without_rows)
{
	csv_says("id,score\n", "end\n");
}

Test(csv, nothing_at_all_has_no_header)
{
	csv_says("", "broken 0! missing_header [] \n");
}

Test(csv, an_empty_first_line_is_no_header)
{
	csv_says("\nid,score\n", "broken 0! missing_header [] \n");
}

Test(csv, a_mark_alone_is_no_header)
{
	csv_says("\xEF\xBB\xBF", "broken 0! missing_header [] \n");
}

Test(csv, a_column_without_a_name_is_passed_over_while_nothing_stands_in_it)
{
	csv_says(",id,,score\n,1,,3\n,2,x,3\n,3\n,,,\n,4,,5\n",
		 "1 id=1 score=3\n2! empty_column_name [] x\n3! too_few_fields [] ,3\n"
		 "5 id=4 score=5\nend\n");
}

Test(csv, a_header_without_any_name_breaks_the_file)
{
	csv_says(",,\n1,2,3\n", "broken 0! empty_column_name [] \n");
}

Test(csv, a_column_named_twice_breaks_the_file)
{
	csv_says("id,score,\"score\"\n1,2,3\n", "broken 0! duplicate_column [] score\n");
}

Test(csv, a_quote_inside_a_name_breaks_the_file)
{
	csv_says("id,sc\"ore\n1,2\n", "broken 0! quote_inside_field [] sc\"ore\n");
}

Test(csv, columns_without_a_name_at_the_end_are_passed_over)
{
	csv_says("id,score,,\nr1,4,,\nr2,5\n,,,\n", "1 id=r1 score=4\n2 id=r2 score=5\nend\n");
}

Test(csv, a_column_without_a_name_at_the_end_may_hold_nothing)
{
	csv_says("id,score,\nr1,4,x\n", "1! empty_column_name [] x\nend\n");
}

Test(csv, a_row_of_empty_quotes_is_passed_over)
{
	csv_says("id,score\n\"\",\"\"\nr1,4\n", "2 id=r1 score=4\nend\n");
}

Test(csv, a_quote_behind_a_digit_is_inches_or_seconds)
{
	csv_says("id,note\nr1,15\"\nr2,36'37.8\"N 5\"x\n",
		 "1 id=r1 note=15\"\n2 id=r2 note=36'37.8\"N 5\"x\nend\n");
}

Test(csv, too_few_fields_name_the_first_missing_column)
{
	csv_says("id,score,comment\nr1,4\nr2,5,ok\n",
		 "1! too_few_fields [comment] r1,4\n2 id=r2 score=5 comment=ok\nend\n");
}

Test(csv, too_many_fields_are_a_bad_row)
{
	csv_says("id,score\nr1,4,x\nr2,5\n",
		 "1! too_many_fields [] r1,4,x\n2 id=r2 score=5\nend\n");
}

Test(csv, the_expected_count_is_told)
{
	struct arena arena;
	struct record record;
	struct decode_fault fault;
	struct decoder *d = decoder_new(DECODE_CSV);
	arena_init(&arena, 1000);
	decoder_feed(d, SLICE("id,score,comment\nr1,4\n"));
	decoder_finish(d);
	cr_assert_eq(decoder_next(d, &arena, &record, &fault), DECODE_BAD_ROW);
	cr_assert_str_eq(fault.expected, "3 fields as in the header, not 2");
	decoder_free(d);
	arena_fini(&arena);
}

Test(csv, a_quote_inside_an_unquoted_field_is_a_bad_row)
{
	csv_says("id,note\nr1,a \"b\" c\nr2,ok\n",
		 "1! quote_inside_field [note] a \"b\" c\n2 id=r2 note=ok\nend\n");
}

Test(csv, text_behind_a_closing_quote_is_a_bad_row)
{
	csv_says("id,note\nr1,\"a\"b\nr2,ok\n",
		 "1! text_after_quote [note] \"a\"b\n2 id=r2 note=ok\nend\n");
}

Test(csv, a_quote_in_a_field_without_a_column_names_none)
{
	csv_says("id\nr1,a\"b\n", "1! quote_inside_field [] a\"b\nend\n");
}

Test(csv, a_blank_behind_a_closing_quote_is_text)
{
	csv_says("id,note\nr1,\"a\" \n", "1! text_after_quote [note] \"a\" \nend\n");
}

Test(csv, a_quote_still_open_at_the_end_breaks_the_file)
{
	csv_says("id,note\nr1,ok\nr2,\"abc\nr3,d\n",
		 "1 id=r1 note=ok\nbroken 2! unclosed_quote [] r2,\"abc?r3,d?\n");
}

Test(csv, a_quote_still_open_in_the_header_breaks_the_file)
{
	csv_says("id,\"note\nr1,ok\n", "broken 0! unclosed_quote [] id,\"note?r1,ok?\n");
}

Test(csv, the_mark_is_not_shown_where_a_header_stays_open)
{
	csv_says("\xEF\xBB\xBF\"id\n", "broken 0! unclosed_quote [] \"id?\n");
}

Test(csv, cr_alone_ends_a_row_where_it_ends_all_of_them)
{
	csv_says("id,score\rr1,4\r\rr2,\"5\r6\"\r", "1 id=r1 score=4\n3 id=r2 score=5\r6\nend\n");
}

Test(csv, cr_alone_among_other_line_ends_is_a_bad_row)
{
	csv_says("id,note\nr1,a\rr2,b\nr3,c\n",
		 "1! bare_carriage_return [note] a?r2,b\n2 id=r3 note=c\nend\n");
}

Test(csv, a_cr_within_quotes_is_text)
{
	csv_says("id,note\nr1,\"a\rb\"\n", "1 id=r1 note=a\rb\nend\n");
}

Test(csv, a_file_of_another_kind_is_told_what_it_is)
{
	static const struct slice files[] = {
		{"PK\3\4\x14\0\6\0", 8},
		{"$FL2@(#) SPSS DATA FILE", 23},
		{"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8},
		{"%PDF-1.7\n", 9},
	};
	for (size_t i = 0; i < COUNT_OF(files); i++) {
		struct decoder *d = decoder_new(DECODE_CSV);
		struct arena arena;
		struct record record;
		struct decode_fault fault;
		arena_init(&arena, DECODE_RECORD_BYTES);
		decoder_feed(d, (struct slice){files[i].at, 3});
		cr_expect_eq(decoder_next(d, &arena, &record, &fault), DECODE_MORE);
		decoder_feed(d, slice_from(files[i], 3));
		cr_expect_eq(decoder_next(d, &arena, &record, &fault), DECODE_MORE);
		decoder_finish(d);
		cr_expect_eq(decoder_next(d, &arena, &record, &fault), DECODE_BROKEN);
		cr_expect_str_eq(fault.code, "not_text");
		cr_expect_eq(fault.row, 0);
		arena_fini(&arena);
		decoder_free(d);
	}
	csv_says("PK,note\nr1,x\n", "1 PK=r1 note=x\nend\n");
}

Test(csv, a_nul_byte_is_a_bad_row)
{
	csv_says("id,note\nr1,a\0b\nr2,ok\n", "1! nul_byte [note] a?b\n2 id=r2 note=ok\nend\n");
}

Test(csv, an_escape_character_is_a_bad_row)
{
	csv_says("id,note\nr1,\x1B[2J\n", "1! control_character [note] ?[2J\nend\n");
}

Test(csv, one_row_of_latin1_in_a_file_of_utf8_is_a_bad_row)
{
	csv_says("id,note\nr1,caf\xE9\nr2,caf\xC3\xA9\n",
		 "1! not_utf8 [note] caf?\n2 id=r2 note=caf\xC3\xA9\nend\n");
}

/** "id,note\nr1,<text>\nr2,ok\n" with a text of `len` letters. */
static struct slice given_note(char *room, size_t len)
{
	char *p = room;
	p = (char *)mempcpy(p, "id,note\nr1,", 11);
	memset(p, 'x', len);
	p = (char *)mempcpy(p + len, "\nr2,ok\n", 7);
	return (struct slice){room, (size_t)(p - room)};
}

static char note_room[DECODE_RECORD_BYTES + 100];

static struct transcript told_note(size_t len)
{
	return transcribe(DECODE_CSV, given_note(note_room, len), SIZE_MAX, SIZE_MAX);
}

Test(csv, a_field_at_its_limit_is_read)
{
	struct transcript t = told_note(DECODE_FIELD_BYTES);
	cr_assert_eq(t.records, 2);
	cr_assert_eq(t.bad_rows, 0);
}

Test(csv, a_field_over_its_limit_is_a_bad_row)
{
	struct transcript t = told_note(DECODE_FIELD_BYTES + 1);
	cr_assert_str_eq(t.code, "field_too_long");
	cr_assert_eq(t.records, 1);
}

Test(csv, a_row_at_its_limit_is_only_a_field_too_long)
{
	struct transcript t = told_note(DECODE_RECORD_BYTES - 3);
	cr_assert_str_eq(t.code, "field_too_long");
	cr_assert_eq(t.records, 1);
}

Test(csv, a_row_over_its_limit_breaks_the_file)
{
	struct transcript t = told_note(DECODE_RECORD_BYTES - 2);
	cr_assert_str_eq(t.code, "record_too_long");
	cr_assert_eq(t.records, 0);
}

/** A header of `count` columns c0,c1,... and nothing else. */
static struct transcript told_columns(int count)
{
	struct buf b;
	buf_init(&b, 100000);
	for (int i = 0; i < count; i++)
		buf_print(&b, "%sc%d", i > 0 ? "," : "", i);
	buf_add_text(&b, "\n");
	struct transcript t = transcribe(DECODE_CSV, buf_slice(&b), b.len, SIZE_MAX);
	buf_fini(&b);
	return t;
}

Test(csv, five_hundred_and_twelve_columns_are_read)
{
	cr_assert_str_eq(told_columns(512).text.at, "end\n");
}

Test(csv, one_column_more_breaks_the_file)
{
	cr_assert_str_eq(told_columns(513).text.at, "broken 0! too_many_columns [] c512\n");
}

Test(csv, names_are_the_same_pointers_in_every_row)
{
	struct arena arena;
	struct record record;
	struct decode_fault fault;
	struct decoder *d = decoder_new(DECODE_CSV);
	const char *names[2];
	arena_init(&arena, 1000);
	decoder_feed(d, SLICE("id,score\nr1,4\nr2,5\n"));
	decoder_finish(d);
	for (int row = 0; row < 2; row++) {
		cr_assert_eq(decoder_next(d, &arena, &record, &fault), DECODE_RECORD);
		names[row] = record.fields[1].name.at;
	}
	cr_assert_eq(names[0], names[1]);
	decoder_free(d);
	arena_fini(&arena);
}

Test(csv, an_arena_without_room_makes_a_bad_row_and_the_next_is_read)
{
	struct arena arena;
	struct record record;
	struct decode_fault fault;
	struct decoder *d = decoder_new(DECODE_CSV);
	arena_init(&arena, 3);
	decoder_feed(d, SLICE("id,note\nr1,\"a\"\"b\"\nr2,ok\n"));
	decoder_finish(d);
	cr_assert_eq(decoder_next(d, &arena, &record, &fault), DECODE_BAD_ROW);
	cr_assert_str_eq(fault.code, "record_too_long");
	cr_assert_eq(decoder_next(d, &arena, &record, &fault), DECODE_RECORD);
	cr_assert_eq(record.row, 2);
	decoder_free(d);
	arena_fini(&arena);
}

Test(csv, what_is_broken_stays_broken)
{
	struct arena arena;
	struct record record;
	struct decode_fault first, again;
	struct decoder *d = decoder_new(DECODE_CSV);
	arena_init(&arena, 1000);
	decoder_feed(d, SLICE("id,id\nr1,4\n"));
	decoder_finish(d);
	cr_assert_eq(decoder_next(d, &arena, &record, &first), DECODE_BROKEN);
	cr_assert_eq(decoder_next(d, &arena, &record, &again), DECODE_BROKEN);
	cr_assert_str_eq(again.code, first.code);
	decoder_free(d);
	arena_fini(&arena);
}
