/* A board of 2 KB from memory, and an upload that is thrown away, to be measured from outside:
 *
 *	http_bench 8090 &
 *	taskset -c 1 wrk -t1 -c64 -d10 http://127.0.0.1:8090/board
 *	curl -T big.file -X POST http://127.0.0.1:8090/upload
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/server.h"

enum { BODY_BYTES = 2060 };

static void board(struct exchange *x)
{
	exchange_answer_bytes(x, exchange_context(x));
}

static enum flow drop(struct exchange *x, struct slice part)
{
	(void)x;
	(void)part;
	return FLOW_MORE;
}

static void say_done(struct exchange *x)
{
	exchange_answer(x, 204, NULL, SLICE_NONE);
}

static const struct handler upload_handler = {.body = drop, .end = say_done};
static const struct handler board_handler = {.begin = board};
static const struct route routes[] = {
	{METHOD_GET, "/board", &board_handler, NULL, 0, 0},
	{METHOD_GET, "/v1/programmes/{programme}/waves/{wave}/standings", &board_handler, NULL, 0,
	 SUFFIX_CSV},
	{METHOD_POST, "/upload", &upload_handler, NULL, -1, 0},
};

int main(int count, char **arguments)
{
	static char body[BODY_BYTES];
	struct trouble why = {0};
	struct http_limits limits = http_limits_default();
	struct loop *l = loop_new();
	memset(body, 'x', sizeof(body));
	struct http_bytes *bytes = http_bytes_new(
		200,
		(struct http_header[]){{"Content-Type", SLICE("application/json")},
				       {"ETag", SLICE("\"v187\"")}},
		2, (struct slice){body, sizeof(body)});
	struct http_server *s = http_server_new(l, routes, COUNT_OF(routes), &limits, bytes);
	unsigned port = count > 1 ? (unsigned)strtoul(arguments[1], NULL, 10) : 0;
	if (http_server_listen(s, "127.0.0.1", port, &why) < 0) {
		fprintf(stderr, "%s\n", why.words);
		return 1;
	}
	fprintf(stderr, "http://127.0.0.1:%u/board\n", http_server_port(s));
	loop_run(l);
	return 0;
}
