/* Requests that broke other servers, from ../shared (see badinput/SOURCE.md there). */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "events.h"
#include "rig.h"

enum { LINE_BYTES = 4 << 20 };

struct one_case {
	struct slice id, expect, bytes;
};

static struct slice text_of(struct slice line, const char *key)
{
	char start[32];
	snprintf(start, sizeof(start), "\"%s\": \"", key);
	const char *at = strstr(line.at, start);
	if (at == NULL)
		return SLICE_NONE;
	at += strlen(start);
	const char *end = at;
	while (*end != '"')
		end += *end == '\\' ? 2 : 1;
	return (struct slice){at, (size_t)(end - at)};
}

static int digit_of(char c)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = strchr(digits, c);
	return at != NULL && c != '\0' ? (int)(at - digits) : -1;
}

static struct slice from_base64(struct slice text, char *to)
{
	size_t len = 0;
	uint32_t bits = 0;
	int have = 0;
	for (size_t i = 0; i < text.len && digit_of(text.at[i]) >= 0; i++) {
		bits = bits << 6 | (uint32_t)digit_of(text.at[i]);
		have += 6;
		if (have >= 8) {
			have -= 8;
			to[len++] = (char)(bits >> have & 0xff);
		}
	}
	return (struct slice){to, len};
}

/** Calls each(case) for every line; the number of them, 0 where the file is not there. */
static unsigned for_each_case(const char *file, void (*each)(const struct one_case *c))
{
	char path[1000];
	const char *shared = getenv("PLAUDIT_SHARED_DIR");
	snprintf(path, sizeof(path), "%s/badinput/%s", shared ? shared : "../shared", file);
	FILE *f = fopen(path, "r");
	if (f == NULL) {
		printf("skipped: no ../shared/badinput/%s\n", file);
		return 0;
	}
	char *line = memory_new(LINE_BYTES), *bytes = memory_new(LINE_BYTES);
	unsigned count = 0;
	while (fgets(line, LINE_BYTES, f) != NULL) {
		struct slice text = slice_of(line);
		struct one_case c = {
			.id = text_of(text, "id"),
			.expect = text_of(text, "expect"),
			.bytes = from_base64(text_of(text, "b64"), bytes),
		};
		each(&c);
		count++;
	}
	memory_free(line);
	memory_free(bytes);
	fclose(f);
	printf("%s: %u cases\n", file, count);
	return count;
}

static void cut_makes_no_difference(const struct one_case *c)
{
	struct buf whole, bytewise;
	buf_init(&whole, 1 << 20);
	buf_init(&bytewise, 1 << 20);
	events_of(c->bytes, 0, &whole);
	events_of(c->bytes, 1, &bytewise);
	cr_expect(slice_equal(buf_slice(&whole), buf_slice(&bytewise)), "%.*s: %.*s, bytewise %.*s",
		  SLICE_ARGS(c->id), SLICE_ARGS(buf_slice(&whole)),
		  SLICE_ARGS(buf_slice(&bytewise)));
	buf_fini(&whole);
	buf_fini(&bytewise);
}

Test(badinput, the_same_bytes_give_the_same_events_however_cut)
{
	for_each_case("own/http-cases.ndjson", cut_makes_no_difference);
	for_each_case("http/llhttp-cases.ndjson", cut_makes_no_difference);
	for_each_case("http/smuggler-gadgets.ndjson", cut_makes_no_difference);
	for_each_case("http/h2o-http1-corpus.ndjson", cut_makes_no_difference);
}

/** Requests that are well-formed HTTP and wrong only for the API's resources. */
static bool is_for_the_api(struct slice id)
{
	return slice_starts_with(id, SLICE("http-idempotency-key")) ||
	       slice_starts_with(id, SLICE("http-ce-"));
}

/** A good request stands first; what must not be served stands behind it. */
static unsigned good_requests_in(struct slice id)
{
	return slice_is(id, "http-header-end-cr-x") || slice_is(id, "llhttp-connection-003") ||
	       slice_is(id, "llhttp-connection-009");
}

static unsigned served(struct rig *r)
{
	unsigned count = 0;
	for (const char *at = rig_got(r); (at = strstr(at, "HTTP/1.1 2")) != NULL; at++)
		count++;
	return count;
}

static unsigned rejects, for_the_api;

static void check_refused(const struct one_case *c, struct slice bytes)
{
	struct rig *r = rig_new();
	rig_send_bytes(r, bytes);
	rig_half_close(r);
	cr_expect_leq(served(r), good_requests_in(c->id), "%.*s was served:\n%s", SLICE_ARGS(c->id),
		      rig_got(r));
	cr_expect(r->eof, "%.*s leaves the connection open", SLICE_ARGS(c->id));
	rig_free(r);
}

/** The same with a Host where there is none, so that nothing is refused for its lack alone. */
static void check_refused_with_host(const struct one_case *c)
{
	struct buf bytes;
	const char *end = memchr(c->bytes.at, '\n', c->bytes.len);
	if (end == NULL || memmem(c->bytes.at, c->bytes.len, "Host:", 5) != NULL)
		return;
	size_t first = (size_t)(end - c->bytes.at) + 1;
	buf_init(&bytes, 1 << 20);
	buf_add(&bytes, (struct slice){c->bytes.at, first});
	buf_add_text(&bytes, "Host: a\r\n");
	buf_add(&bytes, slice_from(c->bytes, first));
	check_refused(c, buf_slice(&bytes));
	buf_fini(&bytes);
}

static void is_refused(const struct one_case *c)
{
	if (!slice_is(c->expect, "reject"))
		return;
	if (is_for_the_api(c->id)) {
		for_the_api++;
		return;
	}
	rejects++;
	check_refused(c, c->bytes);
	check_refused_with_host(c);
}

Test(badinput, every_request_that_must_be_rejected_is)
{
	for_each_case("own/http-cases.ndjson", is_refused);
	for_each_case("http/llhttp-cases.ndjson", is_refused);
	printf("%u refused, %u left to the API's own tests\n", rejects, for_the_api);
}

static unsigned canaries, gadgets_refused;

/** A: never serve what is inside the body. B: only a plain reading by Content-Length is allowed. */
static void is_not_smuggled(const struct one_case *c)
{
	struct rig *r = rig_new();
	bool never = slice_starts_with(c->expect, SLICE("never"));
	rig_send_bytes(r, c->bytes);
	rig_half_close(r);
	bool canary = r->site.canary;
	canaries += canary;
	gadgets_refused += !canary && served(r) == 0;
	cr_expect(!(canary && never), "%.*s was smuggled", SLICE_ARGS(c->id));
	cr_expect(!canary || slice_is(buf_slice(&r->site.body), "38\r\n"), "%.*s: read otherwise",
		  SLICE_ARGS(c->id));
	rig_free(r);
}

Test(badinput, nothing_is_smuggled_inside_a_body)
{
	for_each_case("http/smuggler-gadgets.ndjson", is_not_smuggled);
	printf("%u refused, %u read by Content-Length\n", gadgets_refused, canaries);
}
