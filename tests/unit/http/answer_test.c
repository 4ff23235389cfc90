#include <criterion/criterion.h>
#include <unistd.h>

#include "http/bytes.h"
#include "http/dated.h"
#include "http/head.h"
#include "http/problem.h"

#include "base/clock.h"

Test(head, the_date_is_an_imf_fixdate)
{
	/* RFC 9110 5.6.7 gives this instant as "Sun, 06 Nov 1994 08:49:37 GMT". */
	struct head_date date = {0};
	int64_t instant;
	cr_assert(clock_parse(SLICE("1994-11-06T08:49:37Z"), &instant));
	clock_pretend(&instant);
	cr_assert(slice_is(head_date(&date), "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"));
	clock_pretend(NULL);
}

Test(head, the_date_moves_with_the_clock)
{
	struct head_date date = {0};
	int64_t instant;
	/* GNU date: 2020-02-29 was a Saturday, 2020-03-01 a Sunday. */
	cr_assert(clock_parse(SLICE("2020-02-29T23:59:59.999999Z"), &instant));
	clock_pretend(&instant);
	cr_assert(slice_is(head_date(&date), "Date: Sat, 29 Feb 2020 23:59:59 GMT\r\n"));
	instant++;
	clock_pretend(&instant);
	cr_assert(slice_is(head_date(&date), "Date: Sun, 01 Mar 2020 00:00:00 GMT\r\n"));
	clock_pretend(NULL);
}

Test(head, control_bytes_in_a_value_become_spaces)
{
	struct buf to;
	buf_init(&to, 1000);
	head_field(&to, "Location", SLICE("/a\r\nSet-Cookie: b\x7f"));
	cr_assert(slice_is(buf_slice(&to), "Location: /a  Set-Cookie: b \r\n"));
	buf_fini(&to);
}

Test(bytes, a_response_is_rendered_once)
{
	struct http_header headers[] = {{"Content-Type", SLICE("text/csv")}};
	struct http_bytes *b = http_bytes_new(200, headers, 1, SLICE("a,b\r\n"));
	cr_assert(slice_is(http_bytes_head(b), "HTTP/1.1 200 OK\r\n"
					       "X-Content-Type-Options: nosniff\r\n"
					       "Content-Type: text/csv\r\n"
					       "Cache-Control: no-store\r\n"
					       "Content-Length: 5\r\n"));
	cr_assert(slice_is(http_bytes_body(b), "a,b\r\n"));
	cr_assert_eq(http_bytes_status(b), 200);
	http_bytes_unref(b);
}

Test(bytes, the_last_reference_frees)
{
	struct http_bytes *b = http_bytes_new(404, NULL, 0, SLICE_NONE);
	cr_assert_eq(http_bytes_ref(b), b);
	http_bytes_unref(b);
	cr_assert_eq(http_bytes_status(b), 404, "one reference is left");
	http_bytes_unref(b);
	http_bytes_unref(NULL);
}

Test(problem, it_is_the_json_of_rfc_9457)
{
	struct buf to;
	buf_init(&to, 1000);
	problem_print(&to, 422, "score_out_of_range", "Unprocessable Content",
		      SLICE("score \"101\""), SLICE("/v1/x"), SLICE("[{\"pointer\":\"/a\"}]"));
	cr_assert(slice_is(buf_slice(&to),
			   "{\"type\":\"/problems/score_out_of_range\","
			   "\"title\":\"Unprocessable Content\",\"status\":422,"
			   "\"detail\":\"score \\\"101\\\"\",\"instance\":\"/v1/x\","
			   "\"code\":\"score_out_of_range\",\"errors\":[{\"pointer\":\"/a\"}]}"));
	buf_fini(&to);
}

Test(problem, what_is_empty_is_left_out)
{
	struct buf to;
	buf_init(&to, 1000);
	problem_print(&to, 404, "not_found", "Not Found", SLICE_NONE, SLICE_NONE, SLICE_NONE);
	cr_assert(slice_is(buf_slice(&to),
			   "{\"type\":\"/problems/not_found\",\"title\":\"Not Found\","
			   "\"status\":404,\"code\":\"not_found\"}"));
	buf_fini(&to);
}

static bool file_holds(int file, struct slice wanted)
{
	char *read = memory_new(wanted.len + 1);
	ssize_t len = pread(file, read, wanted.len + 1, 0);
	bool same = len >= 0 && slice_equal((struct slice){read, (size_t)len}, wanted);
	memory_free(read);
	return same;
}

Test(dated, a_large_answer_is_head_date_and_body_in_one_file)
{
	static char body[HTTP_DATED_LEAST];
	memset(body, 'b', sizeof(body));
	struct http_bytes *b = http_bytes_new(200, NULL, 0, (struct slice){body, sizeof(body)});
	struct http_dated *d = http_bytes_dated(b, SLICE("Date: one\r\n"));
	struct buf wanted;
	buf_init(&wanted, 100000);
	buf_add(&wanted, http_bytes_head(b));
	buf_add(&wanted, SLICE("Date: one\r\n\r\n"));
	buf_add(&wanted, http_bytes_body(b));
	cr_assert_not_null(d);
	cr_assert(slice_equal(http_dated_bytes(d), buf_slice(&wanted)));
	cr_assert(file_holds(http_dated_file(d), buf_slice(&wanted)));
	buf_fini(&wanted);
	http_bytes_unref(b);
}

Test(dated, one_second_has_one_file_and_the_next_another)
{
	static char body[HTTP_DATED_LEAST];
	struct http_bytes *b = http_bytes_new(200, NULL, 0, (struct slice){body, sizeof(body)});
	struct http_dated *first = http_dated_ref(http_bytes_dated(b, SLICE("Date: one\r\n")));
	cr_assert_eq(http_bytes_dated(b, SLICE("Date: one\r\n")), first);
	cr_assert_neq(http_bytes_dated(b, SLICE("Date: two\r\n")), first);
	cr_assert(http_dated_is(first, SLICE("Date: one\r\n")), "who holds it still has it");
	http_dated_unref(first);
	http_bytes_unref(b);
}

Test(dated, small_answers_and_those_over_the_limit_have_no_file)
{
	static char body[HTTP_DATED_LEAST];
	struct http_bytes *all[HTTP_DATED_MOST + 1];
	struct http_bytes *small = http_bytes_new(200, NULL, 0, SLICE("small"));
	cr_assert_null(http_bytes_dated(small, SLICE("Date: one\r\n")));
	for (int i = 0; i <= HTTP_DATED_MOST; i++) {
		all[i] = http_bytes_new(200, NULL, 0, (struct slice){body, sizeof(body)});
		bool has = http_bytes_dated(all[i], SLICE("Date: one\r\n")) != NULL;
		cr_assert_eq(has, i < HTTP_DATED_MOST);
	}
	for (int i = 0; i <= HTTP_DATED_MOST; i++)
		http_bytes_unref(all[i]);
	http_bytes_unref(small);
}
