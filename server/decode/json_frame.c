#include "decode/json_frame.h"

#include "base/must.h"
#include "decode/json_lex.h"

static bool may_begin_element(const struct json_frame *f)
{
	return f->state == FRAME_FIRST || f->state == FRAME_NEXT;
}

static const char *begin_element(struct json_frame *f, char c)
{
	if (c == ',' || c == ']' || c == '}' || c == ':')
		return "not_json";
	*f = (struct json_frame){.state = FRAME_ELEMENT,
				 .is_scalar = c != '{' && c != '[' && c != '"'};
	return NULL;
}

/** A byte that is not white space, between elements. */
static const char *between(struct json_frame *f, char c)
{
	bool may_close = f->state == FRAME_FIRST || f->state == FRAME_AFTER;
	if (f->state == FRAME_BEFORE && c == '[')
		f->state = FRAME_FIRST;
	else if (may_close && c == ']')
		f->state = FRAME_DONE;
	else if (f->state == FRAME_AFTER && c == ',')
		f->state = FRAME_NEXT;
	else if (may_begin_element(f))
		return begin_element(f, c);
	else if (f->state == FRAME_BEFORE)
		return "not_an_array";
	else
		return f->state == FRAME_AFTER ? "missing_comma" : "trailing_bytes";
	return NULL;
}

const char *json_frame_between(struct json_frame *f, struct slice *in)
{
	while (in->len > 0 && f->state != FRAME_ELEMENT) {
		char c = in->at[0];
		const char *code = json_is_space(c) ? NULL : between(f, c);
		if (code != NULL)
			return code;
		if (f->state != FRAME_ELEMENT)
			*in = slice_from(*in, 1);
	}
	return NULL;
}

static bool scalar_ends(char c)
{
	return json_is_space(c) || c == ',' || c == ']' || c == '}';
}

/** Does this byte of the element close it? */
static bool closes(struct json_frame *f, char c)
{
	if (f->in_string) {
		bool quotes = c == '"' && !f->escaped;
		f->escaped = c == '\\' && !f->escaped;
		f->in_string = !quotes;
		return quotes && f->depth == 0;
	}
	if (c == '"')
		f->in_string = true;
	else if (c == '{' || c == '[')
		f->depth++;
	else if (c == '}' || c == ']')
		return --f->depth == 0;
	return false;
}

/** Within a string and not behind a backslash most bytes mean nothing. */
static const char *skip_plain(const struct json_frame *f, const char *at, const char *end)
{
	return f->in_string && !f->escaped ? json_plain_end(at, end) : at;
}

bool json_frame_ends(void *frame, struct slice fresh, size_t *len)
{
	struct json_frame *f = frame;
	const char *at = fresh.at;
	const char *end = fresh.at + fresh.len;
	must(f->state == FRAME_ELEMENT);
	for (; at < end; at++) {
		bool over = f->is_scalar && scalar_ends(*at);
		if (!f->is_scalar) {
			at = skip_plain(f, at, end);
			if (at == end)
				break;
			over = closes(f, *at);
		}
		if (over) {
			*len = (size_t)(at - fresh.at) + !f->is_scalar;
			f->state = FRAME_AFTER;
			return true;
		}
	}
	return false;
}
