#include "http/framing.h"

/** Fields that may stand in a head only once, because a second one would say something else. */
static const struct {
	const char *name;
	int status;
	const char *code, *words;
} only_once[] = {
	{"host", 400, "host_twice", "there is more than one Host"},
	{"content-length", 400, "content_length_twice", "there is more than one Content-Length"},
	{"transfer-encoding", 400, "transfer_encoding_twice",
	 "there is more than one Transfer-Encoding"},
	{"authorization", 400, "authorization_twice", "there is more than one Authorization"},
	{"content-type", 400, "content_type_twice", "there is more than one Content-Type"},
	{"expect", 400, "expect_twice", "there is more than one Expect"},
};

enum { HOST, CONTENT_LENGTH, TRANSFER_ENCODING, AUTHORIZATION, CONTENT_TYPE, EXPECT };

static bool collect(struct guard *g, struct slice found[COUNT_OF(only_once)])
{
	for (unsigned i = 0; i < g->field_count; i++) {
		struct slice name = guard_name(g, i);
		for (size_t k = 0; k < COUNT_OF(only_once); k++) {
			if (!slice_equal_ignoring_case(name, slice_of(only_once[k].name)))
				continue;
			if (found[k].at != NULL)
				return guard_refuse(g, only_once[k].status, only_once[k].code,
						    only_once[k].words);
			found[k] = guard_value(g, i);
		}
	}
	return true;
}

static bool read_length(struct guard *g, struct slice text, int64_t *length)
{
	/* slice_to_int64 takes a minus sign. */
	if (text.len == 0 || text.at[0] == '-' || !slice_to_int64(text, length))
		return guard_refuse(g, 400, "bad_content_length",
				    "Content-Length is not a number of bytes");
	return true;
}

static bool read_body_kind(struct guard *g, struct framing *f, struct slice length,
			   struct slice coding)
{
	f->has_length = length.at != NULL;
	if (coding.at == NULL)
		return !f->has_length || read_length(g, length, &f->content_length);
	if (f->has_length)
		return guard_refuse(g, 400, "two_lengths",
				    "Content-Length and Transfer-Encoding exclude each other");
	if (g->minor == 0)
		return guard_refuse(g, 400, "transfer_encoding_in_http_1_0",
				    "HTTP/1.0 has no Transfer-Encoding");
	/* Nothing may follow, not even a tab: other readers trim differently. */
	if (!slice_equal_ignoring_case(coding, SLICE("chunked")) || coding.at[coding.len] != '\r')
		return guard_refuse(g, 501, "transfer_encoding_not_implemented",
				    "the only transfer coding known here is \"chunked\"");
	f->content_length = -1;
	return true;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_host_byte(char c, bool bracketed)
{
	bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
	if (bracketed)
		return is_digit(c) || letter || c == ':' || c == '.';
	return is_digit(c) || letter || c == '.' || c == '-' || c == '_' || c == '~';
}

/** A name, an IPv4 address or a bracketed IPv6 address; then, perhaps, a port. */
static bool is_host(struct slice host)
{
	size_t i = 0;
	bool bracketed = host.len > 0 && host.at[0] == '[';
	if (bracketed)
		i++;
	size_t start = i;
	while (i < host.len && is_host_byte(host.at[i], bracketed))
		i++;
	if (i == start)
		return false;
	if (bracketed && (i == host.len || host.at[i++] != ']'))
		return false;
	if (i < host.len && host.at[i++] != ':')
		return false;
	while (i < host.len && is_digit(host.at[i]))
		i++;
	return i == host.len;
}

static bool read_host(struct guard *g, struct slice host)
{
	if (host.at == NULL && g->minor > 0)
		return guard_refuse(g, 400, "host_missing", "HTTP/1.1 requires a Host");
	if (host.at != NULL && !is_host(host))
		return guard_refuse(g, 400, "bad_host", "Host is not a name or an address");
	return true;
}

/** "http://host/path": the host must be the one of the Host field. */
static bool read_absolute(struct guard *g, struct slice *target, struct slice host)
{
	struct slice secure = {target->at, target->len < 8 ? target->len : 8};
	struct slice plain = {target->at, target->len < 7 ? target->len : 7};
	size_t scheme = 0;
	if (slice_equal_ignoring_case(plain, SLICE("http://")))
		scheme = plain.len;
	else if (slice_equal_ignoring_case(secure, SLICE("https://")))
		scheme = secure.len;
	else
		return guard_refuse(g, 400, "bad_target", "the target is not a path");
	struct slice rest = slice_from(*target, scheme);
	size_t len = 0;
	while (len < rest.len && rest.at[len] != '/' && rest.at[len] != '?')
		len++;
	if (host.at == NULL || !slice_equal_ignoring_case((struct slice){rest.at, len}, host))
		return guard_refuse(g, 400, "other_host",
				    "the target names another host than Host");
	*target = slice_from(rest, len);
	return true;
}

static bool read_target(struct guard *g, struct framing *f, struct slice host)
{
	struct slice target = {g->head.at + g->target_at, g->target_len};
	if (slice_equal(target, SLICE("*")) && g->method == METHOD_OPTIONS) {
		f->path = target;
		return true;
	}
	if (target.at[0] != '/' && !read_absolute(g, &target, host))
		return false;
	const char *mark = target.len > 0 ? memchr(target.at, '?', target.len) : NULL;
	f->path = target;
	if (mark != NULL) {
		f->path.len = (size_t)(mark - target.at);
		f->query = slice_from(target, f->path.len + 1);
	}
	if (f->path.len == 0)
		f->path = SLICE("/");
	return true;
}

static bool read_expectation(struct guard *g, struct framing *f, struct slice expect)
{
	if (expect.at == NULL)
		return true;
	if (!slice_equal_ignoring_case(expect, SLICE("100-continue")))
		return guard_refuse(g, 417, "expectation_failed",
				    "the only expectation known here is 100-continue");
	f->expects_continue = g->minor > 0 && f->content_length != 0;
	return true;
}

bool framing_read(struct guard *g, struct framing *f)
{
	struct slice found[COUNT_OF(only_once)] = {0};
	*f = (struct framing){0};
	return collect(g, found) && read_host(g, found[HOST]) &&
	       read_body_kind(g, f, found[CONTENT_LENGTH], found[TRANSFER_ENCODING]) &&
	       read_target(g, f, found[HOST]) && read_expectation(g, f, found[EXPECT]);
}
