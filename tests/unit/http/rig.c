#include "rig.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/problem.h"

static struct site *site_of(struct exchange *x)
{
	return exchange_context(x);
}

static void hello(struct exchange *x)
{
	exchange_answer(x, 200, "text/plain", SLICE("hello"));
}

static void board(struct exchange *x)
{
	if (exchange_if_none_match(x, SLICE("\"v1\"")))
		exchange_answer_not_modified(x, SLICE("\"v1\""));
	else
		exchange_answer_bytes(x, site_of(x)->board);
}

static void thing(struct exchange *x)
{
	struct slice id, colour = SLICE("none");
	struct buf text;
	cr_assert(exchange_parameter(x, "id", &id));
	(void)exchange_query(x, "colour", &colour);
	buf_init(&text, 1000);
	buf_print(&text, "id=%.*s colour=%.*s suffix=%d", SLICE_ARGS(id), SLICE_ARGS(colour),
		  (int)x->suffix);
	exchange_answer_add_header(x, "X-Thing", id);
	exchange_answer(x, 200, "text/plain", buf_slice(&text));
	buf_fini(&text);
}

static void say_what_you_see(struct exchange *x)
{
	struct buf text;
	struct slice type = exchange_content_type(x), odd = exchange_header(x, "x-odd");
	struct slice empty = SLICE("absent");
	(void)exchange_query(x, "empty", &empty);
	buf_init(&text, 1000);
	buf_print(&text, "tag=%s type=%.*s odd=%.*s length=%lld empty=[%.*s]",
		  (const char *)exchange_tag(x), SLICE_ARGS(type), SLICE_ARGS(odd),
		  (long long)exchange_content_length(x), SLICE_ARGS(empty));
	exchange_answer_add_header(x, "cache-control", SLICE("no-cache"));
	exchange_answer(x, 200, "text/plain", buf_slice(&text));
	buf_fini(&text);
}

static void note_begin(struct exchange *x)
{
	site_of(x)->begun++;
}

static enum flow note_part(struct exchange *x, struct slice part)
{
	struct site *site = site_of(x);
	site->parts++;
	site->body_bytes += part.len;
	if (site->body.len + part.len <= site->body.limit_bytes)
		buf_add(&site->body, part);
	site->kept = x;
	if (site->stop_at_once)
		return FLOW_STOP;
	return site->pause_each_part ? FLOW_PAUSE : FLOW_MORE;
}

static void answer_count(struct exchange *x)
{
	struct buf text;
	site_of(x)->ended++;
	buf_init(&text, 100);
	buf_print(&text, "%llu bytes", (unsigned long long)site_of(x)->body_bytes);
	exchange_answer(x, 200, "text/plain", buf_slice(&text));
	buf_fini(&text);
	site_of(x)->body_bytes = 0;
	site_of(x)->kept = NULL;
}

static void keep(struct exchange *x)
{
	site_of(x)->begun++;
	site_of(x)->kept = x;
}

static void note_gone(struct exchange *x)
{
	site_of(x)->gone++;
	site_of(x)->kept = NULL;
}

static void note_end(struct exchange *x)
{
	site_of(x)->ended++;
}

static void refuse_at_once(struct exchange *x)
{
	exchange_problem(x, 403, "forbidden", "Forbidden", SLICE("not you"));
}

static void pause_in_begin(struct exchange *x)
{
	keep(x);
	exchange_pause(x);
}

static void echo(struct exchange *x, struct slice body)
{
	exchange_answer(x, 200, "text/plain", body);
}

static void start_stream(struct exchange *x)
{
	keep(x);
	exchange_stream_start(x, 200, "text/event-stream");
}

static void start_sized(struct exchange *x)
{
	keep(x);
	exchange_stream_start_sized(x, 200, "text/csv", 9);
}

static void note_writable(struct exchange *x)
{
	site_of(x)->writable++;
}

static void end_when_stopping(struct exchange *x)
{
	site_of(x)->stopping++;
	exchange_stream_end(x);
}

static const struct handler hello_handler = {.begin = hello};
static const struct handler board_handler = {.begin = board};
static const struct handler thing_handler = {.begin = thing};
static const struct handler upload_handler = {
	.begin = note_begin, .body = note_part, .end = answer_count, .gone = note_gone};
static const struct handler see_handler = {.body = note_part, .end = say_what_you_see};
static const struct handler later_handler = {.begin = keep, .end = note_end, .gone = note_gone};
static const struct handler early_handler = {.begin = refuse_at_once, .body = note_part};
static const struct handler paused_handler = {
	.begin = pause_in_begin, .body = note_part, .end = answer_count, .gone = note_gone};
static const struct handler whole_handler = {.whole = echo};
static const struct handler stream_handler = {.begin = start_stream,
					      .gone = note_gone,
					      .writable = note_writable,
					      .stopping = end_when_stopping};

static const struct handler sized_handler = {.begin = start_sized, .gone = note_gone};

static const struct route routes[] = {
	{METHOD_GET, "/", &hello_handler, NULL, 0, 0},
	{METHOD_GET, "/hello", &hello_handler, NULL, 0, 0},
	{METHOD_GET, "/board", &board_handler, NULL, 0, 0},
	{METHOD_GET, "/things/{id}", &thing_handler, NULL, 0, SUFFIX_CSV | SUFFIX_JSON},
	{METHOD_POST, "/upload", &upload_handler, NULL, -1, 0},
	{METHOD_POST, "/canary", &upload_handler, NULL, -1, 0},
	{METHOD_POST, "/small", &upload_handler, NULL, 10, 0},
	{METHOD_POST, "/see", &see_handler, "the tag", -1, 0},
	{METHOD_GET, "/later", &later_handler, NULL, 0, 0},
	{METHOD_POST, "/early", &early_handler, NULL, -1, 0},
	{METHOD_POST, "/paused-begin", &paused_handler, NULL, -1, 0},
	{METHOD_POST, "/whole", &whole_handler, NULL, 100, 0},
	{METHOD_GET, "/stream", &stream_handler, NULL, 0, 0},
	{METHOD_GET, "/sized", &sized_handler, NULL, 0, 0},
};

