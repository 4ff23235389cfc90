#include "channel/form_data.h"

enum { BOUNDARY_MOST_BYTES = 200, HEAD_LINES = 16 };

/** A body between its boundaries. */
struct parts {
	char text[BOUNDARY_MOST_BYTES + 3]; /* "\n--boundary" */
	size_t text_len, len;
	struct slice rest;
	bool closed; /* the last boundary was there */
};

struct part {
	struct slice name; /* `at` NULL: it is no field */
	struct slice content;
};

/* Heads */

/** Up to `end`, which is taken from *rest with it, and not inside quotes. */
static struct slice take_until(struct slice *rest, char end)
{
	bool quoted = false;
	size_t len = 0;
	for (; len < rest->len && (quoted || rest->at[len] != end); len++) {
		quoted ^= rest->at[len] == '"';
		len += quoted && rest->at[len] == '\\' && len + 1 < rest->len;
	}
	struct slice taken = {rest->at, len};
	*rest = slice_from(*rest, len + 1);
	return slice_trim(taken);
}

static struct slice unquoted(struct slice text)
{
	if (text.len < 2 || text.at[0] != '"' || text.at[text.len - 1] != '"')
		return text;
	return (struct slice){text.at + 1, text.len - 2};
}

/** `form-data; name="token"` has a name; `at` NULL: there is no such parameter. */
static struct slice parameter_of(struct slice value, const char *name)
{
	(void)take_until(&value, ';');
	while (value.len > 0) {
		struct slice parameter = take_until(&value, ';');
		struct slice key = take_until(&parameter, '=');
		if (slice_equal_ignoring_case(key, slice_of(name)))
			return unquoted(slice_trim(parameter));
	}
	return SLICE_NONE;
}

static struct slice take_line(struct slice *rest)
{
	struct slice line = SLICE_NONE;
	(void)slice_next_part(rest, '\n', &line);
	if (line.len > 0 && line.at[line.len - 1] == '\r')
		line.len--;
	return line;
}

/** The lines before the empty one; what is behind it is the content. */
static void read_part(struct slice bytes, struct part *part)
{
	struct slice line;
	*part = (struct part){.content = SLICE("")};
	for (int i = 0; i < HEAD_LINES && (line = take_line(&bytes)).len > 0; i++) {
		struct slice key = SLICE_NONE;
		(void)slice_next_part(&line, ':', &key);
		if (slice_equal_ignoring_case(slice_trim(key), SLICE("content-disposition")))
			part->name = parameter_of(slice_trim(line), "name");
	}
	if (bytes.at != NULL)
		part->content = bytes;
}

/* Parts */

/** The next line that begins with the boundary, whatever follows in it (RFC 2046, 5.1.1), with the
 * line end before it. NULL: none. */
static const char *find_boundary(const struct parts *p)
{
	return p->rest.len > 0 ? memmem(p->rest.at, p->rest.len, p->text, p->text_len) : NULL;
}

/** Behind it and its line. */
static void pass_boundary(struct parts *p, size_t skip)
{
	p->rest = slice_from(p->rest, skip);
	p->closed = slice_starts_with(p->rest, SLICE("--"));
	(void)take_line(&p->rest);
}

/** False: it is no multipart/form-data with a boundary in it. */
static bool parts_begin(struct parts *p, struct slice type, struct slice body)
{
	struct slice boundary = parameter_of(type, "boundary");
	if (boundary.len == 0 || boundary.len > BOUNDARY_MOST_BYTES)
		return false;
	*p = (struct parts){.text = "\n--", .text_len = 3 + boundary.len, .rest = body};
	memcpy(p->text + 3, boundary.at, boundary.len);
	if (slice_starts_with(body, (struct slice){p->text + 1, p->text_len - 1})) {
		pass_boundary(p, p->text_len - 1);
		return true;
	}
	const char *at = find_boundary(p);
	if (at != NULL)
		pass_boundary(p, (size_t)(at - body.at) + p->text_len);
	return at != NULL;
}

/** False: that was the last one, or what follows has no end, or there are too many. */
static bool parts_next(struct parts *p, struct part *part)
{
	const char *end = p->closed || p->len == FORM_FIELDS_MOST ? NULL : find_boundary(p);
	if (end == NULL)
		return false;
	size_t len = (size_t)(end - p->rest.at);
	bool crlf = len > 0 && p->rest.at[len - 1] == '\r';
	read_part((struct slice){p->rest.at, crlf ? len - 1 : len}, part);
	pass_boundary(p, len + p->text_len);
	p->len++;
	return true;
}

static bool is_multipart(const struct payload *payload, struct slice *type)
{
	static const struct slice multipart = {"multipart/form-data", 19};
	*type = payload_header(payload, "content-type");
	return type->len >= multipart.len &&
	       slice_equal_ignoring_case((struct slice){type->at, multipart.len}, multipart);
}

enum status form_data_read(const struct payload *payload, struct arena *arena,
			   struct form_fields *fields, struct trouble *why)
{
	struct slice type;
	struct parts parts;
	struct part part;
	if (!is_multipart(payload, &type))
		return form_fields_read(payload->body, arena, fields, why);
	if (!parts_begin(&parts, type, payload->body))
		return trouble_code(why, E_INPUT, "bad_form", "not multipart/form-data");
	struct form_field *at = arena_take_array(arena, FORM_FIELDS_MOST, sizeof(*at));
	if (at == NULL)
		return trouble(why, E_LIMIT, "the fields do not fit their memory");
	*fields = (struct form_fields){.at = at};
	while (parts_next(&parts, &part))
		if (part.name.at != NULL)
			at[fields->len++] = (struct form_field){part.name, part.content};
	if (parts.closed)
		return OK;
	return parts.len == FORM_FIELDS_MOST
		       ? trouble_code(why, E_LIMIT, "too_many_fields", "more than %d fields",
				      FORM_FIELDS_MOST)
		       : trouble_code(why, E_INPUT, "bad_form", "its last boundary is not there");
}

struct slice form_data_field(const struct payload *payload, const char *name, struct arena *arena)
{
	struct slice type;
	struct parts parts;
	struct part part;
	if (!is_multipart(payload, &type))
		return form_field_of(payload->body, name, arena);
	if (!parts_begin(&parts, type, payload->body))
		return SLICE_NONE;
	while (parts_next(&parts, &part))
		if (part.name.at != NULL && slice_is(part.name, name))
			return part.content;
	return SLICE_NONE;
}
