/** Results as they leave: columns, cells, rows of CSV and NDJSON, the end that proves them whole.
 */
#include <criterion/criterion.h>

#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "export/template.h"
#include "export/text.h"
#include "export/workbook.h"
#include "fake/small_programme.h"

static struct arena arena;
static struct programme *p;
static struct export_columns columns;
static struct export_text text;
static int16_t answers[] = {1, ANSWER_NONE, 5}, cx[] = {4, ANSWER_NONE};
static int32_t areas[] = {10000, 7391};
static struct stored_result stored;

static void arrange(void)
{
	struct programme_faults faults;
	arena_init(&arena, 1 << 20);
	cr_assert_eq(programme_parse(SLICE(SMALL_PROGRAMME), &arena, &p, &faults), OK);
	stored = (struct stored_result){
		.result = {.result_id = SLICE("r1"),
			   .company = 1,
			   .channel = 0,
			   .shopper = SLICE("=S"),
			   .contacted_at = 0,
			   .answered = true,
			   .attempt = ATTEMPT_NONE,
			   .wait_seconds = 12,
			   .duration_seconds = SECONDS_NONE,
			   .answers = answers,
			   .cx = cx,
			   .score = 8050,
			   .area_scores = areas,
			   .comment = SLICE("a \"b\""),
			   .breaches = 1u << BREACH_CUSTOMER | 1u << BREACH_SENT_LATE,
			   .status = REVIEW_EXCLUDED},
		.shopper = 1,
		.revision = 3,
		.upload_id = 17};
}

static void given_columns(enum export_set set, enum export_format format)
{
	static const struct csv_form plain;
	cr_assert_eq(export_columns_make(p, 0, set, &arena, &columns), OK);
	export_text_init(&text, &columns, format, &plain);
}

static void clear(void)
{
	if (text.hash != NULL)
		export_text_fini(&text);
	programme_free(p);
	arena_fini(&arena);
}

TestSuite(export_text, .init = arrange, .fini = clear);

static void expect_text(const char *wanted)
{
	cr_expect(slice_is(buf_slice(&text.to), wanted), "%.*s", SLICE_ARGS(buf_slice(&text.to)));
}

#define CANONICAL                                                                                  \
	"result_id,company,sector,channel,shopper,contacted_at,answered,attempt,wait_seconds,"     \
	"duration_seconds,customer,q1,q2,q3,csat,nps,comment"

Test(export_text, a_canonical_row_has_the_columns_of_a_result)
{
	given_columns(EXPORT_CANONICAL, EXPORT_CSV);
	export_text_head(&text);
	export_text_row(&text, &stored);
	expect_text(CANONICAL "\r\nr1,C2,S1,phone,\"'=S\",2000-01-01T00:00:00.000000Z,1,,12,,1,"
			      "1,,5,4,,\"a \"\"b\"\"\"\r\n");
}

Test(export_text, what_became_of_it_stands_behind)
{
	given_columns(EXPORT_ALL, EXPORT_CSV);
	export_text_head(&text);
	export_text_row(&text, &stored);
	expect_text(CANONICAL ",plaudit:status,plaudit:revision,plaudit:breaches,plaudit:upload,"
			      "plaudit:score,plaudit:area:wait,plaudit:area:agent\r\n"
			      "r1,C2,S1,phone,\"'=S\",2000-01-01T00:00:00.000000Z,1,,12,,1,"
			      "1,,5,4,,\"a \"\"b\"\"\",excluded,3,shopper_is_customer sent_late,17,"
			      "80.5,100,73.91\r\n");
}

Test(export_text, a_line_of_json_has_every_key)
{
	given_columns(EXPORT_ALL, EXPORT_NDJSON);
	export_text_head(&text);
	stored.result.contacted_at = CLOCK_NO_INSTANT;
	stored.result.score = SCORE_NONE;
	stored.result.breaches = 0;
	export_text_row(&text, &stored);
	expect_text("{\"result_id\":\"r1\",\"company\":\"C2\",\"sector\":\"S1\","
		    "\"channel\":\"phone\",\"shopper\":\"=S\",\"contacted_at\":null,"
		    "\"answered\":true,\"attempt\":null,\"wait_seconds\":12,"
		    "\"duration_seconds\":null,\"customer\":null,"
		    "\"answers\":{\"q1\":1,\"q2\":null,\"q3\":5},\"csat\":4,\"nps\":null,"
		    "\"comment\":\"a \\\"b\\\"\",\"plaudit:status\":\"excluded\","
		    "\"plaudit:revision\":3,\"plaudit:breaches\":null,\"plaudit:upload\":17,"
		    "\"plaudit:score\":null,\"plaudit:area:wait\":100,"
		    "\"plaudit:area:agent\":73.91}\n");
}

