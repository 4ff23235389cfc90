#include <criterion/criterion.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <uv.h>

#include "rig.h"

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

Test(conn, a_request_is_answered)
{
	struct rig *r = rig_new();
	rig_send(r, GET("/hello"));
	cr_assert_eq(rig_status(r), 200);
	cr_assert(rig_got_text(r, "\r\n\r\nhello"));
	rig_free(r);
}

Test(conn, every_answer_says_nosniff_no_store_and_when)
{
	struct rig *r = rig_new();
	rig_send(r, GET("/hello"));
	cr_assert(rig_got_text(r, "\r\nX-Content-Type-Options: nosniff\r\n"));
	cr_assert(rig_got_text(r, "\r\nCache-Control: no-store\r\n"));
	cr_assert(rig_got_text(r, "\r\nDate: "));
	cr_assert(rig_got_text(r, " GMT\r\n"));
	cr_assert_not(rig_got_text(r, "\r\nServer:"));
	rig_free(r);
}

Test(conn, the_connection_is_kept_alive)
{
	struct rig *r = rig_new();
	rig_send(r, GET("/hello"));
	rig_send(r, GET("/hello"));
	cr_assert_eq(rig_answers(r), 2);
	cr_assert_not(r->eof);
	rig_free(r);
}

Test(conn, connection_close_is_obeyed)
{
	struct rig *r = rig_new();
	rig_send(r, "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" GET("/hello"));
	cr_assert_eq(rig_answers(r), 1);
	cr_assert(rig_got_text(r, "\r\nConnection: close\r\n"));
	cr_assert(r->eof);
	rig_free(r);
}

