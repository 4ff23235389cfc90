/* Rows of CSV as firms write them, through decoder and intake together. */
#include <criterion/criterion.h>

#include "base/clock.h"
#include "decode/decoder.h"
#include "given.h"

enum { TOLD_BYTES = 10000 };

static struct arena arena;
static struct programme *p;
static struct buf told;

static void arrange(void)
{
	arena_init(&arena, 1 << 20);
	buf_init(&told, TOLD_BYTES);
	p = given_programme(given_json(given_rules));
}

static void clear(void)
{
	programme_free(p);
	buf_fini(&told);
	arena_fini(&arena);
}

TestSuite(intake_csv, .init = arrange, .fini = clear);

static void tell_result(const struct result *r)
{
	buf_add(&told, r->result_id);
	buf_print(&told, " %d %d", r->answers[2], r->wait_seconds);
	if (r->contacted_at != CLOCK_NO_INSTANT) {
		buf_add_text(&told, " ");
		clock_print(&told, r->contacted_at);
	}
	buf_add_text(&told, "\n");
}

static void tell_row(struct intake *in, const struct record *record)
{
	struct result result;
	struct reject reject;
	if (intake_read(in, record, &arena, &result, &reject) == OK) {
		tell_result(&result);
		return;
	}
	for (size_t i = 0; i < reject.faults_len; i++)
		buf_print(&told, "%d! %s [%.*s] %.*s\n", (int)reject.row, reject.faults[i].code,
			  SLICE_ARGS(reject.faults[i].column), SLICE_ARGS(reject.faults[i].value));
}

/** The result's id, the key figure, the wait and the instant of each row, or its faults. */
static const char *rows(int wave, const struct csv_options *options, const char *csv)
{
	struct record record;
	struct decode_fault fault;
	int64_t now;
	cr_assert(clock_parse(SLICE("2026-12-31T00:00:00Z"), &now));
	struct intake *in = intake_new(p, wave, now);
	struct decoder *d = decoder_new_csv(options);
	decoder_feed(d, slice_of(csv));
	decoder_finish(d);
	while (decoder_next(d, &arena, &record, &fault) == DECODE_RECORD)
		tell_row(in, &record);
	decoder_free(d);
	intake_free(in);
	buf_add_byte(&told, '\0');
	return told.at;
}

static const struct csv_options undeclared;

#define IN_UTC	0 /* no time zone is declared */
#define IN_OSLO 1

Test(intake_csv, a_decimal_comma_is_read_where_a_decimal_is_wanted)
{
	cr_assert_str_eq(rows(IN_UTC, &undeclared,
			      "result_id;company;channel;kpi1;wait_seconds;comment\n"
			      "r1;C1;phone;82,5;12,0;1.5\n"
			      "1E5;C1;phone;80;1\xC2\xA0"
			      "200;2,5\n"
			      "00123;C1;phone;7,50;;\n"),
			 "r1 825 12\n1E5 800 1200\n00123 75 -1\n");
}

Test(intake_csv, the_rows_with_the_other_decimal_mark_are_refused)
{
	cr_assert_str_eq(rows(IN_UTC, &undeclared,
			      "result_id;company;channel;kpi1\n"
			      "r1;C1;phone;82,5\nr2;C1;phone;82.5\nr3;C1;phone;9,5\n"),
			 "r1 825 -1\n2! two_decimal_marks [kpi1] 82.5\nr3 95 -1\n");
}

Test(intake_csv, a_declared_decimal_mark_is_the_only_one)
{
	const struct csv_options comma = {.decimal = ','};
	cr_assert_str_eq(rows(IN_UTC, &comma,
			      "result_id,company,channel,kpi1,wait_seconds\n"
			      "r1,C1,phone,82.5,\nr2,C1,phone,\"82,5\",\nr3,C1,phone,,\"1,000\"\n"),
			 "1! two_decimal_marks [kpi1] 82.5\nr2 825 -1\nr3 -32768 1\n");
}

Test(intake_csv, half_an_answer_is_none_in_either_writing)
{
	cr_assert_str_eq(
		rows(IN_UTC, &undeclared,
		     "result_id;company;channel;nps\n"
		     "r1;C1;phone;4,5\nr2;C1;phone;9,0\nr3;C1;phone;NaN\n"),
		"1! not_an_integer [nps] 4,5\nr2 -32768 -1\n3! not_an_integer [nps] NaN\n");
}

