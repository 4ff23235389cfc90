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

static const char *scalar_end(const char *at, const char *end)
{
	while (at < end && !scalar_ends(*at))
		at++;
	return at < end ? at : NULL;
}

/** Within a string, to behind its closing quote or to `end`. */
static const char *skip_string(struct json_frame *f, const char *at, const char *end)
{
	while (at < end && f->in_string) {
		if (f->escaped) {
			f->escaped = false;
			at++;
			continue;
		}
		at = json_plain_end(at, end);
		if (at == end)
			break;
		f->escaped = *at == '\\';
		f->in_string = *at != '"';
		at++;
	}
	return at;
}

/** Outside strings, to behind the bracket that closes the element, a quote, or `end`. */
static const char *skip_brackets(struct json_frame *f, const char *at, const char *end)
{
	size_t depth = f->depth;
	while (at < end) {
		char c = *at++;
		if (c > '"' && c < '[') /* digits, commas, colons: nearly all there is */
			continue;
		if (c == '"') {
			f->in_string = true;
			break;
		}
		if (c == '{' || c == '[')
			depth++;
		else if ((c == '}' || c == ']') && --depth == 0)
			break;
	}
	f->depth = depth;
	return at;
}

/** Behind the last byte of an object, an array or a string; NULL where it is not there yet. */
static const char *closed_end(struct json_frame *f, const char *at, const char *end)
{
	while (at < end) {
		at = f->in_string ? skip_string(f, at, end) : skip_brackets(f, at, end);
		if (!f->in_string && f->depth == 0)
			return at;
	}
	return NULL;
}

bool json_frame_ends(void *frame, struct slice fresh, size_t *len)
{
	struct json_frame *f = frame;
	const char *end = fresh.at + fresh.len;
	must(f->state == FRAME_ELEMENT);
	const char *at = f->is_scalar ? scalar_end(fresh.at, end) : closed_end(f, fresh.at, end);
	if (at == NULL)
		return false;
	*len = (size_t)(at - fresh.at);
	f->state = FRAME_AFTER;
	return true;
}
