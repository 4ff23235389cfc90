#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/buf.h"
#include "outgoing/outgoing.h"

/** A server on the same loop that says the same to everybody, and the requests asked of it. */
struct scene {
	struct loop *loop;
	struct outgoing *out;
	uv_tcp_t listener;
	unsigned port;
	const char *says;    /* NULL: nothing, ever */
	bool cuts;	     /* closes behind what it says */
	unsigned heard;	     /* requests */
	unsigned open, most; /* connections */
	struct buf last;     /* what it heard last */
	unsigned awaited;
	struct outgoing_answer answer; /* the last one, its body in `body` */
	struct buf body;
	unsigned fates[3];
};

struct peer {
	uv_tcp_t tcp;
	uv_write_t write;
	struct scene *scene;
	char bytes[65536];
};

static void peer_closed(uv_handle_t *handle)
{
	struct peer *p = handle->data;
	p->scene->open--;
	free(p);
}

static void peer_close(struct peer *p)
{
	if (!uv_is_closing((uv_handle_t *)&p->tcp))
		uv_close((uv_handle_t *)&p->tcp, peer_closed);
}

static void peer_wrote(uv_write_t *write, int status)
{
	struct peer *p = write->data;
	if (status != 0 || p->scene->cuts)
		peer_close(p);
}

static void peer_room(uv_handle_t *handle, size_t size, uv_buf_t *to)
{
	struct peer *p = handle->data;
	(void)size;
	*to = uv_buf_init(p->bytes, sizeof(p->bytes));
}

static void peer_heard(uv_stream_t *stream, ssize_t len, const uv_buf_t *bytes)
{
	struct peer *p = stream->data;
	struct scene *s = p->scene;
	if (len < 0) {
		peer_close(p);
		return;
	}
	buf_clear(&s->last);
	buf_add(&s->last, (struct slice){bytes->base, (size_t)len});
	s->heard++;
	if (s->says == NULL && s->cuts)
		peer_close(p);
	if (s->says == NULL)
		return;
	uv_buf_t out = uv_buf_init((char *)(uintptr_t)s->says, (unsigned)strlen(s->says));
	p->write.data = p;
	cr_assert_eq(uv_write(&p->write, stream, &out, 1, peer_wrote), 0);
}

static void peer_came(uv_stream_t *listener, int status)
{
	struct scene *s = listener->data;
	struct peer *p = calloc(1, sizeof(*p));
	cr_assert_eq(status, 0);
	p->scene = s;
	cr_assert_eq(uv_tcp_init(listener->loop, &p->tcp), 0);
	p->tcp.data = p;
	cr_assert_eq(uv_accept(listener, (uv_stream_t *)&p->tcp), 0);
	if (++s->open > s->most)
		s->most = s->open;
	cr_assert_eq(uv_read_start((uv_stream_t *)&p->tcp, peer_room, peer_heard), 0);
}

static void given_server(struct scene *s, const char *says, struct outgoing_settings settings)
{
	struct sockaddr_in address;
	int size = sizeof(address);
	*s = (struct scene){.says = says, .loop = loop_new()};
	buf_init(&s->body, 1 << 20);
	buf_init(&s->last, 1 << 20);
	settings.loop = s->loop;
	s->out = outgoing_new(&settings);
	cr_assert_eq(uv_tcp_init(loop_uv(s->loop), &s->listener), 0);
	s->listener.data = s;
	uv_ip4_addr("127.0.0.1", 0, &address);
	cr_assert_eq(uv_tcp_bind(&s->listener, (struct sockaddr *)&address, 0), 0);
	cr_assert_eq(uv_listen((uv_stream_t *)&s->listener, 128, peer_came), 0);
	uv_tcp_getsockname(&s->listener, (struct sockaddr *)&address, &size);
	s->port = ntohs(address.sin_port);
}

static void end_when_free(void *arg)
{
	struct scene *s = arg;
	outgoing_free(&s->out);
	uv_close((uv_handle_t *)&s->listener, NULL);
}

static void answered(void *arg, const struct outgoing_answer *a)
{
	struct scene *s = arg;
	s->answer = *a;
	s->fates[a->fate]++;
	buf_clear(&s->body);
	buf_add(&s->body, a->body);
	if (--s->awaited == 0)
		loop_later(s->loop, end_when_free, s);
}

static void ask(struct scene *s, const struct outgoing_request *request)
{
	s->awaited++;
	outgoing_ask(s->out, request, answered, s);
}

static void ask_path(struct scene *s, bool post, const char *path)
{
	char url[100];
	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%u%s", s->port, path);
	struct outgoing_request request = {.url = url,
					   .post = post,
					   .headers = {"Authorization: Bearer abc"},
					   .body = post ? SLICE("{\"a\":1}") : SLICE_NONE};
	ask(s, &request);
}

