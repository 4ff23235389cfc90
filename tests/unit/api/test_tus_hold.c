#include <criterion/criterion.h>

#include "api/tus_hold.h"

struct asker {
	struct tus_hold hold;
	int granted, stopped;
};

static void granted(void *arg)
{
	struct asker *a = arg;
	a->granted++;
}

static void stop(void *arg)
{
	struct asker *a = arg;
	a->stopped++;
}

static struct tus_holds all;

static struct asker asker(int64_t tus_id)
{
	return (struct asker){.hold = {.tus_id = tus_id}};
}

static bool ask(struct asker *a)
{
	a->hold.granted = granted;
	a->hold.stop = stop;
	a->hold.arg = a;
	return tus_hold_ask(&all, &a->hold);
}

Test(tus_hold, the_first_has_it_at_once)
{
	struct asker a = asker(1);
	cr_assert(ask(&a));
	cr_assert_eq(a.granted, 0);
	cr_assert(tus_is_held(&all, 1));
}

Test(tus_hold, another_upload_is_nobody_elses)
{
	struct asker a = asker(1), b = asker(2);
	cr_assert(ask(&a));
	cr_assert(ask(&b));
	cr_assert_eq(a.stopped, 0);
}

Test(tus_hold, the_same_number_in_another_wave_is_nobody_elses)
{
	struct asker a = asker(1), b = asker(1);
	b.hold.wave_id = 2;
	cr_assert(ask(&a));
	cr_assert(ask(&b));
	cr_assert_eq(a.stopped, 0);
	tus_hold_release(&all, &b.hold);
	cr_assert(tus_is_held(&all, 1));
	cr_assert_eq(a.granted, 0);
}

Test(tus_hold, who_comes_later_has_it_when_the_one_before_has_left)
{
	struct asker a = asker(1), b = asker(1);
	cr_assert(ask(&a));
	cr_assert_not(ask(&b));
	cr_assert_eq(a.stopped, 1);
	cr_assert_eq(b.granted, 0);
	tus_hold_release(&all, &a.hold);
	cr_assert_eq(b.granted, 1);
}

Test(tus_hold, a_holder_is_told_once)
{
	struct asker a = asker(1), b = asker(1), c = asker(1);
	cr_assert(ask(&a));
	cr_assert_not(ask(&b));
	cr_assert_not(ask(&c));
	cr_assert_eq(a.stopped, 1);
}

Test(tus_hold, who_waits_and_leaves_changes_nothing)
{
	struct asker a = asker(1), b = asker(1), c = asker(1);
	cr_assert(ask(&a));
	cr_assert_not(ask(&b));
	cr_assert_not(ask(&c));
	tus_hold_release(&all, &b.hold);
	cr_assert_eq(c.granted, 0);
	tus_hold_release(&all, &a.hold);
	cr_assert_eq(c.granted, 1);
}

Test(tus_hold, stopping_all_tells_those_who_have_one)
{
	struct asker a = asker(1), b = asker(1), c = asker(2);
	cr_assert(ask(&a));
	cr_assert_not(ask(&b));
	cr_assert(ask(&c));
	tus_hold_stop_all(&all);
	cr_assert_eq(a.stopped, 1);
	cr_assert_eq(b.stopped, 0);
	cr_assert_eq(c.stopped, 1);
}
