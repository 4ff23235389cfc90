/* Any order of what clients, handlers and the clock can do: must() in the state table is the
 * judge, together with what the sanitizers see. */
#include <criterion/criterion.h>

#include "rig.h"

static const char *const pieces[] = {
	"GET /hello HTTP/1.1\r\nHost: a\r\n\r\n",
	"GET /later HTTP/1.1\r\nHost: a\r\n\r\n",
	"GET /stream HTTP/1.1\r\nHost: a\r\n\r\n",
	"GET /stream HTTP/1.0\r\n\r\n",
	"HEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n",
	"GET /board HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
	"POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 20\r\n\r\n01234567890123456789",
	"POST /upload HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
	"POST /small HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabcdefghi\r\n9\r\n",
	"POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 30\r\n\r\n0123456789",
	"POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n0123456789",
	"POST /paused-begin HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n",
	"POST /whole HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nabcd",
	"abcdefghijklmnopqrstuvwxyz",
	"\r\n",
	"0\r\n\r\n",
	"GET /nowhere HTTP/1.1\nHost: a\r\n\r\n",
};

static uint64_t seed;

static unsigned dice(unsigned sides)
{
	seed = seed * 6364136223846793005U + 1442695040888963407U;
	return (unsigned)(seed >> 33) % sides;
}

static void let_the_handler_act(struct rig *r)
{
	struct exchange *x = r->site.kept;
	if (x == NULL)
		return;
	bool streams = strcmp(x->route->path, "/stream") == 0;
	switch (dice(4)) {
	case 0:
		r->site.kept = NULL;
		if (streams)
			exchange_stream_end(x);
		else
			exchange_answer(x, 200, NULL, SLICE("answer"));
		break;
	case 1:
		if (streams)
			(void)exchange_stream_write(x, SLICE("part"));
		break;
	case 2:
		if (streams) {
			r->site.kept = NULL;
			exchange_stream_abort(x);
		}
		break;
	default:
		exchange_resume(x);
		break;
	}
}

static void send_something(struct rig *r)
{
	struct slice piece = slice_of(pieces[dice(COUNT_OF(pieces))]);
	if (dice(3) == 0)
		piece.len = dice((unsigned)piece.len + 1);
	if (r->client >= 0)
		rig_send_bytes(r, piece);
}

static void act(struct rig *r)
{
	unsigned choice = dice(20);
	if (choice < 8)
		send_something(r);
	else if (choice < 15)
		let_the_handler_act(r);
	else if (choice == 15)
		r->site.pause_each_part = !r->site.pause_each_part;
	else if (choice == 16)
		r->site.stop_at_once = dice(4) == 0;
	else if (choice == 17 && r->client >= 0)
		rig_half_close(r);
	else if (choice == 18 && dice(4) == 0)
		rig_hang_up(r);
	else
		rig_turn(r);
}

Test(traffic, no_order_of_events_reaches_a_state_that_is_not_allowed)
{
	struct http_limits limits = http_limits_default();
	limits.stop_ms = 1;
	limits.linger_ms = 20;
	for (unsigned round = 0; round < 3000; round++) {
		seed = round;
		struct rig *r = rig_with(&limits);
		unsigned actions = dice(40);
		for (unsigned i = 0; i < actions; i++)
			act(r);
		struct http_counters counters;
		rig_turn(r);
		http_server_counters(r->server, &counters);
		cr_assert_leq(counters.in_flight, 1, "round %u", round);
		rig_free(r);
	}
}