/** Runs until every answer has come, and gives everything back: nothing of libuv is left open. */
static void run(struct scene *s)
{
	loop_run(s->loop);
	loop_free(s->loop);
	cr_assert_eq(s->awaited, 0);
	cr_assert_eq(s->open, 0);
}

#define GOOD "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

Test(outgoing, a_post_arrives_as_it_was_given)
{
	struct scene s;
	given_server(&s, GOOD, (struct outgoing_settings){.private_too = true});
	ask_path(&s, true, "/me/messages?x=1");
	run(&s);
	cr_assert_eq(s.answer.fate, OUTGOING_ANSWERED);
	cr_assert_eq(s.answer.status, 200);
	cr_assert(slice_is(buf_slice(&s.body), "{}"));
	buf_add_byte(&s.last, '\0');
	cr_assert_eq(strncmp(s.last.at, "POST /me/messages?x=1 HTTP/1.1\r\n", 32), 0);
	cr_assert_not_null(strstr(s.last.at, "\r\nAuthorization: Bearer abc\r\n"));
	cr_assert_not_null(strstr(s.last.at, "\r\nContent-Type: application/json\r\n"));
	cr_assert_not_null(strstr(s.last.at, "\r\n\r\n{\"a\":1}"));
}

Test(outgoing, the_wait_a_server_asks_for_is_told)
{
	struct scene s;
	given_server(&s, "HTTP/1.1 429 Too Many\r\nRetry-After: 17\r\nContent-Length: 0\r\n\r\n",
		     (struct outgoing_settings){.private_too = true});
	ask_path(&s, true, "/");
	run(&s);
	cr_assert_eq(s.answer.fate, OUTGOING_ANSWERED);
	cr_assert_eq(s.answer.status, 429);
	cr_assert_eq(s.answer.retry_after_s, 17);
}

Test(outgoing, the_clock_of_the_other_side_is_told)
{
	struct scene s;
	given_server(&s,
		     "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
		     "Content-Length: 0\r\n\r\n",
		     (struct outgoing_settings){.private_too = true});
	ask_path(&s, false, "/");
	run(&s);
	cr_assert_eq(s.answer.date_s, 784111777);
}

Test(outgoing, a_redirect_is_an_answer_and_is_not_followed)
{
	struct scene s;
	given_server(&s, "HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n",
		     (struct outgoing_settings){.private_too = true});
	ask_path(&s, false, "/");
	run(&s);
	cr_assert_eq(s.answer.status, 302);
	cr_assert_eq(s.heard, 1);
}

