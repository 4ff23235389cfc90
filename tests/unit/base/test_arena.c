#include <criterion/criterion.h>

#include "base/arena.h"

static void count_up(void *what)
{
	++*(int *)what;
}

Test(arena, more_than_the_limit_is_refused_and_the_arena_goes_on)
{
	struct arena a;
	arena_init(&a, 100);
	cr_assert_not_null(arena_take(&a, 60));
	cr_assert_null(arena_take(&a, 41));
	cr_assert_not_null(arena_take(&a, 40));
	cr_assert_null(arena_take(&a, 1));
	arena_fini(&a);
}

Test(arena, a_product_that_overflows_is_refused)
{
	struct arena a;
	arena_init(&a, SIZE_MAX);
	cr_assert_null(arena_take_array(&a, SIZE_MAX / 2, 3));
	arena_fini(&a);
}

Test(arena, what_is_taken_is_zero_also_after_a_rewind)
{
	struct arena a;
	arena_init(&a, 1 << 20);
	struct arena_mark before = arena_mark(&a);
	for (int round = 0; round < 3; round++) {
		unsigned char *bytes = arena_take(&a, 40000);
		for (size_t i = 0; i < 40000; i++)
			cr_assert_eq(bytes[i], 0);
		memset(bytes, 0xAA, 40000);
		arena_rewind(&a, before);
	}
	cr_assert_eq(a.used_bytes, 0);
	arena_fini(&a);
}

Test(arena, a_rewind_runs_what_was_deferred_since_the_mark_and_nothing_before_it)
{
	struct arena a;
	int early = 0, late = 0;
	arena_init(&a, 1000);
	arena_defer(&a, count_up, &early);
	struct arena_mark mark = arena_mark(&a);
	arena_defer(&a, count_up, &late);
	arena_rewind(&a, mark);
	cr_assert_eq(late, 1);
	cr_assert_eq(early, 0);
	arena_fini(&a);
	cr_assert_eq(early, 1);
	cr_assert_eq(late, 1);
}

Test(arena, a_copy_ends_with_a_nul_and_a_print_is_cut_by_nothing)
{
	struct arena a;
	arena_init(&a, 1000);
	struct slice copy = arena_copy(&a, SLICE("abc"));
	cr_assert_eq(copy.at[3], '\0');
	cr_assert_str_eq(arena_print(&a, "%s-%d", "x", 42), "x-42");
	arena_fini(&a);
}
