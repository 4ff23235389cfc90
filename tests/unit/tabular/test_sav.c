#include "tabular/sav.h"

#include <criterion/criterion.h>

#include "reading.h"
#include "sav_bytes.h"

enum { F = 5, A = 1 };

static struct reading read_of(const char *name)
{
	struct reading r;
	reading_run(&r, table_read_sav, reading_file(name), NULL);
	return r;
}

/** Ends `s`. */
static struct reading read_made(struct sav_bytes *s)
{
	struct reading r;
	reading_run_bytes(&r, table_read_sav, buf_slice(&s->b), NULL);
	sav_bytes_fini(s);
	return r;
}

static void is_refused(struct reading *r, enum status status, const char *code, uint64_t row)
{
	cr_expect_eq(r->status, status);
	cr_assert_not_null(r->fault.code, "no fault, but %s", r->csv);
	cr_expect_str_eq(r->fault.code, code);
	cr_expect_eq(r->fault.row, row, "row %llu", (unsigned long long)r->fault.row);
	reading_fini(r);
}

/** The first `columns` columns of a line, counted from 0, none of which is quoted. */
static struct slice line_of(const struct reading *r, int line, int columns)
{
	struct slice rest = slice_of(r->csv), part = SLICE_NONE;
	for (int i = 0; i <= line; i++)
		slice_next_part(&rest, '\n', &part);
	for (size_t i = 0; i < part.len; i++)
		if (part.at[i] == ',' && --columns == 0)
			return (struct slice){part.at, i};
	return part;
}

static void is_line(const struct reading *r, int line, int columns, const char *expected)
{
	struct slice had = line_of(r, line, columns);
	cr_expect(slice_is(had, expected), "line %d is %.*s", line, SLICE_ARGS(had));
}

/* Made by PSPP: files/make.sps */

Test(sav, numbers_dates_times_and_texts_are_what_pspp_was_given)
{
	struct reading r = read_of("bytecode.sav");
	cr_assert_eq(r.status, OK);
	is_line(&r, 0, 11,
		"\"ResultIdentifier\",visited,contacted_at,waited,lasted,score,nps,csat,"
		"region,city,weight");
	is_line(&r, 1, 11,
		"1,2026-05-04,2026-05-04 10:15:00,00:01:30,26:03:04,73.9,9,5,N,Tromsø,1");
	is_line(&r, 2, 11,
		"2,2026-05-05,2026-05-05 23:59:59,27:00:00,00:00:05,-0.5,,2,S,Đà Nẵng,"
		"0.875");
	is_line(&r, 3, 11, "3,2024-02-29,2024-01-01 00:00:00,,,,,1,,우체국,1.125");
	is_line(&r, 4, 9, "4,1999-12-31,,00:00:00,,100,10,,");
	cr_expect_eq(r.report.rows, 4);
	cr_expect_eq(r.report.columns, 13);
	cr_expect_str_eq(r.report.format, "sav");
	reading_fini(&r);
}

Test(sav, a_text_of_several_segments_is_one_field)
{
	struct reading r = read_of("bytecode.sav");
	char expected[2 + 512 + 1 + 256 + 1] = {0};
	size_t at = 0;
	expected[at++] = ',';
	expected[at++] = 'b';
	memset(expected + at, 'c', 253);
	at += 253;
	expected[at++] = 'd';
	memset(expected + at, 'e', 254);
	at += 254;
	memcpy(expected + at, "end,x", 5);
	at += 5;
	memset(expected + at, 'y', 253);
	memcpy(expected + at + 253, "zZ", 2);
	struct slice line = line_of(&r, 1, 99);
	size_t len = strlen(expected);
	cr_assert_gt(line.len, len);
	cr_expect(slice_is(slice_from(line, line.len - len), expected), "%.*s", SLICE_ARGS(line));
	reading_fini(&r);
}

Test(sav, every_compression_gives_the_same_table)
{
	struct reading bytecode = read_of("bytecode.sav"), plain = read_of("plain.sav"),
		       zlib = read_of("zlib.zsav");
	cr_expect_eq(bytecode.status, OK);
	cr_expect_str_eq(plain.csv, bytecode.csv);
	cr_expect_str_eq(zlib.csv, bytecode.csv);
	reading_fini(&bytecode);
	reading_fini(&plain);
	reading_fini(&zlib);
}

Test(sav, what_the_file_declares_missing_is_empty_and_counted)
{
	struct reading r = read_of("bytecode.sav");
	cr_expect_eq(reading_variable(&r, "nps")->missing, 2);	  /* 99, and -2: a range's */
	cr_expect_eq(reading_variable(&r, "csat")->missing, 1);	  /* 8: 6 to 9 */
	cr_expect_eq(reading_variable(&r, "region")->missing, 1); /* "X" */
	cr_expect(reading_notes(&r, "missing are empty fields: 4 (nps 2, csat 1, region 1)"));
	reading_fini(&r);
}