Test(intake_csv, a_number_that_may_be_a_thousand_is_refused)
{
	cr_assert_str_eq(rows(IN_UTC, &undeclared,
			      "result_id;company;channel;wait_seconds\nr1;C1;phone;1.200\n"),
			 "1! ambiguous_number [wait_seconds] 1.200\n");
}

Test(intake_csv, a_local_time_is_the_waves)
{
	cr_assert_str_eq(rows(IN_OSLO, &undeclared,
			      "result_id;company;channel;contacted_at\n"
			      "r1;C1;phone;02.03.2026 10:15\n"
			      "r2;C1;phone;03/02/2026 10:15\n"
			      "r3;C1;phone;13/02/2026 10:15\n"
			      "r4;C1;phone;2026-03-02T10:15:00Z\n"
			      "r5;C1;phone;29.03.2026 02:30\n"
			      "r6;C1;phone;25.10.2026 02:30\n"
			      "r7;C1;phone;02.03.2026\n"),
			 "r1 -32768 -1 2026-03-02T09:15:00.000000Z\n"
			 "r2 -32768 -1 2026-02-03T09:15:00.000000Z\n"
			 "r3 -32768 -1 2026-02-13T09:15:00.000000Z\n"
			 "r4 -32768 -1 2026-03-02T10:15:00.000000Z\n"
			 "5! no_such_time [contacted_at] 29.03.2026 02:30\n"
			 "6! ambiguous_time [contacted_at] 25.10.2026 02:30\n"
			 "7! not_an_instant [contacted_at] 02.03.2026\n");
}

Test(intake_csv, slashes_without_a_word_about_their_order_are_refused)
{
	cr_assert_str_eq(
		rows(IN_OSLO, &undeclared,
		     "result_id;company;channel;contacted_at\nr1;C1;phone;03/02/2026 10:15\n"),
		"1! ambiguous_date [contacted_at] 03/02/2026 10:15\n");
}

Test(intake_csv, slashes_are_read_in_the_order_declared)
{
	const struct csv_options mdy = {.dates = DATES_MONTH_FIRST};
	cr_assert_str_eq(rows(IN_OSLO, &mdy,
			      "result_id;company;channel;contacted_at\n"
			      "r1;C1;phone;3/2/2026 1:15 PM\nr2;C1;phone;13/2/2026 1:15 PM\n"),
			 "r1 -32768 -1 2026-03-02T12:15:00.000000Z\n"
			 "2! not_an_instant [contacted_at] 13/2/2026 1:15 PM\n");
}

Test(intake_csv, a_wave_without_a_time_zone_takes_no_local_time)
{
	cr_assert_str_eq(
		rows(IN_UTC, &undeclared,
		     "result_id,company,channel,contacted_at\n"
		     "r1,C1,phone,02.03.2026 10:15\nr2,C1,phone,2026-03-02T10:15:00+01:00\n"),
		"1! no_time_zone [contacted_at] 02.03.2026 10:15\n"
		"r2 -32768 -1 2026-03-02T09:15:00.000000Z\n");
}

Test(intake_csv, an_apostrophe_that_guards_against_formulas_is_taken_away)
{
	cr_assert_str_eq(rows(IN_UTC, &undeclared,
			      "result_id,company,channel\n'-5,C1,phone\n'=1+1,'C1,phone\n"
			      "''@x,C1,phone\n'5,C1,phone\n"),
			 "-5 -32768 -1\n2! unknown_company [company] 'C1\n'@x -32768 -1\n"
			 "'5 -32768 -1\n");
}

Test(intake_csv, what_an_export_added_is_ignored)
{
	cr_assert_str_eq(
		rows(IN_UTC, &undeclared,
		     "result_id,company,channel,plaudit:status,plaudit:area:a_very_long_code\n"
		     "r1,C1,phone,excluded,82.5\nr2,C1,phone,\"1,5\",\n"),
		"r1 -32768 -1\nr2 -32768 -1\n");
}

Test(intake_csv, a_column_of_another_prefix_is_not_ignored)
{
	cr_assert_str_eq(
		rows(IN_UTC, &undeclared, "result_id,company,channel,plaudit\nr1,C1,phone,1\n"),
		"1! unknown_column [plaudit] 1\n");
}
