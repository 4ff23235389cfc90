#include "channel/form_data.h"

#include "base/buf.h"

#include "channel/mime.h"

enum { TYPE_MOST_BYTES = 1000, HEAD_BYTES = 32 };

static bool is_multipart(const struct payload *payload, struct slice *type)
{
	static const struct slice multipart = {"multipart/form-data", 19};
	*type = payload_header(payload, "content-type");
	return type->len >= multipart.len && type->len <= TYPE_MOST_BYTES &&
	       slice_equal_ignoring_case((struct slice){type->at, multipart.len}, multipart);
}

/** NULL: no parts, or over a limit. */
static GMimeMultipart *parse(const struct payload *payload, struct slice type, struct arena *arena)
{
	struct buf head;
	GMimeObject *root = NULL;
	buf_init(&head, TYPE_MOST_BYTES + HEAD_BYTES);
	buf_add_text(&head, "Content-Type: ");
	buf_add(&head, type);
	buf_add_text(&head, "\r\n\r\n");
	if (mime_is_bounded(buf_slice(&head), payload->body))
		root = mime_parse(buf_slice(&head), payload->body, arena);
	buf_fini(&head);
	if (root == NULL || !GMIME_IS_MULTIPART(root))
		return NULL;
	return g_mime_multipart_get_count((GMimeMultipart *)root) > 0 ? (GMimeMultipart *)root
								      : NULL;
}

static const char *name_of(GMimeObject *part)
{
	return GMIME_IS_PART(part) ? g_mime_object_get_content_disposition_parameter(part, "name")
				   : NULL;
}

static enum status read_parts(GMimeMultipart *form, size_t most, struct arena *arena,
			      struct form_fields *fields, struct trouble *why)
{
	int count = g_mime_multipart_get_count(form);
	if (count > FORM_FIELDS_MOST)
		return trouble_code(why, E_LIMIT, "too_many_fields", "more than %d fields",
				    FORM_FIELDS_MOST);
	struct form_field *at = arena_take_array(arena, (size_t)count + 1, sizeof(*at));
	*fields = (struct form_fields){.at = at};
	for (int i = 0; at != NULL && i < count; i++) {
		GMimeObject *part = g_mime_multipart_get_part(form, i);
		const char *name = name_of(part);
		if (name == NULL)
			continue;
		at[fields->len].name = slice_of(name);
		at[fields->len].value = mime_content((GMimePart *)part, most, arena);
		if (at[fields->len++].value.at == NULL)
			at = NULL;
	}
	return at != NULL ? OK : trouble(why, E_LIMIT, "the fields do not fit their memory");
}

enum status form_data_read(const struct payload *payload, struct arena *arena,
			   struct form_fields *fields, struct trouble *why)
{
	struct slice type;
	if (!is_multipart(payload, &type))
		return form_fields_read(payload->body, arena, fields, why);
	GMimeMultipart *form = parse(payload, type, arena);
	if (form == NULL)
		return trouble_code(why, E_INPUT, "bad_form", "not multipart/form-data");
	return read_parts(form, payload->body.len, arena, fields, why);
}

struct slice form_data_field(const struct payload *payload, const char *name, struct arena *arena)
{
	struct slice type;
	if (!is_multipart(payload, &type))
		return form_field_of(payload->body, name, arena);
	GMimeMultipart *form = parse(payload, type, arena);
	for (int i = 0; form != NULL && i < g_mime_multipart_get_count(form); i++) {
		GMimeObject *part = g_mime_multipart_get_part(form, i);
		if (slice_is(slice_of(name_of(part)), name))
			return mime_content((GMimePart *)part, payload->body.len, arena);
	}
	return SLICE_NONE;
}
