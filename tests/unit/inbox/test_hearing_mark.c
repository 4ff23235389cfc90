/* What a process was reading when it died. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "inbox/hearing_mark.h"

static char folder[] = "/tmp/plaudit-mark-XXXXXX";

static void make_folder(void)
{
	cr_assert_not_null(mkdtemp(folder));
}

static void remove_folder(void)
{
	char path[sizeof(folder) + 10];
	snprintf(path, sizeof(path), "%s/hearing", folder);
	unlink(path);
	rmdir(folder);
}

TestSuite(hearing_mark, .init = make_folder, .fini = remove_folder);

/** A process that reads these and dies. */
static void die_reading(size_t count, int64_t first)
{
	struct hearing_mark *m = hearing_mark_new(folder);
	hearing_mark_begin(m, count, first);
	hearing_mark_free(m);
}

static void expect_left(size_t count, int64_t given_up)
{
	struct hearing_mark *m = hearing_mark_new(folder);
	cr_expect_eq(hearing_mark_left(m), count);
	cr_expect_eq(hearing_mark_given_up(m), given_up);
	hearing_mark_free(m);
}

Test(hearing_mark, nothing_is_left_at_first)
{
	expect_left(0, 0);
}

Test(hearing_mark, nothing_is_left_by_who_has_ended_reading)
{
	struct hearing_mark *m = hearing_mark_new(folder);
	hearing_mark_begin(m, 3, 70);
	hearing_mark_end(m);
	hearing_mark_free(m);
	expect_left(0, 0);
}

Test(hearing_mark, many_are_left_to_be_read_one_by_one)
{
	die_reading(256, 70);
	expect_left(256, 0);
}

Test(hearing_mark, one_is_given_up_after_three_deaths)
{
	die_reading(1, 70);
	expect_left(1, 0);
	die_reading(1, 70);
	expect_left(1, 0);
	die_reading(1, 70);
	expect_left(1, 70);
}

Test(hearing_mark, deaths_are_counted_of_one_payload_alone)
{
	die_reading(1, 70);
	die_reading(1, 70);
	die_reading(1, 71);
	expect_left(1, 0);
	die_reading(2, 71);
	expect_left(2, 0);
}

Test(hearing_mark, what_is_no_mark_of_ours_is_none)
{
	char path[sizeof(folder) + 10];
	snprintf(path, sizeof(path), "%s/hearing", folder);
	FILE *file = fopen(path, "w");
	cr_assert_not_null(file);
	for (int i = 0; i < 100; i++)
		fputc('x', file);
	cr_assert_eq(fclose(file), 0);
	expect_left(0, 0);
}

Test(hearing_mark, without_a_folder_nothing_is_remembered)
{
	struct hearing_mark *m = hearing_mark_new(NULL);
	hearing_mark_begin(m, 1, 70);
	cr_expect_eq(hearing_mark_left(m), 0);
	hearing_mark_free(m);
}