Test(sav, labels_go_to_the_dictionary_and_codes_stay_codes)
{
	struct reading r = read_of("zlib.zsav");
	struct buf values;
	buf_init(&values, 4096);
	const struct table_variable *nps = reading_variable(&r, "nps");
	cr_expect(slice_is(nps->label, "How likely are you to recommend us?"));
	reading_values(nps, &values);
	cr_expect_str_eq(values.at, "0=Not at all; 10=Extremely; 99=Don't know!");
	reading_values(reading_variable(&r, "region"), &values);
	cr_expect_str_eq(values.at, "N=North; S=South; X=Not said!");
	reading_values(reading_variable(&r, "city"),
		       &values); /* a long text: a record of its own */
	cr_expect_str_eq(values.at, "Tromsø=Tromsø, Norge");
	buf_fini(&values);
	reading_fini(&r);
}

Test(sav, the_weight_is_marked)
{
	struct reading r = read_of("bytecode.sav");
	cr_expect_eq(reading_variable(&r, "weight")->use, TABLE_USE_WEIGHT);
	cr_expect_eq(reading_variable(&r, "score")->use, TABLE_USE_NONE);
	cr_expect(reading_notes(&r, "weighted by weight"));
	reading_fini(&r);
}

Test(sav, the_samples_of_shared_are_read)
{
	static const char *const names[] = {"samples/spss.sav", "samples/spss.zsav"};
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		const char *path = reading_shared(names[i]);
		struct reading r;
		if (path == NULL)
			continue;
		reading_run(&r, table_read_sav, path, NULL);
		cr_expect_str_eq(r.csv, "\"ID\",SECTOR,NPS,CSAT,COMMENT\n"
					"1,1,9,5,매우 친절했습니다\n2,1,3,2,veldig fornøyd\n"
					"3,2,10,5,\n4,2,,4,x\n");
		reading_fini(&r);
	}
}

/* Made here */

static void given(struct sav_bytes *s, struct sav_start start)
{
	sav_bytes_init(s, &start);
	sav_bytes_variable(s, "ID", 0, F);
	sav_bytes_variable(s, "CITY", 10, A);
	sav_bytes_encoding(s, &start);
	sav_bytes_end_dictionary(s);
}

Test(sav, a_file_of_the_other_byte_order_is_the_same_table)
{
	struct sav_bytes s;
	given(&s, (struct sav_start){.big_endian = true, .cases = 1, .code_page = 65001});
	sav_bytes_number(&s, 12.5);
	sav_bytes_text(&s, SLICE("Oslo"), 2);
	struct reading r = read_made(&s);
	cr_expect_str_eq(r.csv, "\"ID\",CITY\n12.5,Oslo\n");
	reading_fini(&r);
}

