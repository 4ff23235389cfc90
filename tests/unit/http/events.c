#include "events.h"

#include "http/parser.h"

static bool note(struct http_parser *p, enum parsed parsed, struct slice part, struct buf *to,
		 uint64_t *body)
{
	const struct framing *f = http_parser_framing(p);
	switch (parsed) {
	case PARSED_MORE:
		return false;
	case PARSED_HEAD:
		*body = 0;
		buf_print(to, "H %s %.*s %lld;", http_method_name(http_parser_guard(p)->method),
			  SLICE_ARGS(f->path), (long long)f->content_length);
		return true;
	case PARSED_BODY:
		*body += part.len;
		return true;
	case PARSED_END:
		buf_print(to, "B %llu;E;", (unsigned long long)*body);
		if (!http_parser_keeps_alive(p))
			return false;
		http_parser_restart(p);
		return true;
	case PARSED_REFUSED:
		buf_print(to, "R %d %s;", http_parser_refusal(p)->status,
			  http_parser_refusal(p)->code);
		return false;
	}
	return false;
}

void events_of(struct slice bytes, size_t piece, struct buf *events)
{
	struct guard_limits limits = {
		.head_bytes = 16384, .target_bytes = 4096, .fields = GUARD_FIELDS};
	struct http_parser *p = http_parser_new(&limits);
	enum parsed parsed = PARSED_MORE;
	uint64_t body = 0;
	do {
		struct slice part = SLICE_NONE, in = bytes;
		if (piece > 0 && in.len > piece)
			in.len = piece;
		bytes = slice_from(bytes, in.len);
		do
			parsed = http_parser_next(p, &in, &part);
		while (note(p, parsed, part, events, &body));
	} while (bytes.len > 0 && parsed == PARSED_MORE);
	http_parser_free(p);
}
