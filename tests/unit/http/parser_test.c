#include <criterion/criterion.h>

#include "events.h"

/** One request and what becomes of it. */
struct expected {
	const char *bytes, *events;
};

static void check(const struct expected *e)
{
	struct buf whole, bytewise;
	buf_init(&whole, 10000);
	buf_init(&bytewise, 10000);
	events_of(slice_of(e->bytes), 0, &whole);
	events_of(slice_of(e->bytes), 1, &bytewise);
	cr_expect(slice_is(buf_slice(&whole), e->events), "%s\nis not %s\nbut %.*s", e->bytes,
		  e->events, SLICE_ARGS(buf_slice(&whole)));
	cr_expect(slice_equal(buf_slice(&whole), buf_slice(&bytewise)), "cut bytewise: %.*s",
		  SLICE_ARGS(buf_slice(&bytewise)));
	buf_fini(&whole);
	buf_fini(&bytewise);
}

#define MALFORMED "R 400 malformed_request;"
/** One fact: these bytes give these events, whole and byte by byte. */
#define FACT(name, request, outcome)                                                               \
	Test(parser, name)                                                                         \
	{                                                                                          \
		check(&(struct expected){request, outcome});                                       \
	}

#define HOST	"Host: a\r\n"
#define CHUNKED "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"

FACT(a_plain_request_is_read, "GET /x?y HTTP/1.1\r\n" HOST "\r\n", "H GET /x 0;B 0;E;")
FACT(two_requests_follow_each_other,
     "GET /a HTTP/1.1\r\n" HOST "\r\nGET /b HTTP/1.1\r\n" HOST "\r\n",
     "H GET /a 0;B 0;E;H GET /b 0;B 0;E;")
FACT(the_same_head_again_is_the_same_request,
     "GET /a HTTP/1.1\r\n" HOST "\r\nGET /a HTTP/1.1\r\n" HOST "\r\nGET /a HTTP/1.1\r\n" HOST
     "\r\n",
     "H GET /a 0;B 0;E;H GET /a 0;B 0;E;H GET /a 0;B 0;E;")
FACT(a_head_that_only_begins_like_the_one_before_is_read_anew,
     "GET /a HTTP/1.1\r\n" HOST "\r\nGET /a HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\nxyGET /a "
     "HTTP/1.1\r\n" HOST "\r\n",
     "H GET /a 0;B 0;E;H GET /a 2;B 2;E;H GET /a 0;B 0;E;")
FACT(the_same_head_again_with_another_body_is_read_anew,
     "PUT / HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\nabPUT / HTTP/1.1\r\n" HOST
     "Content-Length: 2\r\n\r\ncd",
     "H PUT / 2;B 2;E;H PUT / 2;B 2;E;")
FACT(a_malformed_head_behind_a_good_one_is_refused,
     "GET /a HTTP/1.1\r\n" HOST "\r\nGET /a HTTP/1.1\n" HOST "\r\n", "H GET /a 0;B 0;E;" MALFORMED)
FACT(one_empty_line_before_a_request_is_forgiven, "\r\nGET / HTTP/1.1\r\n" HOST "\r\n",
     "H GET / 0;B 0;E;")
FACT(two_empty_lines_before_a_request_are_refused, "\r\n\r\nGET / HTTP/1.1\r\n" HOST "\r\n",
     MALFORMED)
FACT(a_line_that_ends_in_lf_alone_is_refused, "GET / HTTP/1.1\n" HOST "\r\n", MALFORMED)
FACT(a_field_that_ends_in_lf_alone_is_refused, "GET / HTTP/1.1\r\nHost: a\n\r\n", MALFORMED)
FACT(a_bare_cr_in_a_field_is_refused, "GET / HTTP/1.1\r\nX: a\rContent-Length: 5\r\n\r\n",
     MALFORMED)
FACT(a_bare_cr_before_the_body_is_refused, "PUT / HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\rabc",
     MALFORMED)
FACT(a_bare_cr_behind_a_request_ends_the_connection,
     "GET / HTTP/1.1\r\n" HOST "\r\n\rXGET / HTTP/1.1\r\n", "H GET / 0;B 0;E;" MALFORMED)