Test(sav, texts_are_in_the_code_page_of_the_file)
{
	static const struct {
		int code_page;
		const char *encoding, *raw, *expected;
	} rows[] = {
		{1252, NULL, "Troms\xF8", "Tromsø"},
		{2, NULL, "Troms\xF8", "Tromsø"},
		{0, NULL, "\x80 5", "€ 5"},
		{949, NULL, "\xBF\xEC\xC3\xBC", "우체"},
		{0, "EUC-KR", "\xBF\xEC\xC3\xBC", "우체"},
		{1252, "windows-1258", "\xD0\xE0", "Đà"},
		{65001, "UTF-8", "Ås", "Ås"},
		{10000, NULL, "\xBF", "ø"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct sav_bytes s;
		char expected[64];
		given(&s, (struct sav_start){.cases = 1,
					     .code_page = rows[i].code_page,
					     .encoding = rows[i].encoding});
		sav_bytes_number(&s, 1);
		sav_bytes_text(&s, slice_of(rows[i].raw), 2);
		struct reading r = read_made(&s);
		snprintf(expected, sizeof(expected), "\"ID\",CITY\n1,%s\n", rows[i].expected);
		cr_expect_str_eq(r.csv, expected);
		reading_fini(&r);
	}
}

Test(sav, an_encoding_that_is_not_known_is_refused)
{
	struct sav_bytes s;
	given(&s, (struct sav_start){.cases = 0, .encoding = "x-klingon"});
	struct reading r = read_made(&s);
	cr_expect_str_eq(r.fault.value, "x-klingon");
	is_refused(&r, E_INPUT, "unknown_encoding", 0);
	given(&s, (struct sav_start){.cases = 0, .code_page = 37});
	r = read_made(&s);
	is_refused(&r, E_INPUT, "unknown_encoding", 0);
}

/** So that the decoder rejects this row, and only it. */
Test(sav, bytes_that_are_not_in_the_encoding_stay_wrong)
{
	struct sav_bytes s;
	given(&s, (struct sav_start){.cases = 1, .code_page = 65001});
	sav_bytes_number(&s, 1);
	sav_bytes_text(&s, SLICE("Troms\xF8 x"), 2);
	struct reading r = read_made(&s);
	cr_expect_str_eq(r.csv, "\"ID\",CITY\n1,Troms\xFF x\n");
	reading_fini(&r);
}

Test(sav, a_character_cut_by_the_end_of_the_text_is_left_out_and_told)
{
	struct sav_bytes s;
	given(&s, (struct sav_start){.cases = 1, .code_page = 65001});
	sav_bytes_number(&s, 1);
	sav_bytes_text(&s, SLICE("Trondhei\xC3\xB8"), 2); /* 10 bytes: whole */
	struct reading r = read_made(&s);
	cr_expect_str_eq(r.csv, "\"ID\",CITY\n1,Trondheiø\n");
	reading_fini(&r);
	given(&s, (struct sav_start){.cases = 1, .code_page = 65001});
	sav_bytes_number(&s, 1);
	sav_bytes_text(&s, SLICE("Trondheim\xC3\xB8"), 2);
	r = read_made(&s);
	cr_expect_str_eq(r.csv, "\"ID\",CITY\n1,Trondheim\n");
	cr_expect(reading_notes(&r, "cut within their last character: 1"));
	reading_fini(&r);
}

/** A segment of zero bytes made ReadStat 1.1.8 write before its buffer (its issue 285). */
Test(sav, zero_bytes_in_the_segments_of_a_long_text_are_passed_over)
{
	struct sav_bytes s;
	struct sav_start start = {.cases = 1, .code_page = 65001};
	static char zeros[256];
	sav_bytes_init(&s, &start);
	sav_bytes_variable(&s, "LONG", 255, A);
	sav_bytes_variable(&s, "LONG0", 48, A);
	sav_bytes_encoding(&s, &start);
	sav_bytes_extension(&s, 14, SLICE("LONG=00300\0\t"));
	sav_bytes_end_dictionary(&s);
	sav_bytes_text(&s, (struct slice){zeros, sizeof(zeros)}, 32);
	sav_bytes_text(&s, SLICE("tail"), 6);
	struct reading r = read_made(&s);
	cr_expect_str_eq(r.csv, "\"LONG\"\ntail\n");
	reading_fini(&r);
}

Test(sav, long_names_take_the_place_of_short_ones)
{
	struct sav_bytes s;
	struct sav_start start = {.cases = 0, .encoding = "windows-1252"};
	sav_bytes_init(&s, &start);
	sav_bytes_variable(&s, "V1", 0, F);
	sav_bytes_variable(&s, "V2", 0, F);
	sav_bytes_encoding(&s, &start);
	sav_bytes_extension(&s, 13, SLICE("V1=Bes\xF8k_nummer\tV2=nps"));
	sav_bytes_end_dictionary(&s);
	struct reading r = read_made(&s);
	cr_expect_str_eq(r.csv, "\"Besøk_nummer\",nps\n");
	reading_fini(&r);
}

Test(sav, whole_numbers_have_all_their_digits_and_others_fifteen)
{
	struct sav_bytes s;
	struct sav_start start = {.cases = 4};
	static const double numbers[] = {9007199254740991, 0.1 + 0.2, -0.0, 1e21};
	sav_bytes_init(&s, &start);
	sav_bytes_variable(&s, "X", 0, F);
	sav_bytes_end_dictionary(&s);
	for (size_t i = 0; i < COUNT_OF(numbers); i++)
		sav_bytes_number(&s, numbers[i]);
	struct reading r = read_made(&s);
	cr_expect_str_eq(r.csv, "\"X\"\n9007199254740991\n0.3\n0\n1e21\n");
	reading_fini(&r);
}

Test(sav, a_file_that_does_not_say_how_many_cases_it_has_is_read_to_its_end)
{
	struct sav_bytes s;
	given(&s, (struct sav_start){.cases = -1});
	for (int i = 1; i <= 2; i++) {
		sav_bytes_number(&s, i);
		sav_bytes_text(&s, SLICE("x"), 2);
	}
	struct reading r = read_made(&s);
	cr_expect_str_eq(r.csv, "\"ID\",CITY\n1,x\n2,x\n");
	cr_expect_eq(r.report.rows, 2);
	reading_fini(&r);
}

/* Refused */

Test(sav, a_file_without_its_end_is_refused_wherever_it_was_cut)
{
	static const char *const names[] = {"bytecode.sav", "plain.sav", "zlib.zsav"};
	enum { TRAILER_BYTES = 64 }; /* zlib's: a table of blocks, its check sum */
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		char bytes[16384];
		FILE *f = fopen(reading_file(names[i]), "rb");
		cr_assert_not_null(f);
		size_t len = fread(bytes, 1, sizeof(bytes), f);
		fclose(f);
		len -= i == 2 ? TRAILER_BYTES : 0;
		for (size_t cut = 0; cut < len; cut += 7) {
			struct reading r;
			reading_run_bytes(&r, table_read_sav, (struct slice){bytes, cut}, NULL);
			cr_assert_eq(r.status, E_INPUT, "%s, %zu bytes", names[i], cut);
			cr_assert_str_eq(r.fault.code, cut < 4 ? "not_sav" : "truncated");
			reading_fini(&r);
		}
	}
}

