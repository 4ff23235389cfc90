#include <criterion/criterion.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "inbox/database_clock.h"

#define MINUTE_US ((int64_t)60 * 1000000)

static int64_t ours;
static struct database_clock theirs;

static void begin(void)
{
	ours = 1000 * MINUTE_US;
	theirs = (struct database_clock){.instant = CLOCK_NO_INSTANT};
	clock_pretend(&ours);
}

static void end(void)
{
	clock_pretend(NULL);
}

TestSuite(database_clock, .init = begin, .fini = end);

/** What is logged when it is told that. */
static const char *told(int64_t instant)
{
	static char line[512];
	FILE *log = tmpfile();
	int stderr_was = dup(STDERR_FILENO);
	dup2(fileno(log), STDERR_FILENO);
	database_clock_told(&theirs, instant, clock_monotonic_us());
	dup2(stderr_was, STDERR_FILENO);
	close(stderr_was);
	rewind(log);
	line[fread(line, 1, sizeof(line) - 1, log)] = '\0';
	fclose(log);
	return line;
}

Test(database_clock, nobody_knows_it_before_it_was_asked)
{
	cr_expect_eq(database_clock_says(&theirs), CLOCK_NO_INSTANT);
}

Test(database_clock, it_goes_on_with_ours_from_where_it_was)
{
	cr_expect_str_empty(told(7 * MINUTE_US));
	ours += 90 * MINUTE_US;
	cr_expect_eq(database_clock_says(&theirs), 97 * MINUTE_US);
}

Test(database_clock, up_to_five_minutes_are_taken_without_a_word)
{
	cr_expect_str_empty(told(100 * MINUTE_US));
	ours += MINUTE_US;
	cr_expect_str_empty(told(106 * MINUTE_US));
	cr_expect_str_empty(told(101 * MINUTE_US));
	cr_expect_eq(database_clock_says(&theirs), 101 * MINUTE_US);
}

Test(database_clock, a_jump_either_way_is_logged_as_an_error)
{
	cr_expect_str_empty(told(100 * MINUTE_US));
	const char *forward = told(106 * MINUTE_US);
	cr_expect(strstr(forward, "\"error\"") != NULL &&
			  strstr(forward, "\"inbox.clock_jumped\",\"seconds\":360") != NULL,
		  "%s", forward);
	const char *back = told(90 * MINUTE_US);
	cr_expect_not_null(strstr(back, "\"seconds\":-960"), "%s", back);
	cr_expect_eq(database_clock_says(&theirs), 90 * MINUTE_US);
}

Test(database_clock, what_comes_late_does_not_put_it_back)
{
	cr_expect_str_empty(told(100 * MINUTE_US));
	uint64_t asked_us = clock_monotonic_us();
	ours += MINUTE_US;
	database_clock_told(&theirs, 100 * MINUTE_US, asked_us);
	cr_expect_eq(database_clock_says(&theirs), 101 * MINUTE_US);
	database_clock_told(&theirs, 102 * MINUTE_US, asked_us);
	cr_expect_eq(database_clock_says(&theirs), 102 * MINUTE_US);
}
