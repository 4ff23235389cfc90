/* Providers that post signed events over keep-alive connections, each the next one as soon as it
 *was answered, and what they waited for:
 *
 *	hooks_load PORT PATH SECRET CONNECTIONS SECONDS BODY_BYTES
 *	-> acks 123456 seconds 10.00 p50_us 900 p99_us 4000 max_us 9000 failed 0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <uv.h>

#include "base/clock.h"
#include "base/must.h"

enum { REQUEST_BYTES = 64 * 1024, ANSWER_BYTES = 4096, HEAD_BYTES = 512, LATENCIES = 4000000 };

struct client {
	uv_tcp_t tcp;
	uv_connect_t connect;
	uv_write_t write;
	char request[REQUEST_BYTES], answer[ANSWER_BYTES];
	size_t answered;
	uint64_t begun_us;
};

static uv_loop_t loop;
static const char *path, *secret;
static size_t body_bytes;
static uint64_t number, end_us, failed;
static uint32_t *latencies;
static size_t latencies_len;

static void post(struct client *c);

static void sign(const char *body, char hex[2 * EVP_MAX_MD_SIZE + 1])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned len;
	must(HMAC(EVP_sha256(), secret, (int)strlen(secret), (const unsigned char *)body,
		  body_bytes, digest, &len) != NULL);
	for (unsigned i = 0; i < len; i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}

/** A number nobody had, and as many bytes as were asked for. */
static size_t write_request(struct client *c)
{
	char *body = c->request + HEAD_BYTES, hex[2 * EVP_MAX_MD_SIZE + 1], head[HEAD_BYTES];
	int len = snprintf(body, body_bytes,
			   "{\"object\":\"page\",\"event\":\"%llx-%llu\",\"text\":\"",
			   (unsigned long long)end_us, (unsigned long long)number++);
	must(len > 0 && (size_t)len + 2 < body_bytes);
	memset(body + len, 'x', body_bytes - (size_t)len - 2);
	memcpy(body + body_bytes - 2, "\"}", 2);
	sign(body, hex);
	len = snprintf(head, sizeof(head),
		       "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
		       "Content-Length: %zu\r\nX-Hub-Signature-256: sha256=%s\r\n\r\n",
		       path, body_bytes, hex);
	must(len > 0 && len < HEAD_BYTES);
	memmove(c->request + len, body, body_bytes);
	memcpy(c->request, head, (size_t)len);
	return (size_t)len + body_bytes;
}

/** Whole where as many bytes are there as its head says. */
static bool is_whole(const struct client *c)
{
	const char *end = memmem(c->answer, c->answered, "\r\n\r\n", 4);
	const char *length = memmem(c->answer, c->answered, "Content-Length: ", 16);
	if (end == NULL || length == NULL)
		return false;
	size_t body = strtoul(length + 16, NULL, 10);
	return c->answered >= (size_t)(end - c->answer) + 4 + body;
}

static void room(uv_handle_t *handle, size_t wanted, uv_buf_t *buf)
{
	struct client *c = handle->data;
	(void)wanted;
	*buf = uv_buf_init(c->answer + c->answered, (unsigned)(sizeof(c->answer) - c->answered));
}

static void came(uv_stream_t *stream, ssize_t got, const uv_buf_t *buf)
{
	struct client *c = stream->data;
	(void)buf;
	must(got >= 0);
	c->answered += (size_t)got;
	if (!is_whole(c))
		return;
	failed += memcmp(c->answer, "HTTP/1.1 200", 12) != 0;
	if (latencies_len < LATENCIES)
		latencies[latencies_len++] = (uint32_t)(clock_monotonic_us() - c->begun_us);
	if (clock_monotonic_us() < end_us)
		post(c);
	else
		uv_close((uv_handle_t *)stream, NULL);
}

static void post(struct client *c)
{
	size_t len = write_request(c);
	uv_buf_t bytes = uv_buf_init(c->request, (unsigned)len);
	c->answered = 0;
	c->begun_us = clock_monotonic_us();
	must(uv_write(&c->write, (uv_stream_t *)&c->tcp, &bytes, 1, NULL) == 0);
}

static void connected(uv_connect_t *connect, int status)
{
	struct client *c = connect->handle->data;
	must(status == 0);
	must(uv_read_start(connect->handle, room, came) == 0);
	post(c);
}

static int by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return x < y ? -1 : x > y;
}

static void report(double seconds)
{
	must(latencies_len > 0);
	qsort(latencies, latencies_len, sizeof(*latencies), by_size);
	printf("acks %zu seconds %.2f p50_us %u p99_us %u max_us %u failed %llu\n", latencies_len,
	       seconds, latencies[latencies_len / 2], latencies[latencies_len * 99 / 100],
	       latencies[latencies_len - 1], (unsigned long long)failed);
}

int main(int count, char **words)
{
	struct sockaddr_in to;
	if (count != 7) {
		fprintf(stderr,
			"usage: hooks_load PORT PATH SECRET CONNECTIONS SECONDS BODY_BYTES\n");
		return 2;
	}
	path = words[2];
	secret = words[3];
	size_t clients = strtoul(words[4], NULL, 10);
	body_bytes = strtoul(words[6], NULL, 10);
	must(body_bytes >= 200 && body_bytes <= REQUEST_BYTES - HEAD_BYTES);
	latencies = memory_resize(NULL, LATENCIES, sizeof(*latencies));
	must(uv_loop_init(&loop) == 0);
	must(uv_ip4_addr("127.0.0.1", (int)strtol(words[1], NULL, 10), &to) == 0);
	uint64_t begun_us = clock_monotonic_us();
	end_us = begun_us + strtoul(words[5], NULL, 10) * 1000000;
	for (size_t i = 0; i < clients; i++) {
		struct client *c = memory_new(sizeof(*c));
		must(uv_tcp_init(&loop, &c->tcp) == 0 && uv_tcp_nodelay(&c->tcp, 1) == 0);
		c->tcp.data = c;
		must(uv_tcp_connect(&c->connect, &c->tcp, (struct sockaddr *)&to, connected) == 0);
	}
	uv_run(&loop, UV_RUN_DEFAULT);
	report((double)(clock_monotonic_us() - begun_us) / 1e6);
	return failed > 0;
}