Test(outgoing, an_answer_over_the_limit_is_cut_there)
{
	static char says[100200];
	struct scene s;
	int head = snprintf(says, sizeof(says),
			    "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
	memset(says + head, 'x', 100000);
	given_server(&s, says, (struct outgoing_settings){.private_too = true});
	ask_path(&s, false, "/");
	run(&s);
	cr_assert_eq(s.answer.fate, OUTGOING_ANSWERED);
	cr_assert_eq(s.answer.status, 200);
	cr_assert(s.answer.cut);
	cr_assert_eq(s.body.len, OUTGOING_ANSWER_BYTES);
}

Test(outgoing, a_connection_cut_after_the_request_leaves_doubt_and_nothing_is_sent_again)
{
	struct scene s;
	given_server(&s, NULL, (struct outgoing_settings){.private_too = true});
	s.cuts = true;
	ask_path(&s, true, "/");
	run(&s);
	cr_assert_eq(s.answer.fate, OUTGOING_UNKNOWN);
	cr_assert_eq(s.heard, 1);
}

Test(outgoing, an_answer_cut_in_the_middle_leaves_doubt)
{
	struct scene s;
	given_server(&s, "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{",
		     (struct outgoing_settings){.private_too = true});
	s.cuts = true;
	ask_path(&s, true, "/");
	run(&s);
	cr_assert_eq(s.answer.fate, OUTGOING_UNKNOWN);
}

Test(outgoing, a_server_that_never_answers_leaves_doubt)
{
	struct scene s;
	given_server(&s, NULL, (struct outgoing_settings){.private_too = true, .total_ms = 300});
	ask_path(&s, true, "/");
	run(&s);
	cr_assert_eq(s.answer.fate, OUTGOING_UNKNOWN);
	cr_assert_eq(s.answer.why.status, E_BUSY);
}

Test(outgoing, nobody_listening_is_certainly_not_sent)
{
	struct scene s;
	struct outgoing_request request = {.url = "http://127.0.0.1:1/", .post = true};
	given_server(&s, GOOD, (struct outgoing_settings){.private_too = true});
	ask(&s, &request);
	run(&s);
	cr_assert_eq(s.answer.fate, OUTGOING_NOT_SENT);
}

Test(outgoing, a_hundred_at_once_are_bounded_and_all_answered)
{
	struct scene s;
	given_server(&s, GOOD, (struct outgoing_settings){.private_too = true, .at_once = 7});
	for (int i = 0; i < 100; i++)
		ask_path(&s, i % 2 == 0, "/");
	cr_assert_eq(outgoing_counts(s.out).under_way, 7);
	run(&s);
	cr_assert_eq(s.fates[OUTGOING_ANSWERED], 100);
	cr_assert_eq(s.heard, 100);
	cr_assert_leq(s.most, 3 * 7); /* some are kept for the next, some are closing */
}

Test(outgoing, more_than_may_wait_are_not_sent)
{
	struct scene s;
	given_server(&s, GOOD,
		     (struct outgoing_settings){.private_too = true, .at_once = 1, .waiting = 3});
	for (int i = 0; i < 10; i++)
		ask_path(&s, true, "/");
	run(&s);
	cr_assert_eq(s.fates[OUTGOING_ANSWERED], 4);
	cr_assert_eq(s.fates[OUTGOING_NOT_SENT], 6);
	cr_assert_eq(s.heard, 4);
}

Test(outgoing, what_waits_at_a_stop_is_not_sent_and_what_is_under_way_ends)
{
	struct scene s;
	given_server(&s, GOOD, (struct outgoing_settings){.private_too = true, .at_once = 2});
	for (int i = 0; i < 5; i++)
		ask_path(&s, true, "/");
	outgoing_stop(s.out);
	ask_path(&s, true, "/");
	run(&s);
	cr_assert_eq(s.fates[OUTGOING_ANSWERED], 2);
	cr_assert_eq(s.fates[OUTGOING_NOT_SENT], 4);
}

Test(outgoing, private_addresses_in_every_spelling_are_refused)
{
	static const char *const hosts[] = {"127.0.0.1",
					    "127.1",
					    "0x7f000001",
					    "2130706433",
					    "0177.0.0.1",
					    "localhost",
					    "LOCALHOST.",
					    "0",
					    "0.0.0.0",
					    "[::1]",
					    "[::]",
					    "[::ffff:127.0.0.1]",
					    "[::ffff:7f00:1]",
					    "[64:ff9b::7f00:1]",
					    "[2002:7f00:1::]",
					    "[fe80::1]",
					    "[fc00::1]",
					    "10.0.0.1",
					    "192.168.1.1",
					    "172.16.0.1",
					    "169.254.169.254",
					    "[ff02::1]",
					    "[::127.0.0.1]",
					    "100.64.0.1",
					    "127.0.0.1%2f.a.com",
					    "a@127.0.0.1",
					    "1.1.1.1@127.0.0.1",
					    "\xe2\x91\xa0.1.1.1@127.1"};
	struct scene s;
	given_server(&s, GOOD, (struct outgoing_settings){.connect_ms = 2000});
	for (size_t i = 0; i < COUNT_OF(hosts); i++) {
		char url[100];
		(void)snprintf(url, sizeof(url), "https://%s:%u/", hosts[i], s.port);
		struct outgoing_request request = {.url = url, .post = true};
		ask(&s, &request);
	}
	run(&s);
	cr_assert_eq(s.fates[OUTGOING_NOT_SENT], COUNT_OF(hosts));
	cr_assert_eq(s.most, 0, "somebody knocked");
}

Test(outgoing, plain_http_and_other_protocols_are_refused)
{
	static const char *const urls[] = {"http://1.1.1.1/",	 "ftp://1.1.1.1/",
					   "file:///etc/passwd", "gopher://1.1.1.1/",
					   "dict://1.1.1.1/",	 "",
					   "https://",		 "nothing at all"};
	struct scene s;
	given_server(&s, GOOD, (struct outgoing_settings){.connect_ms = 2000});
	for (size_t i = 0; i < COUNT_OF(urls); i++) {
		struct outgoing_request request = {.url = urls[i]};
		ask(&s, &request);
	}
	run(&s);
	cr_assert_eq(s.fates[OUTGOING_NOT_SENT], COUNT_OF(urls));
}

Test(outgoing, a_header_that_holds_a_line_end_is_not_sent)
{
	struct scene s;
	given_server(&s, GOOD, (struct outgoing_settings){.private_too = true});
	struct outgoing_request request = {.url = "http://127.0.0.1:1/",
					   .headers = {"a: b\r\nc: d"}};
	ask(&s, &request);
	run(&s);
	cr_assert_eq(s.answer.fate, OUTGOING_NOT_SENT);
	cr_assert_eq(s.answer.why.status, E_LIMIT);
}

Test(outgoing, certificates_are_looked_at)
{
	struct scene s;
	char url[100];
	given_server(&s, GOOD, (struct outgoing_settings){.private_too = true});
	(void)snprintf(url, sizeof(url), "https://127.0.0.1:%u/", s.port);
	struct outgoing_request request = {.url = url, .post = true};
	ask(&s, &request);
	run(&s);
	cr_assert_eq(s.answer.fate, OUTGOING_NOT_SENT);
}
