#include <criterion/criterion.h>
#include <string.h>

#include "rig.h"

#define POST(path) "POST " path " HTTP/1.1\r\nHost: a\r\n"
#define CHUNKED	   "Transfer-Encoding: chunked\r\n\r\n"

static const char chunked_upload[] = POST("/upload") CHUNKED
	"5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nX-Trailer: t\r\n\r\n";

Test(body, a_counted_body_reaches_its_handler)
{
	struct rig *r = rig_new();
	rig_send(r, POST("/upload") "Content-Length: 11\r\n\r\nhello world");
	cr_assert_eq(rig_status(r), 200);
	cr_assert(rig_got_text(r, "11 bytes"));
	cr_assert(slice_is(buf_slice(&r->site.body), "hello world"));
	rig_free(r);
}

Test(body, a_chunked_body_cut_at_every_byte_is_the_same_body)
{
	for (size_t cut = 1; cut < sizeof(chunked_upload) - 1; cut++) {
		struct rig *r = rig_new();
		rig_send_bytes(r, (struct slice){chunked_upload, cut});
		cr_assert_eq(rig_answers(r), 0, "answered after %zu bytes", cut);
		rig_send(r, chunked_upload + cut);
		cr_assert_eq(rig_status(r), 200, "cut at %zu", cut);
		cr_assert(slice_is(buf_slice(&r->site.body), "hello world"), "cut at %zu", cut);
		rig_free(r);
	}
}