Test(export_text, a_decimal_is_written_without_zeros_at_its_end)
{
	static const struct {
		int64_t number;
		int decimals;
		const char *digits;
	} cases[] = {{7391, 2, "73.91"}, {8050, 2, "80.5"}, {10000, 2, "100"},	{0, 2, "0"},
		     {5, 2, "0.05"},	 {-5, 1, "-0.5"},   {-1250, 3, "-1.25"}};
	char room[DECIMAL_ROOM];
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct export_cell cell = {.kind = CELL_DECIMAL,
					   .number = cases[i].number,
					   .decimals = cases[i].decimals};
		struct slice digits = export_cell_digits(&cell, room);
		cr_expect(slice_is(digits, cases[i].digits), "%.*s", SLICE_ARGS(digits));
	}
}

/* The digests are Python's: hashlib.sha256 of the bytes of the first test. */
Test(export_text, the_digest_is_of_all_bytes_however_they_were_taken)
{
	char whole[DIGEST_FIELD_BYTES], parts[DIGEST_FIELD_BYTES];
	given_columns(EXPORT_CANONICAL, EXPORT_CSV);
	export_text_head(&text);
	export_text_row(&text, &stored);
	export_text_digest(&text, whole);
	export_text_fini(&text);
	given_columns(EXPORT_CANONICAL, EXPORT_CSV);
	export_text_head(&text);
	export_text_sent(&text);
	export_text_row(&text, &stored);
	export_text_sent(&text);
	export_text_digest(&text, parts);
	cr_expect_str_eq(whole, parts);
	cr_expect_str_eq(whole, "sha-256=:TZmpE7C6VM2e/WZeUnJUtm5gElZGAY6WlImI7g9Urv4=:");
}

Test(export_text, an_end_row_has_rows_and_the_digest_of_what_is_before_it)
{
	given_columns(EXPORT_CANONICAL, EXPORT_CSV);
	export_text_head(&text);
	export_text_row(&text, &stored);
	export_text_sent(&text);
	export_text_end_row(&text);
	expect_text(
		"plaudit:end,1,4d99a913b0ba54cd9efd665e527254b66e60125646018e96948988ee0f54aefe,,,,,,,,,,,,,,\r\n");
}

Test(export_text, an_end_line_of_json_says_so)
{
	given_columns(EXPORT_CANONICAL, EXPORT_NDJSON);
	export_text_end_row(&text);
	/* sha256sum </dev/null */
	expect_text("{\"plaudit:end\":true,\"plaudit:rows\":0,\"plaudit:sha256\":"
		    "\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"}\n");
}

static void expect_zip(const struct temporary *file)
{
	char start[2];
	cr_expect_eq(pread(file->file, start, 2, 0), 2);
	cr_expect_eq(memcmp(start, "PK", 2), 0);
	cr_expect_gt(file->bytes, 1000);
}

Test(export_text, a_workbook_is_a_file_without_a_name)
{
	struct workbook *book;
	struct temporary file;
	struct trouble why;
	given_columns(EXPORT_SHEET, EXPORT_XLSX);
	cr_assert_eq(workbook_open(&columns, temporary_folder(), &book, &why), OK, "%s", why.words);
	cr_assert_eq(workbook_add(book, &stored, &why), OK);
	cr_expect_eq(workbook_rows(book), 1);
	cr_assert_eq(workbook_finish(&book, &file, &why), OK);
	cr_expect_null(book);
	expect_zip(&file);
	temporary_close(&file);
}

Test(export_text, a_workbook_may_be_dropped_half_written)
{
	struct workbook *book;
	struct trouble why;
	given_columns(EXPORT_SHEET, EXPORT_XLSX);
	cr_assert_eq(workbook_open(&columns, temporary_folder(), &book, &why), OK);
	cr_assert_eq(workbook_add(book, &stored, &why), OK);
	workbook_drop(&book);
	cr_expect_null(book);
}

Test(export_text, a_folder_that_is_not_there_is_told)
{
	struct temporary file;
	struct trouble why;
	cr_assert_eq(setenv("TMPDIR", "/nowhere", 1), 0);
	cr_expect_eq(temporary_open(temporary_folder(), &file, &why), E_BUSY);
	cr_expect_lt(file.file, 0);
}

Test(export_text, a_template_is_the_header_of_a_canonical_result)
{
	static const struct csv_form norwegian = {.dialect = CSV_EXCEL_NB};
	struct temporary file;
	struct trouble why;
	struct buf head;
	given_columns(EXPORT_CANONICAL, EXPORT_CSV);
	buf_init(&head, 1000);
	template_csv(&columns, &text.form, &head);
	cr_expect(slice_is(buf_slice(&head), CANONICAL "\r\n"));
	buf_clear(&head);
	template_csv(&columns, &norwegian, &head);
	cr_expect(slice_starts_with(buf_slice(&head), SLICE("\xEF\xBB\xBFresult_id;company;")));
	buf_fini(&head);
	cr_assert_eq(template_workbook(&columns, temporary_folder(), &file, &why), OK, "%s",
		     why.words);
	expect_zip(&file);
	temporary_close(&file);
}