Test(conn, http_1_0_closes_unless_asked_to_stay)
{
	struct rig *r = rig_new();
	rig_send(r, "GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
	cr_assert(rig_got_text(r, "\r\nConnection: keep-alive\r\n"));
	cr_assert_not(r->eof);
	rig_send(r, "GET /hello HTTP/1.0\r\n\r\n");
	cr_assert_eq(rig_answers(r), 2);
	cr_assert(r->eof);
	rig_free(r);
}

Test(conn, pipelined_requests_are_answered_in_order)
{
	struct rig *r = rig_new();
	rig_send(r, GET("/things/1") GET("/things/2") GET("/things/3"));
	cr_assert_eq(rig_answers(r), 3);
	const char *one = strstr(rig_got(r), "id=1"), *two = strstr(rig_got(r), "id=2");
	const char *three = strstr(rig_got(r), "id=3");
	cr_assert(one != NULL && two != NULL && three != NULL && one < two && two < three);
	rig_free(r);
}

Test(conn, a_thousand_pipelined_requests_get_a_thousand_answers)
{
	struct rig *r = rig_new();
	struct buf all;
	buf_init(&all, 1 << 20);
	for (int i = 0; i < 1000; i++)
		buf_add_text(&all, GET("/board"));
	rig_send_bytes(r, buf_slice(&all));
	cr_assert_eq(rig_answers(r), 1000);
	buf_fini(&all);
	rig_free(r);
}

/** What the server holds for a client that asks and asks and reads nothing. */
static size_t unread_answers(struct rig *r, size_t answer_bytes)
{
	static const char request[] = GET("/hello");
	int delivered = 0;
	for (int idle = 0; idle < 100; idle++) {
		while (send(r->client, request, sizeof(request) - 1, MSG_DONTWAIT) > 0)
			idle = 0;
		uv_run(loop_uv(r->loop), UV_RUN_NOWAIT);
	}
	cr_assert_eq(ioctl(r->client, FIONREAD, &delivered), 0);
	return r->site.accesses * answer_bytes - (size_t)delivered;
}

Test(conn, a_pipelining_client_that_does_not_read_costs_a_sixteenth_of_the_queue)
{
	struct rig *r = rig_new();
	size_t bound = http_limits_default().queue_bytes / 16;
	rig_send(r, GET("/hello"));
	size_t answer_bytes = r->got.len;
	rig_forget(r);
	r->site.accesses = 0;
	cr_assert_leq(unread_answers(r, answer_bytes), bound + answer_bytes);
	rig_turn(r);
	cr_assert_eq(rig_answers(r), r->site.accesses);
	rig_free(r);
}

Test(conn, a_pipelined_request_waits_until_the_one_before_is_answered)
{
	struct rig *r = rig_new();
	rig_send(r, GET("/later") GET("/hello"));
	cr_assert_eq(rig_answers(r), 0);
	exchange_answer(r->site.kept, 202, NULL, SLICE_NONE);
	rig_turn(r);
	cr_assert_eq(rig_answers(r), 2);
	cr_assert(strncmp(rig_got(r), "HTTP/1.1 202 ", 13) == 0);
	cr_assert_eq(r->site.gone, 0);
	rig_free(r);
}

Test(conn, what_comes_while_an_answer_is_awaited_is_not_lost)
{
	struct rig *r = rig_new();
	rig_send(r, GET("/later"));
	rig_send(r, "GET /hel");
	rig_send(r, "lo HTTP/1.1\r\nHost: a\r\n\r\n");
	exchange_answer(r->site.kept, 202, NULL, SLICE_NONE);
	rig_turn(r);
	cr_assert_eq(rig_answers(r), 2);
	cr_assert_eq(rig_status(r), 200);
	rig_free(r);
}

Test(conn, head_has_the_length_but_not_the_body)
{
	struct rig *r = rig_new();
	rig_send(r, "HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n");
	cr_assert(rig_got_text(r, "\r\nContent-Length: 5\r\n"));
	cr_assert_not(rig_got_text(r, "hello"));
	rig_forget(r);
	rig_send(r, "HEAD /board HTTP/1.1\r\nHost: a\r\n\r\n");
	cr_assert(rig_got_text(r, "\r\nContent-Length: 11\r\n"));
	cr_assert_not(rig_got_text(r, "{"));
	rig_free(r);
}

Test(conn, a_client_that_knows_the_tag_gets_304_without_a_body)
{
	struct rig *r = rig_new();
	rig_send(r, "GET /board HTTP/1.1\r\nHost: a\r\nIf-None-Match: \"x\", W/\"v1\"\r\n\r\n");
	cr_assert_eq(rig_status(r), 304);
	cr_assert(rig_got_text(r, "\r\nETag: \"v1\"\r\n"));
	cr_assert_not(rig_got_text(r, "Content-Length"));
	rig_free(r);
}

Test(conn, shared_bytes_bring_their_own_cache_control)
{
	struct rig *r = rig_new();
	rig_send(r, GET("/board"));
	cr_assert(rig_got_text(r, "\r\nCache-Control: private, no-cache\r\n"));
	cr_assert_not(rig_got_text(r, "no-store"));
	cr_assert(rig_got_text(r, "\r\n\r\n{\"board\":1}"));
	rig_free(r);
}

Test(conn, an_unknown_path_is_404_as_a_problem)
{
	struct rig *r = rig_new();
	rig_send(r, GET("/nowhere"));
	cr_assert_eq(rig_status(r), 404);
	cr_assert(rig_got_text(r, "\r\nContent-Type: application/problem+json\r\n"));
	cr_assert(rig_got_text(r, "\"code\":\"not_found\""));
	cr_assert(rig_got_text(r, "\"instance\":\"/nowhere\""));
	rig_free(r);
}

Test(conn, a_wrong_method_is_405_with_allow)
{
	struct rig *r = rig_new();
	rig_send(r, "DELETE /hello HTTP/1.1\r\nHost: a\r\n\r\n");
	cr_assert_eq(rig_status(r), 405);
	cr_assert(rig_got_text(r, "\r\nAllow: GET, HEAD, OPTIONS\r\n"));
	rig_free(r);
}

Test(conn, options_names_the_methods)
{
	struct rig *r = rig_new();
	rig_send(r, "OPTIONS /upload HTTP/1.1\r\nHost: a\r\n\r\n");
	cr_assert_eq(rig_status(r), 204);
	cr_assert(rig_got_text(r, "\r\nAllow: POST, OPTIONS\r\n"));
	rig_forget(r);
	rig_send(r, "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
	cr_assert_eq(rig_status(r), 204);
	rig_free(r);
}

Test(conn, parameters_and_queries_are_decoded_once)
{
	struct rig *r = rig_new();
	rig_send(r, GET("/things/a%2525b?size=1&colour=dark+blue%21"));
	cr_assert(rig_got_text(r, "id=a%25b colour=dark blue! suffix=0"));
	rig_free(r);
}

Test(conn, an_allowed_suffix_is_taken_from_the_parameter)
{
	struct rig *r = rig_new();
	rig_send(r, GET("/things/abc.csv"));
	cr_assert(rig_got_text(r, "id=abc colour=none suffix=1"));
	rig_forget(r);
	rig_send(r, GET("/things/abc.svg"));
	cr_assert(rig_got_text(r, "id=abc.svg colour=none suffix=0"));
	rig_free(r);
}

Test(conn, a_handler_sees_fields_type_length_tag_and_query)
{
	struct rig *r = rig_new();
	rig_send(r, "POST /see?a=1&&empty HTTP/1.1\r\nHost: a\r\nX-ODD:  a b \r\nX-Od: no\r\n"
		    "Content-Type: text/csv ; charset=utf-8\r\nContent-Length: 3\r\n\r\nabc");
	cr_assert(rig_got_text(r, "tag=the tag type=text/csv odd=a b length=3 empty=[]"));
	cr_assert(rig_got_text(r, "\r\ncache-control: no-cache\r\n"));
	cr_assert_not(rig_got_text(r, "no-store"));
	rig_forget(r);
	rig_send(r, "POST /see HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
		    "4\r\nabcd\r\n0\r\n\r\n");
	cr_assert(rig_got_text(r, "type= odd= length=4 empty=[absent]"));
	rig_free(r);
}

Test(conn, a_star_matches_every_tag)
{
	struct rig *r = rig_new();
	rig_send(r, "GET /board HTTP/1.1\r\nHost: a\r\nIf-None-Match: *\r\n\r\n");
	cr_assert_eq(rig_status(r), 304);
	rig_send(r, "GET /board HTTP/1.1\r\nHost: a\r\nIf-None-Match: \"v2\"\r\n\r\n");
	cr_assert_eq(rig_status(r), 200);
	rig_free(r);
}

Test(conn, a_proxy_request_is_405_with_allow)
{
	struct rig *r = rig_new();
	rig_send(r, "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n");
	cr_assert_eq(rig_status(r), 405);
	cr_assert(rig_got_text(r, "\r\nAllow: GET, "));
	rig_free(r);
}

Test(conn, a_query_that_is_no_text_is_refused)
{
	struct rig *r = rig_new();
	rig_send(r, GET("/things/1?colour=%00"));
	cr_assert_eq(rig_status(r), 400);
	cr_assert(rig_got_text(r, "\"code\":\"bad_query\""));
	rig_send(r, GET("/things/1?colour=%4"));
	rig_send(r, GET("/things/1?colour=%ff"));
	cr_assert_eq(rig_answers(r), 3);
	cr_assert_eq(rig_status(r), 400);
	rig_free(r);
}

Test(conn, a_header_value_cannot_split_the_answer)
{
	struct rig *r = rig_new();
	rig_send(r, GET("/things/x%0d%0aSet-Cookie:a"));
	cr_assert_eq(rig_status(r), 400, "control bytes do not reach a handler");
	rig_free(r);
}

Test(conn, a_malformed_request_is_answered_and_the_connection_closed)
{
	struct rig *r = rig_new();
	rig_send(r, "GET /hello HTTP/1.1\nHost: a\r\n\r\n" GET("/hello"));
	cr_assert_eq(rig_answers(r), 1);
	cr_assert_eq(rig_status(r), 400);
	cr_assert(rig_got_text(r, "\r\nConnection: close\r\n"));
	cr_assert(r->eof);
	rig_free(r);
}

Test(conn, a_client_that_half_closes_still_gets_its_answer)
{
	struct rig *r = rig_new();
	rig_send(r, GET("/later"));
	rig_half_close(r);
	cr_assert_eq(r->site.gone, 0);
	exchange_answer(r->site.kept, 200, "text/plain", SLICE("late"));
	rig_turn(r);
	cr_assert(rig_got_text(r, "late"));
	cr_assert(r->eof);
	rig_free(r);
}

Test(conn, a_client_that_vanishes_is_gone_once)
{
	struct rig *r = rig_new();
	rig_send(r, GET("/stream"));
	rig_hang_up(r);
	rig_turn(r);
	cr_assert_eq(r->site.gone, 1);
	cr_assert_eq(r->site.last.status, 499);
	rig_free(r);
}

Test(conn, a_streamed_answer_is_chunked)
{
	struct rig *r = rig_new();
	rig_send(r, GET("/stream"));
	(void)exchange_stream_write(r->site.kept, SLICE("data: 1\n\n"));
	rig_turn(r);
	cr_assert(rig_got_text(r, "\r\nTransfer-Encoding: chunked\r\n"));
	cr_assert(rig_got_text(r, "\r\n\r\n9\r\ndata: 1\n\n\r\n"));
	exchange_stream_end(r->site.kept);
	rig_turn(r);
	cr_assert(rig_got_text(r, "\r\n0\r\n\r\n"));
	rig_send(r, GET("/hello"));
	cr_assert_eq(rig_answers(r), 2);
	cr_assert_eq(r->site.gone, 0);
	rig_free(r);
}

Test(conn, a_streamed_answer_to_http_1_0_ends_with_the_connection)
{
	struct rig *r = rig_new();
	rig_send(r, "GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
	(void)exchange_stream_write(r->site.kept, SLICE("part"));
	exchange_stream_end(r->site.kept);
	rig_turn(r);
	cr_assert(rig_got_text(r, "\r\n\r\npart"));
	cr_assert_not(rig_got_text(r, "chunked"));
	cr_assert(r->eof);
	rig_free(r);
}

Test(conn, fields_behind_a_chunked_answer_stand_between_last_chunk_and_end)
{
	struct rig *r = rig_new();
	rig_send(r, GET("/stream"));
	cr_assert(exchange_can_trail(r->site.kept));
	(void)exchange_stream_write(r->site.kept, SLICE("all"));
	exchange_stream_trailer(r->site.kept, "Rows", SLICE("3"));
	exchange_stream_trailer(r->site.kept, "Sum", SLICE("a\r\nb"));
	exchange_stream_end(r->site.kept);
	rig_turn(r);
	cr_assert(rig_got_text(r, "3\r\nall\r\n0\r\nRows: 3\r\nSum: a  b\r\n\r\n"));
	rig_send(r, GET("/hello"));
	cr_assert_eq(rig_answers(r), 2);
	cr_assert(rig_got_text(r, "hello"));
	rig_free(r);
}

Test(conn, fields_of_one_answer_do_not_stand_in_the_next)
{
	struct rig *r = rig_new();
	rig_send(r, GET("/stream"));
	exchange_stream_trailer(r->site.kept, "Rows", SLICE("3"));
	exchange_stream_end(r->site.kept);
	rig_turn(r);
	rig_send(r, GET("/stream"));
	exchange_stream_end(r->site.kept);
	rig_turn(r);
	cr_assert_eq(rig_answers(r), 2);
	const char *first = memmem(r->got.at, r->got.len, "Rows: 3", 7);
	cr_assert_not_null(first);
	cr_assert_null(memmem(first + 1, r->got.len - (size_t)(first + 1 - r->got.at), "Rows", 4));
	rig_free(r);
}

Test(conn, an_aborted_stream_has_no_fields_behind_it)
{
	struct rig *r = rig_new();
	rig_send(r, GET("/stream"));
	exchange_stream_trailer(r->site.kept, "Rows", SLICE("3"));
	exchange_stream_abort(r->site.kept);
	rig_turn(r);
	cr_assert_not(rig_got_text(r, "Rows"));
	rig_free(r);
}

Test(conn, http_1_0_has_no_fields_behind_an_answer)
{
	struct rig *r = rig_new();
	rig_send(r, "GET /stream HTTP/1.0\r\n\r\n");
	cr_assert_not(exchange_can_trail(r->site.kept));
	exchange_stream_trailer(r->site.kept, "Rows", SLICE("3"));
	(void)exchange_stream_write(r->site.kept, SLICE("all"));
	exchange_stream_end(r->site.kept);
	rig_turn(r);
	cr_assert(rig_got_text(r, "\r\n\r\nall"));
	cr_assert_not(rig_got_text(r, "Rows"));
	rig_free(r);
}

Test(conn, a_streamed_answer_of_known_length_keeps_the_connection)
{
	static const char *const requests[] = {
		GET("/sized"), "GET /sized HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"};
	for (size_t i = 0; i < COUNT_OF(requests); i++) {
		struct rig *r = rig_new();
		rig_send(r, requests[i]);
		(void)exchange_stream_write(r->site.kept, SLICE("four"));
		(void)exchange_stream_write(r->site.kept, SLICE(" five"));
		exchange_stream_end(r->site.kept);
		rig_turn(r);
		cr_assert(rig_got_text(r, "\r\nContent-Length: 9\r\n"));
		cr_assert_not(rig_got_text(r, "chunked"));
		cr_assert(rig_got_text(r, "\r\n\r\nfour five"));
		cr_assert_not(r->eof);
		rig_free(r);
	}
}

Test(conn, a_streamed_answer_of_known_length_that_is_aborted_is_too_short)
{
	struct rig *r = rig_new();
	rig_send(r, GET("/sized"));
	(void)exchange_stream_write(r->site.kept, SLICE("four"));
	exchange_stream_abort(r->site.kept);
	rig_turn(r);
	cr_assert(rig_got_text(r, "Content-Length: 9"));
	cr_assert(rig_got_text(r, "\r\n\r\nfour"));
	cr_assert(r->eof);
	rig_free(r);
}

Test(conn, a_head_of_a_streamed_answer_has_its_length)
{
	struct rig *r = rig_new();
	rig_send(r, "HEAD /sized HTTP/1.1\r\nHost: a\r\n\r\n");
	exchange_stream_end(r->site.kept);
	rig_turn(r);
	cr_assert(rig_got_text(r, "Content-Length: 9"));
	cr_assert_not(r->eof);
	rig_free(r);
}

Test(conn, a_reader_that_does_not_read_pauses_the_writer_until_it_does)
{
	static char part[65536];
	struct rig *r = rig_new();
	memset(part, 'x', sizeof(part));
	rig_send(r, GET("/stream"));
	enum flow flow = FLOW_MORE;
	unsigned parts = 0;
	while (flow == FLOW_MORE && parts < 100) {
		flow = exchange_stream_write(r->site.kept, (struct slice){part, sizeof(part)});
		parts++;
	}
	cr_assert_eq(flow, FLOW_PAUSE);
	cr_assert_eq(r->site.writable, 0);
	rig_turn(r); /* the client reads */
	cr_assert_geq(r->site.writable, 1);
	cr_assert_geq(r->got.len, parts * sizeof(part));
	exchange_stream_end(r->site.kept);
	rig_turn(r);
	cr_assert(rig_got_text(r, "\r\n0\r\n\r\n"));
	rig_free(r);
}

Test(conn, an_aborted_stream_has_no_last_chunk)
{
	struct rig *r = rig_new();
	rig_send(r, GET("/stream"));
	(void)exchange_stream_write(r->site.kept, SLICE("half"));
	exchange_stream_abort(r->site.kept);
	rig_turn(r);
	cr_assert(rig_got_text(r, "half"));
	cr_assert_not(rig_got_text(r, "\r\n0\r\n"));
	cr_assert(r->eof);
	cr_assert_eq(r->site.gone, 0);
	rig_free(r);
}

Test(conn, the_end_of_each_request_is_told_with_route_status_and_sizes)
{
	struct rig *r = rig_new();
	rig_send(r, GET("/hello"));
	cr_assert_eq(r->site.accesses, 1);
	cr_assert_eq(r->site.last.status, 200);
	cr_assert_str_eq(r->site.last.route->path, "/hello");
	cr_assert_str_eq(r->site.last_path, "/hello");
	cr_assert_eq(r->site.last.bytes_out, 5);
	rig_free(r);
}