Test(body, a_chunked_body_sent_byte_by_byte_is_the_same_body)
{
	struct rig *r = rig_new();
	for (size_t i = 0; i < sizeof(chunked_upload) - 1; i++)
		rig_send_bytes(r, (struct slice){chunked_upload + i, 1});
	cr_assert(rig_got_text(r, "11 bytes"));
	rig_send(r, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
	cr_assert_eq(rig_answers(r), 2, "the connection goes on behind the trailer");
	rig_free(r);
}

Test(body, a_body_collected_whole_is_given_at_once)
{
	struct rig *r = rig_new();
	rig_send(r, POST("/whole") CHUNKED "3\r\nabc\r\n");
	cr_assert_eq(rig_answers(r), 0);
	rig_send(r, "3\r\ndef\r\n0\r\n\r\n");
	cr_assert(rig_got_text(r, "\r\n\r\nabcdef"));
	rig_free(r);
}

Test(body, a_request_without_a_body_is_an_empty_whole)
{
	struct rig *r = rig_new();
	rig_send(r, POST("/whole") "\r\n");
	cr_assert(rig_got_text(r, "\r\nContent-Length: 0\r\n"));
	rig_free(r);
}

Test(body, a_length_above_the_routes_limit_is_413)
{
	struct rig *r = rig_new();
	rig_send(r, POST("/small") "Content-Length: 11\r\n\r\n");
	cr_assert_eq(rig_status(r), 413);
	cr_assert_eq(r->site.begun, 0, "the handler never hears of it");
	rig_free(r);
}

Test(body, chunks_that_outgrow_the_routes_limit_are_413_and_the_handler_is_told)
{
	struct rig *r = rig_new();
	rig_send(r, POST("/small") CHUNKED "6\r\nabcdef\r\n6\r\nabcdef\r\n0\r\n\r\n");
	cr_assert_eq(rig_status(r), 413);
	cr_assert_eq(r->site.gone, 1);
	cr_assert_eq(r->site.ended, 0);
	cr_assert(rig_got_text(r, "\r\nConnection: close\r\n"));
	rig_free(r);
}

Test(body, a_body_nobody_takes_is_refused)
{
	struct rig *r = rig_new();
	rig_send(r, "GET /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
	cr_assert_eq(rig_status(r), 400);
	rig_send(r, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
	cr_assert_eq(rig_status(r), 200, "three bytes are drained, the connection stays");
	rig_free(r);
}

Test(body, a_paused_handler_gets_nothing_until_it_resumes)
{
	static char part[300000];
	struct rig *r = rig_new();
	memset(part, 'p', sizeof(part));
	r->site.pause_each_part = true;
	rig_send(r, POST("/upload") "Content-Length: 300000\r\n\r\n");
	struct slice left = {part, sizeof(part)};
	rig_send_bytes(r, (struct slice){left.at, 1000});
	left = slice_from(left, 1000);
	rig_turn(r);
	cr_assert_eq(r->site.parts, 1);
	rig_send_bytes(r, (struct slice){left.at, 1000});
	left = slice_from(left, 1000);
	cr_assert_eq(r->site.parts, 1, "a second part came while paused");
	r->site.pause_each_part = false;
	exchange_resume(r->site.kept);
	rig_send_bytes(r, left);
	cr_assert(rig_got_text(r, "300000 bytes"));
	rig_free(r);
}

Test(body, a_handler_that_pauses_after_each_part_gets_every_byte_once)
{
	struct rig *r = rig_new();
	r->site.pause_each_part = true;
	rig_send(r, POST("/upload") CHUNKED "1\r\na\r\n1\r\nb\r\n1\r\nc\r\n0\r\n\r\n");
	for (unsigned part = 1; part <= 3; part++) {
		cr_assert_eq(r->site.parts, part);
		exchange_resume(r->site.kept);
		rig_turn(r);
	}
	cr_assert(slice_is(buf_slice(&r->site.body), "abc"));
	cr_assert(rig_got_text(r, "3 bytes"));
	rig_free(r);
}

Test(body, a_fin_that_comes_while_paused_is_noticed_after_the_pause)
{
	struct rig *r = rig_new();
	r->site.pause_each_part = true;
	rig_send(r, POST("/upload") "Content-Length: 10\r\n\r\nabc");
	rig_half_close(r);
	cr_assert_eq(r->site.gone, 0);
	exchange_resume(r->site.kept);
	rig_turn(r);
	cr_assert_eq(r->site.gone, 1, "the body will never be complete");
	cr_assert_eq(r->site.ended, 0);
	rig_free(r);
}

Test(body, a_whole_upload_followed_by_fin_is_answered)
{
	struct rig *r = rig_new();
	r->site.pause_each_part = true;
	rig_send(r, POST("/upload") "Content-Length: 3\r\n\r\nabc");
	rig_half_close(r);
	exchange_resume(r->site.kept);
	rig_turn(r);
	cr_assert(rig_got_text(r, "3 bytes"));
	cr_assert_eq(r->site.gone, 0);
	rig_free(r);
}

Test(body, a_client_that_leaves_in_the_middle_is_gone_and_nothing_ends)
{
	struct rig *r = rig_new();
	rig_send(r, POST("/upload") "Content-Length: 10\r\n\r\nabc");
	rig_hang_up(r);
	rig_turn(r);
	cr_assert_eq(r->site.gone, 1);
	cr_assert_eq(r->site.ended, 0);
	rig_free(r);
}

Test(body, a_broken_chunk_ends_the_exchange_with_400)
{
	struct rig *r = rig_new();
	rig_send(r, POST("/upload") CHUNKED "3\r\nabc\r\nzz\r\n");
	cr_assert_eq(rig_status(r), 400);
	cr_assert_eq(r->site.gone, 1);
	cr_assert(r->eof);
	rig_free(r);
}

Test(body, continue_is_sent_when_the_handler_takes_the_body)
{
	struct rig *r = rig_new();
	rig_send(r, POST("/upload") "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n");
	cr_assert_str_eq(rig_got(r), "HTTP/1.1 100 Continue\r\n\r\n");
	rig_send(r, "abc");
	cr_assert_eq(rig_status(r), 200);
	rig_free(r);
}

Test(body, continue_is_not_sent_before_a_refusal)
{
	struct rig *r = rig_new();
	rig_send(r, POST("/early") "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n");
	cr_assert_eq(rig_status(r), 403);
	cr_assert_not(rig_got_text(r, "100 Continue"));
	cr_assert(rig_got_text(r, "\r\nConnection: close\r\n"), "nobody knows if a body follows");
	rig_free(r);
}

Test(body, continue_waits_for_a_handler_that_paused_in_begin)
{
	struct rig *r = rig_new();
	rig_send(r, POST("/paused-begin") "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n");
	cr_assert_eq(rig_answers(r), 0);
	exchange_resume(r->site.kept);
	rig_turn(r);
	cr_assert_str_eq(rig_got(r), "HTTP/1.1 100 Continue\r\n\r\n");
	rig_send(r, "abc");
	cr_assert(rig_got_text(r, "3 bytes"));
	rig_free(r);
}

Test(body, a_handler_that_paused_in_begin_may_refuse_later)
{
	struct rig *r = rig_new();
	rig_send(r, POST("/paused-begin") "Content-Length: 3\r\n\r\nabc");
	cr_assert_eq(r->site.parts, 0);
	exchange_answer(r->site.kept, 401, NULL, SLICE_NONE);
	rig_turn(r);
	cr_assert_eq(rig_status(r), 401);
	rig_send(r, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
	cr_assert_eq(rig_status(r), 200);
	cr_assert_eq(r->site.parts, 0);
	rig_free(r);
}

Test(body, a_small_body_behind_an_early_answer_is_drained)
{
	struct rig *r = rig_new();
	rig_send(r, POST("/early") "Content-Length: 5\r\n\r\nab");
	cr_assert_eq(rig_status(r), 403);
	rig_send(r, "cde");
	rig_send(r, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
	cr_assert_eq(rig_status(r), 200);
	cr_assert_eq(r->site.parts, 0);
	rig_free(r);
}

Test(body, a_big_body_behind_an_early_answer_ends_the_connection)
{
	static char part[65536];
	struct rig *r = rig_new();
	memset(part, 'x', sizeof(part));
	rig_send(r, POST("/early") "Content-Length: 5000000000\r\n\r\n");
	cr_assert_eq(rig_status(r), 403);
	cr_assert(rig_got_text(r, "\r\nConnection: close\r\n"));
	for (int i = 0; i < 10 && !r->eof; i++)
		rig_send_bytes(r, (struct slice){part, sizeof(part)});
	cr_assert(r->eof);
	rig_free(r);
}

Test(body, a_handler_that_stops_may_answer_later)
{
	struct rig *r = rig_new();
	r->site.stop_at_once = true;
	rig_send(r, POST("/upload") "Content-Length: 6\r\n\r\nabc");
	rig_send(r, "def");
	cr_assert_eq(r->site.parts, 1);
	exchange_answer(r->site.kept, 422, NULL, SLICE_NONE);
	rig_turn(r);
	cr_assert_eq(rig_status(r), 422);
	cr_assert_eq(r->site.ended, 0);
	rig_send(r, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
	cr_assert_eq(rig_status(r), 200);
	rig_free(r);
}

Test(body, an_unknown_expectation_is_417)
{
	struct rig *r = rig_new();
	rig_send(r, POST("/upload") "Expect: 200-maybe\r\nContent-Length: 1\r\n\r\nA");
	cr_assert_eq(rig_status(r), 417);
	rig_free(r);
}

Test(body, upgrade_is_ignored_and_the_body_keeps_its_frame)
{
	struct rig *r = rig_new();
	rig_send(r,
		 POST("/upload") "Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 3\r\n\r\n"
				 "abcGET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
	cr_assert_eq(rig_answers(r), 2);
	cr_assert(rig_got_text(r, "3 bytes"));
	rig_free(r);
}
