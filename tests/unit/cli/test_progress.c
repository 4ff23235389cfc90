#include <criterion/criterion.h>

#include "cli/progress.h"

static void expect(struct buf *made, const char *wanted)
{
	buf_add_byte(made, '\0');
	cr_expect_str_eq(made->at, wanted);
	buf_fini(made);
}

static void expect_bar(struct progress p, size_t columns, const char *wanted)
{
	struct buf made;
	buf_init(&made, 1000);
	progress_add_bar(&made, &p, columns);
	expect(&made, wanted);
}

static void expect_bytes(uint64_t bytes, const char *wanted)
{
	struct buf made;
	buf_init(&made, 1000);
	progress_add_bytes(&made, bytes);
	expect(&made, wanted);
}

static void expect_duration(uint64_t seconds, const char *wanted)
{
	struct buf made;
	buf_init(&made, 1000);
	progress_add_duration(&made, seconds);
	expect(&made, wanted);
}

Test(progress, bytes_are_in_decimal_units)
{
	expect_bytes(999, "999 B");
	expect_bytes(1500, "1.5 kB");
	expect_bytes(999960, "1.0 MB");
	expect_bytes(2500000000, "2.5 GB");
}

Test(progress, durations_are_minutes_or_hours)
{
	expect_duration(7, "0:07");
	expect_duration(3723, "1:02:03");
}

Test(progress, half_of_a_file_is_half_a_bar)
{
	expect_bar((struct progress){1000000, 2000000, 1000, 0}, 100,
		   "[===============>              ]  50 %  1.0 MB of 2.0 MB  1.0 MB/s  0:01 left");
}

Test(progress, a_narrow_terminal_gets_no_bar)
{
	expect_bar((struct progress){1000000, 2000000, 1000, 0}, 48,
		   " 50 %  1.0 MB of 2.0 MB  1.0 MB/s  0:01 left");
}

Test(progress, the_line_never_fills_the_last_column)
{
	struct buf made;
	struct progress p = {1000000, 2000000, 1000, 0};
	for (size_t columns = 1; columns < 120; columns++) {
		buf_init(&made, 1000);
		progress_add_bar(&made, &p, columns);
		cr_expect_lt(made.len, columns, "%zu columns", columns);
		buf_fini(&made);
	}
}

Test(progress, a_pipe_of_unknown_length_has_neither_percent_nor_end)
{
	expect_bar((struct progress){1000000, 0, 2000, 0}, 100, "1.0 MB  500.0 kB/s");
}

Test(progress, nothing_sent_yet_promises_no_end)
{
	expect_bar((struct progress){0, 2000000, 0, 0}, 80,
		   "[>                             ]   0 %  0 B of 2.0 MB");
}

Test(progress, a_log_gets_words)
{
	struct buf made;
	struct progress p = {1000000, 2000000, 1000, 0};
	buf_init(&made, 1000);
	progress_add_words(&made, &p);
	expect(&made, "1.0 MB of 2.0 MB (50 %), 1.0 MB/s, 0:01 left");
}

Test(progress, what_was_there_before_tells_nothing_of_the_speed)
{
	struct progress p = {.done_bytes = 3000000,
			     .total_bytes = 4000000,
			     .elapsed_ms = 1000,
			     .begun_bytes = 2000000};
	struct buf line;
	buf_init(&line, 200);
	progress_add_words(&line, &p);
	cr_assert(slice_is(buf_slice(&line), "3.0 MB of 4.0 MB (75 %), 1.0 MB/s, 0:01 left"),
		  "%.*s", SLICE_ARGS(buf_slice(&line)));
	buf_fini(&line);
}
