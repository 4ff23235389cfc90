#include "http/parser.h"

#include <llhttp.h>

#include "base/must.h"

/* A library that was compiled lenient lets a bare CR end the head: CVE-2025-23167. */
#if defined(LLHTTP_STRICT_MODE) && LLHTTP_VERSION_MAJOR < 9
_Static_assert(LLHTTP_STRICT_MODE == 1, "llhttp must be compiled strict");
#endif

enum { OVERHEAD_BYTES = 16384, OVERHEAD_PART = 10 };

/* clang-format off */
#define PARSER_STAGES(X)                                             \
	X(HEAD,    "the guard reads the head")                       \
	X(BODY,    "llhttp reads the body")                          \
	X(TRAILER, "the guard reads the fields behind the last chunk") \
	X(DONE,    "the request is complete")                        \
	X(REFUSED, "nothing more is read")
/* clang-format on */

enum parser_stage {
#define X(name, words) STAGE_##name,
	PARSER_STAGES(X)
#undef X
};

struct http_parser {
	enum parser_stage stage;
	struct guard guard, trailer;
	struct framing framing;
	struct http_refusal refusal;
	llhttp_t llhttp;
	bool agreed, keeps_alive;
	bool at_trailer, complete; /* set by llhttp's callbacks */
	bool repeatable; /* the guard still holds the head before, of a request without body */
	struct slice part;
	uint64_t wire_bytes, body_bytes;
};

static int on_headers_complete(llhttp_t *llhttp)
{
	struct http_parser *p = llhttp->data;
	bool chunked = (llhttp->flags & F_CHUNKED) != 0;
	uint64_t length = chunked ? 0 : llhttp->content_length;
	const char *method = llhttp_method_name((llhttp_method_t)llhttp->method);
	p->agreed = strcmp(method, http_method_name(p->guard.method)) == 0 &&
		    llhttp->http_major == 1 && llhttp->http_minor == p->guard.minor &&
		    chunked == (p->framing.content_length < 0) &&
		    (chunked || length == (uint64_t)p->framing.content_length);
	p->keeps_alive = llhttp_should_keep_alive(llhttp) != 0;
	llhttp->upgrade = 0; /* Upgrade is ignored: what follows is HTTP/1.1 */
	return 0;
}

static int on_body(llhttp_t *llhttp, const char *at, size_t len)
{
	struct http_parser *p = llhttp->data;
	if (len == 0)
		return 0;
	p->part = (struct slice){at, len};
	p->body_bytes += len;
	return HPE_PAUSED;
}

static int on_chunk_header(llhttp_t *llhttp)
{
	struct http_parser *p = llhttp->data;
	if (llhttp->content_length > 0)
		return 0;
	p->at_trailer = true;
	return HPE_PAUSED;
}

static int on_message_complete(llhttp_t *llhttp)
{
	struct http_parser *p = llhttp->data;
	p->complete = true;
	return HPE_PAUSED;
}

static const llhttp_settings_t settings = {
	.on_headers_complete = on_headers_complete,
	.on_body = on_body,
	.on_chunk_header = on_chunk_header,
	.on_message_complete = on_message_complete,
};

struct http_parser *http_parser_new(const struct guard_limits *limits)
{
	struct http_parser *p = memory_new(sizeof(*p));
	guard_init(&p->guard, limits);
	guard_init(&p->trailer, limits);
	return p;
}

void http_parser_free(struct http_parser *p)
{
	if (p == NULL)
		return;
	guard_fini(&p->guard);
	guard_fini(&p->trailer);
	memory_free(p);
}

void http_parser_restart(struct http_parser *p)
{
	must(p->stage == STAGE_DONE);
	p->stage = STAGE_HEAD;
	p->repeatable = p->framing.content_length == 0;
	if (!p->repeatable)
		guard_reset(&p->guard);
	p->at_trailer = false;
	p->complete = false;
	p->agreed = false;
	p->wire_bytes = 0;
	p->body_bytes = 0;
}

static enum parsed refuse(struct http_parser *p, int status, const char *code, const char *words)
{
	p->stage = STAGE_REFUSED;
	p->refusal = (struct http_refusal){status, code, words};
	return PARSED_REFUSED;
}

static enum parsed refuse_as(struct http_parser *p, const struct guard *g)
{
	return refuse(p, g->refusal.status, g->refusal.code, g->refusal.words);
}

/** Lets llhttp read; *used bytes of it. False: it does not like them. */
static bool let_llhttp_read(struct http_parser *p, struct slice bytes, size_t *used)
{
	const char *at = bytes.at != NULL ? bytes.at : "";
	llhttp_resume(&p->llhttp);
	llhttp_errno_t error = llhttp_execute(&p->llhttp, at, bytes.len);
	*used = bytes.len;
	if (error == HPE_PAUSED)
		*used = (size_t)(llhttp_get_error_pos(&p->llhttp) - at);
	return error == HPE_OK || error == HPE_PAUSED;
}

static enum parsed refuse_for_llhttp(struct http_parser *p)
{
	const char *reason = llhttp_get_error_reason(&p->llhttp);
	return refuse(p, 400, "malformed_request",
		      reason != NULL && reason[0] != '\0' ? reason : "the request is malformed");
}