FACT(a_folded_line_is_refused, "GET / HTTP/1.1\r\nX: 1\r\n Content-Length: 5\r\n\r\n", MALFORMED)
FACT(a_first_field_behind_a_space_is_refused, "GET / HTTP/1.1\r\n Content-Length: 5\r\n\r\n",
     MALFORMED)
FACT(a_folded_line_behind_a_tab_is_refused, "GET / HTTP/1.1\r\nX: 1\r\n\ta\r\n\r\n", MALFORMED)
FACT(an_empty_field_name_is_refused, "GET / HTTP/1.1\r\n" HOST ": x\r\n\r\n", MALFORMED)
FACT(a_space_before_the_colon_is_refused, "GET / HTTP/1.1\r\n" HOST "X : 5\r\n\r\n", MALFORMED)
FACT(a_field_without_a_colon_is_refused, "GET / HTTP/1.1\r\n" HOST "X\r\n\r\n", MALFORMED)
FACT(a_control_byte_in_a_value_is_refused, "GET / HTTP/1.1\r\n" HOST "X: a\x07z\r\n\r\n", MALFORMED)
FACT(a_delete_byte_in_a_value_is_refused, "GET / HTTP/1.1\r\n" HOST "X: a\x7fz\r\n\r\n", MALFORMED)
FACT(a_tab_in_a_value_is_taken, "GET / HTTP/1.1\r\n" HOST "X: a\tb\r\n\r\n", "H GET / 0;B 0;E;")
FACT(latin_1_in_a_value_is_taken, "GET / HTTP/1.1\r\n" HOST "X: D\xfcsseldorf\r\n\r\n",
     "H GET / 0;B 0;E;")
FACT(a_target_that_is_not_ascii_is_refused, "GET /\xff HTTP/1.1\r\n" HOST "\r\n", MALFORMED)
FACT(a_target_with_a_space_is_refused, "GET /a b HTTP/1.1\r\n" HOST "\r\n", MALFORMED)
FACT(a_target_with_a_fragment_is_refused, "GET /a#b HTTP/1.1\r\n" HOST "\r\n", MALFORMED)
FACT(a_second_space_is_refused, "GET  / HTTP/1.1\r\n" HOST "\r\n", MALFORMED)
FACT(http_0_9_is_refused, "GET /\r\n", MALFORMED)
FACT(http_2_0_is_505, "GET / HTTP/2.0\r\n" HOST "\r\n", "R 505 http_version_not_supported;")
FACT(http_1_2_is_505, "GET / HTTP/1.2\r\n" HOST "\r\n", "R 505 http_version_not_supported;")
FACT(http_1_10_is_refused, "GET / HTTP/1.10\r\n" HOST "\r\n", MALFORMED)
FACT(another_protocol_is_refused, "SOURCE / ICE/1.0\r\n" HOST "\r\n", MALFORMED)
FACT(connect_is_405, "CONNECT a:443 HTTP/1.1\r\n" HOST "\r\n", "R 405 method_not_allowed;")
FACT(an_unknown_method_is_501, "BREW / HTTP/1.1\r\n" HOST "\r\n", "R 501 method_not_implemented;")
FACT(a_method_in_small_letters_is_501, "get / HTTP/1.1\r\n" HOST "\r\n",
     "R 501 method_not_implemented;")

