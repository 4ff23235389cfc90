#include <criterion/criterion.h>

#include "loop/loop.h"

struct notes {
	struct loop *loop;
	struct loop_timer *timer;
	char text[16];
	unsigned count;
};

static void note(struct notes *n, char letter)
{
	n->text[n->count++] = letter;
}

static void note_b(void *arg)
{
	note(arg, 'b');
}

static void note_a_then_ask_for_c(void *arg);

static void note_c(void *arg)
{
	note(arg, 'c');
}

static void note_a_then_ask_for_c(void *arg)
{
	struct notes *n = arg;
	note(n, 'a');
	loop_later(n->loop, note_c, n);
}

Test(loop, what_is_asked_for_later_comes_in_the_order_of_asking)
{
	struct notes n = {.loop = loop_new()};
	loop_later(n.loop, note_a_then_ask_for_c, &n);
	loop_later(n.loop, note_b, &n);
	cr_assert_eq(n.count, 0, "nothing happens before the loop turns");
	loop_run(n.loop);
	cr_assert_str_eq(n.text, "abc");
	loop_free(n.loop);
}

static void work_writes(void *arg)
{
	note(arg, 'w');
}

static void done_writes(void *arg)
{
	note(arg, 'd');
}

Test(loop, offloaded_work_is_followed_by_done_in_the_loop)
{
	struct notes n = {.loop = loop_new()};
	loop_offload(n.loop, work_writes, done_writes, &n);
	loop_run(n.loop);
	cr_assert_str_eq(n.text, "wd");
	loop_free(n.loop);
}

static void free_own_timer(void *arg)
{
	struct notes *n = arg;
	note(n, 't');
	loop_timer_free(&n->timer);
}

Test(loop, a_timer_may_be_freed_from_its_own_call)
{
	struct notes n = {.loop = loop_new()};
	n.timer = loop_timer_new(n.loop, free_own_timer, &n);
	loop_timer_start(n.timer, 0);
	loop_run(n.loop);
	cr_assert_str_eq(n.text, "t");
	cr_assert_null(n.timer);
	loop_free(n.loop);
}

Test(loop, a_freed_timer_does_not_fire)
{
	struct notes n = {.loop = loop_new()};
	n.timer = loop_timer_new(n.loop, free_own_timer, &n);
	loop_timer_start(n.timer, 1);
	loop_timer_free(&n.timer);
	loop_run(n.loop);
	cr_assert_eq(n.count, 0);
	loop_free(n.loop);
}

Test(loop, an_unreferenced_timer_does_not_keep_the_loop_alive)
{
	struct notes n = {.loop = loop_new()};
	n.timer = loop_timer_new(n.loop, free_own_timer, &n);
	loop_timer_unref(n.timer);
	loop_timer_start(n.timer, 3600000);
	loop_run(n.loop);
	cr_assert_eq(n.count, 0);
	loop_timer_free(&n.timer);
	loop_run(n.loop);
	loop_free(n.loop);
}

static void stop_the_loop(void *arg)
{
	struct notes *n = arg;
	note(n, 's');
	loop_stop(n->loop);
}

Test(loop, stop_ends_the_run_although_a_timer_is_left)
{
	struct notes n = {.loop = loop_new()};
	n.timer = loop_timer_new(n.loop, free_own_timer, &n);
	loop_timer_start(n.timer, 3600000);
	loop_later(n.loop, stop_the_loop, &n);
	loop_run(n.loop);
	cr_assert_str_eq(n.text, "s");
	loop_timer_free(&n.timer);
	loop_run(n.loop);
	loop_free(n.loop);
}
