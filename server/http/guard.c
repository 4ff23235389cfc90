#include "http/guard.h"

#include <string.h>

enum { LONGEST_METHOD = 24, VERSION_BYTES = 8 };

/** What a byte may be part of. */
enum { IN_VALUE = 1, IN_NAME = 2, IN_TARGET = 4 };

static const char token_marks[] = "!#$%&'*+-.^_`|~";

static unsigned char kinds[256];

static bool is_alphanumeric(unsigned c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/** RFC 9110: token for names; VCHAR, obs-text, SP and HT for values. A target holds VCHAR
 * without '#': a fragment never goes over the wire. */
__attribute__((constructor)) static void fill_kinds(void)
{
	for (unsigned c = 0; c < 256; c++) {
		bool visible = c > 0x20 && c < 0x7f;
		if (visible || c >= 0x80 || c == ' ' || c == '\t')
			kinds[c] |= IN_VALUE;
		if (is_alphanumeric(c) || (visible && strchr(token_marks, (int)c) != NULL))
			kinds[c] |= IN_NAME;
		if (visible && c != '#')
			kinds[c] |= IN_TARGET;
	}
}

static bool all_are(struct slice bytes, unsigned kind)
{
	for (size_t i = 0; i < bytes.len; i++) {
		if ((kinds[(unsigned char)bytes.at[i]] & kind) == 0)
			return false;
	}
	return true;
}

void guard_init(struct guard *g, const struct guard_limits *limits)
{
	*g = (struct guard){.limits = *limits};
	must(limits->fields <= GUARD_FIELDS && limits->head_bytes <= UINT32_MAX);
	buf_init(&g->head, limits->head_bytes);
}

void guard_fini(struct guard *g)
{
	buf_fini(&g->head);
}

static void start_over(struct guard *g, bool trailer)
{
	buf_clear(&g->head);
	g->line_at = 0;
	g->leading_lines = 0;
	g->trailer = trailer;
	g->after_cr = false;
	g->has_request_line = trailer;
	g->field_count = 0;
	g->refusal.status = 0;
}

void guard_reset(struct guard *g)
{
	start_over(g, false);
}

void guard_reset_trailer(struct guard *g)
{
	start_over(g, true);
}

bool guard_refuse(struct guard *g, int status, const char *code, const char *words)
{
	g->refusal = (struct http_refusal){status, code, words};
	return false;
}

static bool bad_syntax(struct guard *g, const char *words)
{
	return guard_refuse(g, 400, "malformed_request", words);
}

static uint32_t offset_of(const struct guard *g, const char *at)
{
	return (uint32_t)(at - g->head.at);
}

static bool read_version(struct guard *g, struct slice version)
{
	if (slice_equal(version, SLICE("HTTP/1.1")) || slice_equal(version, SLICE("HTTP/1.0"))) {
		g->minor = (unsigned)(version.at[7] - '0');
		return true;
	}
	if (version.len == VERSION_BYTES && slice_starts_with(version, SLICE("HTTP/")) &&
	    version.at[6] == '.')
		return guard_refuse(g, 505, "http_version_not_supported",
				    "only HTTP/1.1 and HTTP/1.0 are spoken here");
	return bad_syntax(g, "the request line does not end in an HTTP version");
}

static bool read_request_line(struct guard *g, struct slice line)
{
	struct slice method, target, rest = line;
	if (!slice_next_part(&rest, ' ', &method) || rest.at == NULL ||
	    !slice_next_part(&rest, ' ', &target) || rest.at == NULL)
		return bad_syntax(g, "the request line has no method, target and version");
	if (method.len == 0 || !all_are(method, IN_NAME))
		return bad_syntax(g, "the method is not a token");
	if (target.len > g->limits.target_bytes)
		return guard_refuse(g, 414, "target_too_long", "the request target is too long");
	if (target.len == 0 || !all_are(target, IN_TARGET))
		return bad_syntax(g, "the request target holds bytes that must be escaped");
	if (!read_version(g, rest))
		return false;
	if (!http_method_from(method, &g->method))
		return guard_refuse(g, 501, "method_not_implemented",
				    "this method is not known here");
	if (g->method == METHOD_CONNECT)
		return guard_refuse(g, 405, "method_not_allowed", "this is not a proxy");
	g->target_at = offset_of(g, target.at);
	g->target_len = (uint32_t)target.len;
	g->has_request_line = true;
	return true;
}

static bool read_field(struct guard *g, struct slice line)
{
	const char *colon = memchr(line.at, ':', line.len);
	if (colon == NULL)
		return bad_syntax(g, "a header line has no colon");
	struct slice name = {line.at, (size_t)(colon - line.at)};
	if (name.len == 0 || !all_are(name, IN_NAME))
		return bad_syntax(g, "a header field name is not a token");
	if (g->field_count == g->limits.fields)
		return guard_refuse(g, 431, "too_many_fields", "there are too many header fields");
	struct slice value = slice_trim(slice_from(line, name.len + 1));
	uint32_t value_at = offset_of(g, value.len > 0 ? value.at : colon + 1);
	g->fields[g->field_count++] = (struct guard_field){
		.name_at = offset_of(g, name.at),
		.name_len = (uint32_t)name.len,
		.value_at = value_at,
		.value_len = (uint32_t)value.len,
	};
	return true;
}

/** A line is complete. *done: it was the empty one behind the fields. */
static bool read_line(struct guard *g, bool *done)
{
	struct slice line = {g->head.at + g->line_at, g->head.len - g->line_at - 2};
	if (line.len > 0) {
		g->line_at = g->head.len;
		return g->has_request_line ? read_field(g, line) : read_request_line(g, line);
	}
	*done = g->has_request_line;
	if (*done)
		return true;
	/* RFC 9112 2.2: one empty line before the request is forgiven, not a flood of them. */
	buf_clear(&g->head);
	if (g->leading_lines++ > 0)
		return bad_syntax(g, "there is more than one empty line before the request");
	return true;
}

static bool check_byte(struct guard *g, unsigned char byte)
{
	if (g->after_cr) {
		g->after_cr = false;
		return byte == '\n' || bad_syntax(g, "a CR stands without LF");
	}
	if (byte == '\r') {
		g->after_cr = true;
		return true;
	}
	if (byte == '\n')
		return bad_syntax(g, "a line ends in LF without CR");
	if ((kinds[byte] & IN_VALUE) == 0)
		return bad_syntax(g, "the head holds a control byte");
	return true;
}

/** Up to and with the next LF; what is in `piece` is checked byte by byte. */
static bool take_piece(struct guard *g, struct slice piece)
{
	if (g->head.len == g->line_at && (piece.at[0] == ' ' || piece.at[0] == '\t'))
		return bad_syntax(g, "a line starts with white space");
	for (size_t i = 0; i < piece.len; i++) {
		if (kinds[(unsigned char)piece.at[i]] & IN_VALUE && !g->after_cr)
			continue;
		if (!check_byte(g, (unsigned char)piece.at[i]))
			return false;
	}
	buf_add(&g->head, piece);
	return true;
}

static bool within_limits(struct guard *g, struct slice piece)
{
	size_t line_len = g->head.len - g->line_at + piece.len;
	if (!g->has_request_line) {
		if (line_len > LONGEST_METHOD + g->limits.target_bytes + VERSION_BYTES)
			return guard_refuse(g, 414, "target_too_long",
					    "the request target is too long");
		return true;
	}
	if (piece.len > g->limits.head_bytes - g->head.len)
		return guard_refuse(g, 431, "head_too_large", "the header fields are too large");
	return true;
}

enum guarded guard_next(struct guard *g, struct slice *in)
{
	if (g->refusal.status != 0)
		return GUARD_REFUSED;
	while (in->len > 0) {
		const char *end = memchr(in->at, '\n', in->len);
		struct slice piece = {in->at, end ? (size_t)(end - in->at) + 1 : in->len};
		bool done = false;
		if (!within_limits(g, piece) || !take_piece(g, piece))
			return GUARD_REFUSED;
		*in = slice_from(*in, piece.len);
		if (end != NULL && !read_line(g, &done))
			return GUARD_REFUSED;
		if (done)
			return GUARD_HEAD;
	}
	return GUARD_MORE;
}

struct slice guard_head(const struct guard *g)
{
	return buf_slice(&g->head);
}

static bool named(struct slice name, const char *lower)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.at[i];
		if (c >= 'A' && c <= 'Z')
			c = (char)(c | 0x20);
		if (c != lower[i])
			return false;
	}
	return lower[name.len] == '\0';
}

struct slice guard_name(const struct guard *g, unsigned i)
{
	must(i < g->field_count);
	return (struct slice){g->head.at + g->fields[i].name_at, g->fields[i].name_len};
}

struct slice guard_value(const struct guard *g, unsigned i)
{
	must(i < g->field_count);
	return (struct slice){g->head.at + g->fields[i].value_at, g->fields[i].value_len};
}

struct slice guard_field(const struct guard *g, const char *lower_name)
{
	for (unsigned i = 0; i < g->field_count; i++) {
		if (named(guard_name(g, i), lower_name))
			return guard_value(g, i);
	}
	return SLICE_NONE;
}
