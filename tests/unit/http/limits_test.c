#include <criterion/criterion.h>

#include "rig.h"

static struct http_limits short_limits(void)
{
	struct http_limits l = http_limits_default();
	l.head_ms = 40;
	l.idle_ms = 40;
	l.body_grace_ms = 40;
	l.body_rate = 1000; /* 40 bytes in each span */
	l.linger_ms = 40;
	l.write_stall_ms = 40;
	return l;
}

Test(limits, a_head_that_does_not_come_in_time_is_408)
{
	struct http_limits l = short_limits();
	struct rig *r = rig_with(&l);
	rig_send(r, "GET /hello HTTP/1.1\r\nHost:");
	rig_wait_for_eof(r);
	cr_assert_eq(rig_status(r), 408);
	rig_free(r);
}

Test(limits, a_connection_that_never_says_anything_is_closed_silently)
{
	struct http_limits l = short_limits();
	struct rig *r = rig_with(&l);
	rig_wait_for_eof(r);
	cr_assert_eq(r->got.len, 0);
	rig_free(r);
}

Test(limits, an_idle_connection_is_closed_silently)
{
	struct http_limits l = short_limits();
	l.head_ms = 10000;
	struct rig *r = rig_with(&l);
	rig_send(r, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
	rig_wait_for_eof(r);
	cr_assert_eq(rig_answers(r), 1);
	rig_free(r);
}

Test(limits, a_body_below_its_rate_is_408_and_the_handler_is_told)
{
	struct http_limits l = short_limits();
	struct rig *r = rig_with(&l);
	rig_send(r, "POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc");
	rig_wait_for_eof(r);
	cr_assert_eq(rig_status(r), 408);
	cr_assert_eq(r->site.gone, 1);
	rig_free(r);
}

static void too_late(void *arg)
{
	*(bool *)arg = true;
}

static void let_pass(struct rig *r, uint64_t ms)
{
	bool over = false;
	struct loop_timer *t = loop_timer_new(r->loop, too_late, &over);
	loop_timer_start(t, ms);
	while (!over)
		uv_run(loop_uv(r->loop), UV_RUN_ONCE);
	loop_timer_free(&t);
	rig_turn(r);
}

Test(limits, a_pause_of_the_handler_does_not_count_as_slowness)
{
	struct http_limits l = short_limits();
	struct rig *r = rig_with(&l);
	r->site.pause_each_part = true;
	rig_send(r, "POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc");
	let_pass(r, 150);
	cr_assert_eq(rig_answers(r), 0);
	r->site.pause_each_part = false;
	exchange_resume(r->site.kept);
	rig_send(r, "def");
	cr_assert_eq(rig_status(r), 200);
	rig_free(r);
}

Test(limits, a_body_that_keeps_its_rate_may_take_as_long_as_it_likes)
{
	struct http_limits l = short_limits();
	struct rig *r = rig_with(&l);
	rig_send(r, "POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 1200\r\n\r\n");
	for (int i = 0; i < 6; i++) {
		char part[200] = {0};
		rig_send_bytes(r, (struct slice){part, sizeof(part)});
		let_pass(r, 30);
	}
	cr_assert_eq(rig_status(r), 200);
	rig_free(r);
}

Test(limits, a_rest_that_does_not_come_ends_the_connection)
{
	struct http_limits l = short_limits();
	struct rig *r = rig_with(&l);
	rig_send(r, "POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab");
	cr_assert_eq(rig_status(r), 403);
	cr_assert_not(r->eof);
	rig_wait_for_eof(r);
	cr_assert_eq(rig_answers(r), 1);
	rig_free(r);
}

Test(limits, a_client_that_never_closes_its_half_is_left_after_the_linger)
{
	struct http_counters counters;
	struct http_limits l = short_limits();
	struct rig *r = rig_with(&l);
	rig_send(r, "nonsense\r\n");
	cr_assert(r->eof, "our FIN is out");
	http_server_counters(r->server, &counters);
	cr_assert_eq(counters.connections, 1, "what still comes is read");
	let_pass(r, 150);
	http_server_counters(r->server, &counters);
	cr_assert_eq(counters.connections, 0);
	rig_free(r);
}

Test(limits, an_answer_may_take_longer_than_every_deadline)
{
	struct http_limits l = short_limits();
	struct rig *r = rig_with(&l);
	rig_send(r, "GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
	let_pass(r, 150);
	cr_assert_eq(r->site.gone, 0);
	exchange_answer(r->site.kept, 204, NULL, SLICE_NONE);
	rig_turn(r);
	cr_assert_eq(rig_status(r), 204);
	rig_free(r);
}

Test(limits, a_client_that_does_not_take_its_answer_is_gone)
{
	static char part[4 << 20];
	struct http_limits l = short_limits();
	l.queue_bytes = 8 << 20;
	struct rig *r = rig_with(&l);
	rig_send(r, "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
	cr_assert_neq(exchange_stream_write(r->site.kept, (struct slice){part, sizeof(part)}),
		      FLOW_STOP);
	bool over = false;
	struct loop_timer *t = loop_timer_new(r->loop, too_late, &over);
	loop_timer_start(t, 500);
	while (!over && r->site.gone == 0)
		uv_run(loop_uv(r->loop), UV_RUN_ONCE);
	loop_timer_free(&t);
	cr_assert_eq(r->site.gone, 1);
	rig_free(r);
}

Test(limits, a_writer_that_ignores_the_pause_loses_its_client)
{
	static char part[1 << 20];
	struct http_limits l = http_limits_default();
	struct rig *r = rig_with(&l);
	rig_send(r, "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
	enum flow flow = FLOW_MORE;
	for (int i = 0; i < 20 && flow != FLOW_STOP; i++)
		flow = exchange_stream_write(r->site.kept, (struct slice){part, sizeof(part)});
	cr_assert_eq(flow, FLOW_STOP);
	cr_assert_eq(r->site.gone, 0, "gone never comes from inside the call");
	rig_turn(r);
	cr_assert_eq(r->site.gone, 1);
	rig_free(r);
}

static void note_done(void *arg)
{
	((struct rig *)arg)->stopped = true;
}

Test(stop, an_idle_connection_is_closed_at_once)
{
	struct rig *r = rig_new();
	rig_send(r, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
	http_server_stop(r->server, note_done, r);
	cr_assert_not(r->stopped, "done never comes before stop has returned");
	rig_turn(r);
	cr_assert(r->eof);
	cr_assert(r->stopped);
	rig_free(r);
}

Test(stop, what_is_in_flight_is_finished_first)
{
	struct rig *r = rig_new();
	rig_send(r, "GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
	http_server_stop(r->server, note_done, r);
	rig_turn(r);
	cr_assert_not(r->stopped);
	exchange_answer(r->site.kept, 200, "text/plain", SLICE("finished"));
	rig_turn(r);
	cr_assert(rig_got_text(r, "finished"));
	cr_assert(rig_got_text(r, "\r\nConnection: close\r\n"));
	cr_assert(r->stopped);
	rig_free(r);
}

Test(stop, a_streamed_answer_is_asked_to_end)
{
	struct rig *r = rig_new();
	rig_send(r, "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
	http_server_stop(r->server, note_done, r);
	rig_turn(r);
	cr_assert_eq(r->site.stopping, 1);
	cr_assert(rig_got_text(r, "0\r\n\r\n"));
	cr_assert(r->stopped);
	rig_free(r);
}

Test(stop, what_does_not_end_in_time_is_cut)
{
	struct http_limits l = http_limits_default();
	l.stop_ms = 30;
	struct rig *r = rig_with(&l);
	rig_send(r, "GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
	http_server_stop(r->server, note_done, r);
	rig_wait_for_eof(r);
	cr_assert_eq(r->site.gone, 1);
	cr_assert(r->stopped);
	rig_free(r);
}

Test(server, counters_add_up)
{
	struct http_counters counters;
	struct rig *r = rig_new();
	rig_send(r, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n");
	rig_send(r, "GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
	http_server_counters(r->server, &counters);
	cr_assert_eq(counters.requests[2], 1);
	cr_assert_eq(counters.requests[4], 1);
	cr_assert_eq(counters.in_flight, 1);
	cr_assert_eq(counters.connections, 1);
	cr_assert_eq(http_server_route_requests(r->server, 1)[2], 1);
	exchange_answer(r->site.kept, 204, NULL, SLICE_NONE);
	rig_free(r);
}