static enum parsed head_is_complete(struct http_parser *p)
{
	size_t used;
	struct slice head = guard_head(&p->guard);
	if (!framing_read(&p->guard, &p->framing))
		return refuse_as(p, &p->guard);
	llhttp_init(&p->llhttp, HTTP_REQUEST, &settings);
	p->llhttp.data = p;
	if (!let_llhttp_read(p, head, &used))
		return refuse_for_llhttp(p);
	if (!p->agreed || used != head.len || p->complete != (p->framing.content_length == 0))
		return refuse(p, 400, "malformed_request", "the head can be read in two ways");
	p->stage = STAGE_BODY;
	return PARSED_HEAD;
}

/** What it costs to carry the body may not outgrow the body. */
static bool overhead_is_bearable(const struct http_parser *p)
{
	uint64_t allowed = OVERHEAD_BYTES + p->body_bytes / OVERHEAD_PART;
	return p->wire_bytes - p->body_bytes <= allowed;
}

static enum parsed read_body(struct http_parser *p, struct slice *in, struct slice *part)
{
	size_t used;
	p->part = SLICE_NONE;
	if (p->complete) {
		p->stage = STAGE_DONE;
		return PARSED_END;
	}
	if (!let_llhttp_read(p, *in, &used))
		return refuse_for_llhttp(p);
	*in = slice_from(*in, used);
	p->wire_bytes += used;
	if (!overhead_is_bearable(p))
		return refuse(p, 400, "chunk_overhead",
			      "the chunks carry too little for their size");
	if (p->part.at != NULL) {
		*part = p->part;
		return PARSED_BODY;
	}
	if (p->at_trailer && !p->complete) {
		guard_reset_trailer(&p->trailer);
		p->stage = STAGE_TRAILER;
	}
	return PARSED_MORE;
}

/** Read as strictly as the head, then dropped: nothing behind the body is merged into it. */
static enum parsed read_trailer(struct http_parser *p, struct slice *in)
{
	size_t used, before = in->len;
	enum guarded guarded = guard_next(&p->trailer, in);
	if (guarded == GUARD_REFUSED)
		return refuse_as(p, &p->trailer);
	p->wire_bytes += before - in->len;
	if (!overhead_is_bearable(p))
		return refuse(p, 400, "chunk_overhead",
			      "the chunks carry too little for their size");
	if (guarded == GUARD_MORE)
		return PARSED_MORE;
	if (!let_llhttp_read(p, guard_head(&p->trailer), &used))
		return refuse_for_llhttp(p);
	if (!p->complete)
		return refuse(p, 400, "malformed_request", "the trailer can be read in two ways");
	p->stage = STAGE_DONE;
	return PARSED_END;
}

/** Clients of boards ask the same again and again: the same bytes were understood before, and
 * mean the same. */
static bool is_repeated(struct http_parser *p, struct slice *in)
{
	struct slice head = guard_head(&p->guard);
	if (in->len < head.len || memcmp(in->at, head.at, head.len) != 0)
		return false;
	*in = slice_from(*in, head.len);
	p->complete = true;
	p->stage = STAGE_BODY;
	return true;
}

static enum parsed read_head(struct http_parser *p, struct slice *in)
{
	if (p->repeatable && in->len > 0) {
		p->repeatable = false;
		if (is_repeated(p, in))
			return PARSED_HEAD;
		guard_reset(&p->guard);
	}
	switch (guard_next(&p->guard, in)) {
	case GUARD_MORE:
		return PARSED_MORE;
	case GUARD_REFUSED:
		return refuse_as(p, &p->guard);
	case GUARD_HEAD:
		break;
	}
	return head_is_complete(p);
}

enum parsed http_parser_next(struct http_parser *p, struct slice *in, struct slice *part)
{
	enum parsed parsed = PARSED_MORE;
	if (p->stage == STAGE_HEAD)
		return read_head(p, in);
	if (p->stage == STAGE_BODY)
		parsed = read_body(p, in, part);
	if (p->stage == STAGE_BODY && parsed == PARSED_MORE && p->complete)
		parsed = read_body(p, in, part);
	if (p->stage == STAGE_TRAILER)
		return read_trailer(p, in);
	if (p->stage == STAGE_REFUSED)
		return PARSED_REFUSED;
	return parsed;
}

const struct guard *http_parser_guard(const struct http_parser *p)
{
	return &p->guard;
}

const struct framing *http_parser_framing(const struct http_parser *p)
{
	return &p->framing;
}

const struct http_refusal *http_parser_refusal(const struct http_parser *p)
{
	return &p->refusal;
}

bool http_parser_keeps_alive(const struct http_parser *p)
{
	return p->keeps_alive;
}

bool http_parser_idle(const struct http_parser *p)
{
	return p->stage == STAGE_HEAD &&
	       (p->repeatable || (p->guard.head.len == 0 && p->guard.leading_lines == 0));
}

int64_t http_parser_left(const struct http_parser *p)
{
	if (p->stage == STAGE_DONE || p->complete)
		return 0;
	if (p->framing.content_length < 0)
		return -1;
	return p->framing.content_length - (int64_t)p->body_bytes;
}