FACT(a_missing_host_is_refused, "GET / HTTP/1.1\r\n\r\n", "R 400 host_missing;")
FACT(http_1_0_needs_no_host, "GET / HTTP/1.0\r\n\r\n", "H GET / 0;B 0;E;")
FACT(two_hosts_are_refused, "GET / HTTP/1.1\r\n" HOST HOST "\r\n", "R 400 host_twice;")
FACT(a_list_of_hosts_is_refused, "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", "R 400 bad_host;")
FACT(a_host_with_a_user_is_refused, "GET / HTTP/1.1\r\nHost: x@a\r\n\r\n", "R 400 bad_host;")
FACT(a_host_with_a_path_is_refused, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", "R 400 bad_host;")
FACT(a_bracketed_address_with_a_port_is_a_host, "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n",
     "H GET / 0;B 0;E;")
FACT(an_unclosed_bracket_is_no_host, "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", "R 400 bad_host;")
FACT(a_target_with_its_own_host_is_read, "GET http://A/x?y HTTP/1.1\r\n" HOST "\r\n",
     "H GET /x 0;B 0;E;")
FACT(a_target_with_a_host_and_no_path_means_the_root, "GET https://a?y HTTP/1.1\r\n" HOST "\r\n",
     "H GET / 0;B 0;E;")
FACT(a_target_with_another_host_is_refused, "GET http://b/x HTTP/1.1\r\n" HOST "\r\n",
     "R 400 other_host;")
FACT(a_target_that_is_no_path_is_refused, "GET x HTTP/1.1\r\n" HOST "\r\n", "R 400 bad_target;")
FACT(a_star_is_for_options_only, "GET * HTTP/1.1\r\n" HOST "\r\n", "R 400 bad_target;")
FACT(options_may_ask_for_the_server, "OPTIONS * HTTP/1.1\r\n" HOST "\r\n", "H OPTIONS * 0;B 0;E;")

FACT(a_counted_body_is_read, "POST / HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc",
     "H POST / 3;B 3;E;")
FACT(length_and_coding_together_are_refused,
     "POST / HTTP/1.1\r\n" HOST "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n",
     "R 400 two_lengths;")
FACT(two_equal_lengths_are_refused,
     "POST / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nContent-Length: 1\r\n\r\nA",
     "R 400 content_length_twice;")
FACT(a_list_of_lengths_is_refused, "POST / HTTP/1.1\r\n" HOST "Content-Length: 5,5\r\n\r\n",
     "R 400 bad_content_length;")
FACT(a_signed_length_is_refused, "POST / HTTP/1.1\r\n" HOST "Content-Length: +5\r\n\r\n",
     "R 400 bad_content_length;")
FACT(a_negative_length_is_refused, "POST / HTTP/1.1\r\n" HOST "Content-Length: -0\r\n\r\n",
     "R 400 bad_content_length;")
FACT(an_empty_length_is_refused, "POST / HTTP/1.1\r\n" HOST "Content-Length: \r\n\r\n",
     "R 400 bad_content_length;")
FACT(a_length_above_int64_is_refused,
     "POST / HTTP/1.1\r\n" HOST "Content-Length: 9223372036854775808\r\n\r\n",
     "R 400 bad_content_length;")
FACT(another_coding_is_501, "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip, chunked\r\n\r\n",
     "R 501 transfer_encoding_not_implemented;")
FACT(a_coding_with_a_tab_behind_it_is_501,
     "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\t\r\n\r\n",
     "R 501 transfer_encoding_not_implemented;")
FACT(two_codings_are_refused,
     "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
     "R 400 transfer_encoding_twice;")
FACT(a_coding_in_http_1_0_is_refused, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
     "R 400 transfer_encoding_in_http_1_0;")
FACT(two_authorizations_are_refused,
     "GET / HTTP/1.1\r\n" HOST "Authorization: a\r\nauthorization: b\r\n\r\n",
     "R 400 authorization_twice;")

FACT(a_chunked_body_is_read, CHUNKED "3\r\nabc\r\n2;x=\"y\"\r\nde\r\n0\r\n\r\n",
     "H POST / -1;B 5;E;")
FACT(a_trailer_is_dropped, CHUNKED "1\r\nA\r\n0\r\nContent-Length: 5\r\nHost: b\r\n\r\n",
     "H POST / -1;B 1;E;")
FACT(a_folded_trailer_is_refused, CHUNKED "0\r\nX: a\r\n b\r\n\r\n", "H POST / -1;" MALFORMED)
FACT(a_trailer_line_that_ends_in_lf_is_refused, CHUNKED "0\r\nX: a\n\r\n", "H POST / -1;" MALFORMED)
FACT(a_chunk_size_in_c_notation_is_refused, CHUNKED "0x1\r\nA\r\n0\r\n\r\n",
     "H POST / -1;" MALFORMED)
FACT(a_chunk_size_above_64_bits_is_refused, CHUNKED "10000000000000000\r\nA",
     "H POST / -1;" MALFORMED)
FACT(a_chunk_line_that_ends_in_lf_is_refused, CHUNKED "1\nA\r\n0\r\n\r\n", "H POST / -1;" MALFORMED)
FACT(chunk_data_without_its_crlf_is_refused, CHUNKED "1\r\nABC0\r\n\r\n", "H POST / -1;" MALFORMED)
FACT(an_empty_chunk_size_is_refused, CHUNKED "\r\nA\r\n0\r\n\r\n", "H POST / -1;" MALFORMED)

static void check_long(const char *before, size_t fill, const char *behind, const char *outcome)
{
	struct buf request;
	buf_init(&request, 1 << 20);
	buf_add_text(&request, before);
	for (size_t i = 0; i < fill; i++)
		buf_add_byte(&request, 'a');
	buf_add_text(&request, behind);
	buf_add_byte(&request, '\0');
	check(&(struct expected){request.at, outcome});
	buf_fini(&request);
}

Test(parser, a_target_of_4096_bytes_is_the_longest)
{
	char longest[4200];
	memset(longest, 0, sizeof(longest));
	memcpy(longest, "H GET /", 7);
	memset(longest + 7, 'a', 4095);
	memcpy(longest + 7 + 4095, " 0;B 0;E;", 9);
	check_long("GET /", 4095, " HTTP/1.1\r\n" HOST "\r\n", longest);
	check_long("GET /", 4096, " HTTP/1.1\r\n" HOST "\r\n", "R 414 target_too_long;");
	check_long("GET /", 70000, "", "R 414 target_too_long;");
}

Test(parser, a_head_above_16_kib_is_431)
{
	check_long("GET / HTTP/1.1\r\n" HOST "X: ", 16000, "\r\n\r\n", "H GET / 0;B 0;E;");
	check_long("GET / HTTP/1.1\r\n" HOST "X: ", 70000, "", "R 431 head_too_large;");
}

static void check_fields(int count, const char *outcome)
{
	struct buf request;
	buf_init(&request, 1 << 20);
	buf_add_text(&request, "GET / HTTP/1.1\r\n" HOST);
	for (int i = 1; i < count; i++)
		buf_print(&request, "X%d: a\r\n", i);
	buf_add_text(&request, "\r\n");
	buf_add_byte(&request, '\0');
	check(&(struct expected){request.at, outcome});
	buf_fini(&request);
}

Test(parser, more_than_64_fields_are_431)
{
	check_fields(64, "H GET / 0;B 0;E;");
	check_fields(65, "R 431 too_many_fields;");
}

Test(parser, a_nul_byte_is_refused)
{
	static const char request[] = "GET / HTTP/1.1\r\n" HOST "X: a\0b\r\n\r\n";
	struct buf events;
	buf_init(&events, 1000);
	events_of((struct slice){request, sizeof(request) - 1}, 0, &events);
	cr_assert(slice_is(buf_slice(&events), MALFORMED));
	buf_fini(&events);
}

Test(parser, chunk_extensions_may_cost_16_kib_and_a_tenth)
{
	check_long(CHUNKED "1;", 16000, "\r\nA\r\n0\r\n\r\n", "H POST / -1;B 1;E;");
	check_long(CHUNKED "1;", 17000, "\r\nA\r\n0\r\n\r\n", "H POST / -1;R 400 chunk_overhead;");
}

Test(parser, tiny_chunks_are_refused_once_they_cost_too_much)
{
	struct buf request;
	buf_init(&request, 1 << 20);
	buf_add_text(&request, CHUNKED);
	for (int i = 0; i < 5000; i++)
		buf_add_text(&request, "1\r\nA\r\n");
	struct buf events;
	buf_init(&events, 1000);
	events_of(buf_slice(&request), 0, &events);
	cr_assert(slice_is(buf_slice(&events), "H POST / -1;R 400 chunk_overhead;"));
	buf_fini(&request);
	buf_fini(&events);
}