Test(sav, a_file_that_ends_within_a_case_says_in_which_row)
{
	struct sav_bytes s;
	given(&s, (struct sav_start){.cases = -1});
	sav_bytes_number(&s, 1);
	sav_bytes_text(&s, SLICE("x"), 2);
	sav_bytes_number(&s, 2);
	struct reading r = read_made(&s);
	is_refused(&r, E_INPUT, "truncated", 2);
}

Test(sav, what_is_no_spss_file_is_told_what_it_is)
{
	static const struct {
		struct slice bytes;
		const char *code;
	} rows[] = {
		{SLICE(""), "not_sav"},
		{SLICE("result_id,company\n1,a\n"), "not_sav"},
		{SLICE("PK\3\4"), "not_sav"},
		{SLICE("\x1C\0\0\0\0\0\0\0"
		       "ENCRYPTEDSAV\x15\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
		 "encrypted_file"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct reading r;
		reading_run_bytes(&r, table_read_sav, rows[i].bytes, NULL);
		is_refused(&r, E_INPUT, rows[i].code, 0);
	}
}

Test(sav, every_limit_is_kept)
{
	static const struct {
		size_t offset;
		uint64_t value;
		enum status status;
		const char *code;
	} rows[] = {
		{offsetof(struct table_limits, csv_bytes), 500, E_LIMIT, "too_big_unpacked"},
		{offsetof(struct table_limits, rows), 3, E_LIMIT, "too_many_rows"},
		{offsetof(struct table_limits, memory_bytes), 2000, E_LIMIT,
		 "dictionary_too_large"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct table_limits limits = TABLE_LIMITS;
		struct reading r;
		memcpy((char *)&limits + rows[i].offset, &rows[i].value, sizeof(rows[i].value));
		reading_run(&r, table_read_sav, reading_file("bytecode.sav"), &limits);
		is_refused(&r, rows[i].status, rows[i].code, i == 0 ? 1 : 0);
	}
	struct table_limits narrow = TABLE_LIMITS;
	struct reading r;
	narrow.columns = 12;
	reading_run(&r, table_read_sav, reading_file("bytecode.sav"), &narrow);
	is_refused(&r, E_INPUT, "too_many_columns", 0);
}

Test(sav, cases_without_end_are_counted_against_the_limit)
{
	struct sav_bytes s;
	struct table_limits limits = TABLE_LIMITS;
	struct reading r;
	limits.rows = 2;
	for (int cases = 2; cases <= 3; cases++) {
		given(&s, (struct sav_start){.cases = -1});
		for (int i = 0; i < cases; i++) {
			sav_bytes_number(&s, i);
			sav_bytes_text(&s, SLICE("x"), 2);
		}
		reading_run_bytes(&r, table_read_sav, buf_slice(&s.b), &limits);
		sav_bytes_fini(&s);
		if (cases == 3) {
			is_refused(&r, E_LIMIT, "too_many_rows", 3);
			return;
		}
		cr_expect_eq(r.status, OK);
		reading_fini(&r);
	}
}

Test(sav, it_stops_when_nobody_wants_it_any_more)
{
	atomic_bool stop = true;
	struct table_options options = {.stop = &stop, .limits = TABLE_LIMITS};
	struct table_report report;
	struct decode_fault fault;
	FILE *nowhere = fopen("/dev/null", "w");
	cr_expect_eq(
		table_read_sav(reading_file("bytecode.sav"), nowhere, &options, &report, &fault),
		E_GONE);
	fclose(nowhere);
}