static void note_access(void *context, const struct http_access *a)
{
	struct site *site = context;
	site->last = *a;
	site->accesses++;
	size_t len = a->path.len < sizeof(site->last_path) - 1 ? a->path.len
							       : sizeof(site->last_path) - 1;
	if (len > 0)
		memcpy(site->last_path, a->path.at, len);
	site->last_path[len] = '\0';
	site->canary |= strcmp(site->last_path, "/smuggled-canary") == 0;
}

struct rig *rig_with(const struct http_limits *limits)
{
	struct rig *r = memory_new(sizeof(*r));
	r->loop = loop_new();
	r->client = -1;
	buf_init(&r->got, (size_t)64 << 20);
	buf_init(&r->site.body, 1 << 20);
	r->site.board = http_bytes_new(
		200,
		(struct http_header[]){{"Content-Type", SLICE("application/json")},
				       {"ETag", SLICE("\"v1\"")},
				       {"Cache-Control", SLICE("private, no-cache")}},
		3, SLICE("{\"board\":1}"));
	r->server = http_server_new(r->loop, routes, COUNT_OF(routes), limits, &r->site);
	http_server_on_access(r->server, note_access);
	rig_connect(r);
	return r;
}

struct rig *rig_new(void)
{
	struct http_limits limits = http_limits_default();
	return rig_with(&limits);
}

void rig_hang_up(struct rig *r)
{
	if (r->client >= 0)
		close(r->client);
	r->client = -1;
}

void rig_connect(struct rig *r)
{
	int ends[2];
	rig_hang_up(r);
	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
	r->client = ends[0];
	r->eof = false;
	cr_assert_eq(http_server_adopt(r->server, ends[1], NULL), OK);
}

/** What the server has sent; true if anything came. */
static bool take(struct rig *r)
{
	char bytes[65536];
	bool some = false;
	while (r->client >= 0 && !r->eof) {
		ssize_t n = read(r->client, bytes, sizeof(bytes));
		if (n < 0)
			break;
		r->eof = n == 0;
		buf_add(&r->got, (struct slice){bytes, (size_t)n});
		some = true;
	}
	return some;
}

void rig_turn(struct rig *r)
{
	int quiet = 0;
	while (quiet < 4) {
		uv_run(loop_uv(r->loop), UV_RUN_NOWAIT);
		quiet = take(r) ? 0 : quiet + 1;
	}
}

static void nothing(void *arg)
{
	*(bool *)arg = true;
}

void rig_wait_for_eof(struct rig *r)
{
	bool late = false;
	struct loop_timer *limit = loop_timer_new(r->loop, nothing, &late);
	loop_timer_start(limit, 1000);
	while (!r->eof && !late) {
		uv_run(loop_uv(r->loop), UV_RUN_ONCE);
		take(r);
	}
	loop_timer_free(&limit);
	rig_turn(r);
	cr_assert(r->eof, "the server did not close");
}

void rig_send_bytes(struct rig *r, struct slice bytes)
{
	while (bytes.len > 0) {
		ssize_t n = send(r->client, bytes.at, bytes.len, MSG_NOSIGNAL);
		if (n < 0 && errno != EAGAIN)
			break;
		if (n > 0)
			bytes = slice_from(bytes, (size_t)n);
		size_t before = r->got.len;
		rig_turn(r);
		if (n < 0 && r->got.len == before && r->eof)
			break;
	}
	rig_turn(r);
}

void rig_send(struct rig *r, const char *text)
{
	rig_send_bytes(r, slice_of(text));
}

void rig_half_close(struct rig *r)
{
	shutdown(r->client, SHUT_WR);
	rig_turn(r);
}

const char *rig_got(struct rig *r)
{
	buf_add_byte(&r->got, '\0');
	r->got.len--;
	return r->got.at;
}

bool rig_got_text(struct rig *r, const char *text)
{
	return strstr(rig_got(r), text) != NULL;
}

unsigned rig_answers(struct rig *r)
{
	unsigned count = 0;
	for (const char *at = rig_got(r); (at = strstr(at, "HTTP/1.1 ")) != NULL; at++)
		count++;
	return count;
}

int rig_status(struct rig *r)
{
	int status = 0;
	for (const char *at = rig_got(r); (at = strstr(at, "HTTP/1.1 ")) != NULL; at++)
		status = (at[9] - '0') * 100 + (at[10] - '0') * 10 + at[11] - '0';
	return status;
}

void rig_forget(struct rig *r)
{
	buf_clear(&r->got);
}

static void note_stopped(void *arg)
{
	((struct rig *)arg)->stopped = true;
}

void rig_free(struct rig *r)
{
	rig_hang_up(r);
	rig_turn(r);
	if (!r->stopped)
		http_server_stop(r->server, note_stopped, r);
	loop_run(r->loop);
	cr_assert(r->stopped, "the server did not stop");
	http_server_free(r->server);
	loop_run(r->loop);
	loop_free(r->loop);
	http_bytes_unref(r->site.board);
	buf_fini(&r->site.body);
	buf_fini(&r->got);
	memory_free(r);
}
