#include "channel/mail.h"

#include "base/clock.h"
#include "channel/html_visible.h"
#include "channel/mail_text.h"
#include "channel/mime.h"

#define EPOCH_2000_S INT64_C(946684800)

enum { DATE_BYTES = 200 };

struct reader {
	GMimeObject *root;
	struct arena *arena;
	struct mail *mail;
	struct mail_signs signs;
	GMimePart *plain, *html; /* the first of each that is not attached */
	bool over;
};

static struct slice copy_of(struct reader *r, const char *text)
{
	struct slice copy = arena_copy(r->arena, slice_of(text != NULL ? text : ""));
	r->over |= copy.at == NULL;
	return copy;
}

static struct slice header_of(void *arg, const char *name)
{
	struct reader *r = arg;
	return slice_of(g_mime_object_get_header(r->root, name));
}

/* Parts */

static bool is_type(GMimeObject *object, const char *type, const char *subtype)
{
	GMimeContentType *content = g_mime_object_get_content_type(object);
	return content != NULL && g_mime_content_type_is_type(content, type, subtype);
}

static void look_at_part(struct reader *r, GMimeObject *part)
{
	struct mail_signs *s = &r->signs;
	s->has_delivery_status |= is_type(part, "message", "delivery-status") ||
				  is_type(part, "message", "global-delivery-status");
	s->has_feedback_report |= is_type(part, "message", "feedback-report");
	s->has_disposition |= is_type(part, "message", "disposition-notification");
	if (!GMIME_IS_PART(part) || g_mime_part_is_attachment((GMimePart *)part))
		return;
	if (r->plain == NULL && is_type(part, "text", "plain"))
		r->plain = (GMimePart *)part;
	if (r->html == NULL && is_type(part, "text", "html"))
		r->html = (GMimePart *)part;
}

static void look_at_parts(struct reader *r, GMimeObject *body)
{
	struct mime_walk walk;
	GMimeObject *part;
	mime_walk_init(&walk, body);
	while ((part = mime_walk_next(&walk)) != NULL)
		look_at_part(r, part);
	r->signs.is_report = is_type(body, "multipart", "report");
	if (r->signs.is_report)
		r->signs.report_type = copy_of(
			r, g_mime_object_get_content_type_parameter(body, "report-type"));
}

/* Text */

static struct slice text_of(struct reader *r, GMimePart *part)
{
	const char *label = g_mime_object_get_content_type_parameter((GMimeObject *)part,
								     "charset");
	struct slice bytes = mime_content(part, MAIL_TEXT_BYTES, r->arena);
	struct slice text = SLICE_NONE;
	if (bytes.at != NULL)
		text = mail_text_utf8(bytes, slice_of(label), r->arena);
	r->over |= text.at == NULL;
	return text;
}

static struct slice without_tags(struct reader *r, struct slice html)
{
	struct buf text;
	struct slice copy;
	buf_init(&text, MAIL_TEXT_BYTES);
	html_visible(html, &text);
	copy = arena_copy(r->arena, slice_cut(buf_slice(&text), MAIL_TEXT_BYTES));
	r->over |= copy.at == NULL;
	buf_fini(&text);
	return copy;
}

static bool is_blank(struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if (strchr(" \t\r\n", text.at[i]) == NULL || text.at[i] == '\0')
			return false;
	return true;
}

static void choose_text(struct reader *r)
{
	r->mail->text = SLICE("");
	if (r->plain != NULL)
		r->mail->text = text_of(r, r->plain);
	if (is_blank(r->mail->text) && r->html != NULL && !r->over)
		r->mail->text = without_tags(r, text_of(r, r->html));
}

/* Header */

/** What stands in <> from *rest on, which is taken. */
static bool next_id(struct slice *rest, struct slice *id)
{
	const char *begin = rest->len > 0 ? memchr(rest->at, '<', rest->len) : NULL;
	if (begin == NULL)
		return false;
	*rest = slice_from(*rest, (size_t)(begin - rest->at) + 1);
	const char *end = rest->len > 0 ? memchr(rest->at, '>', rest->len) : NULL;
	if (end == NULL)
		return false;
	*id = (struct slice){rest->at, (size_t)(end - rest->at)};
	*rest = slice_from(*rest, id->len + 1);
	return true;
}

static void add_references(struct slice header, struct slice *to, size_t *len)
{
	struct slice id;
	while (*len < MAIL_REFERENCES && next_id(&header, &id))
		if (id.len > 0 && id.len <= MAIL_ID_BYTES)
			to[(*len)++] = id;
}

static void read_references(struct reader *r)
{
	struct slice replied = copy_of(r, g_mime_object_get_header(r->root, "In-Reply-To"));
	struct slice thread = copy_of(r, g_mime_object_get_header(r->root, "References"));
	struct slice *list = arena_take_array(r->arena, MAIL_REFERENCES, sizeof(*list));
	size_t len = 0, first;
	r->over |= list == NULL;
	if (r->over)
		return;
	add_references(replied, list, &len);
	first = len;
	add_references(thread, list, &len);
	for (size_t i = first, j = len; i + 1 < j; i++, j--) { /* the newest is the last */
		struct slice other = list[i];
		list[i] = list[j - 1];
		list[j - 1] = other;
	}
	r->mail->references = list;
	r->mail->references_len = len;
}

static int64_t instant_of(GDateTime *date)
{
	return (g_date_time_to_unix(date) - EPOCH_2000_S) * 1000000;
}

int64_t mail_date(struct slice text)
{
	char copy[DATE_BYTES];
	GDateTime *date;
	int64_t instant;
	if (text.len == 0 || text.len >= sizeof(copy))
		return CLOCK_NO_INSTANT;
	memcpy(copy, text.at, text.len);
	copy[text.len] = '\0';
	date = g_mime_utils_header_decode_date(copy);
	if (date == NULL)
		return CLOCK_NO_INSTANT;
	instant = instant_of(date);
	g_date_time_unref(date);
	return instant;
}

/** What an mbox file has before a mail. */
static struct slice without_envelope_line(struct slice raw)
{
	struct slice line;
	if (slice_starts_with(raw, SLICE("From ")))
		(void)slice_next_part(&raw, '\n', &line);
	return raw.at != NULL ? raw : SLICE("");
}

enum status mail_read(struct slice raw, bool null_sender, struct arena *arena, struct mail *mail,
		      struct trouble *why)
{
	struct reader r = {.arena = arena, .mail = mail};
	*mail = (struct mail){.class = MAIL_ANSWER, .text = SLICE("")};
	raw = without_envelope_line(raw);
	if (!mime_is_bounded(raw))
		return trouble_code(why, E_INPUT, "mail_too_complex", "too many parts or headers");
	r.root = mime_parse(raw, arena);
	if (r.root == NULL)
		return trouble_code(why, E_INPUT, "not_a_mail", "no mail");
	GMimeMessage *message = (GMimeMessage *)r.root;
	GMimeObject *body = g_mime_message_get_mime_part(message);
	if (body != NULL)
		look_at_parts(&r, body);
	choose_text(&r);
	read_references(&r);
	GDateTime *date = g_mime_message_get_date(message);
	mail->written_at = date != NULL ? instant_of(date) : CLOCK_NO_INSTANT;
	mail->message_id = mail_message_id(raw);
	r.signs.null_sender = null_sender;
	r.signs.from = copy_of(&r, g_mime_object_get_header(r.root, "From"));
	r.signs.subject = copy_of(&r, g_mime_message_get_subject(message));
	r.signs.header = header_of;
	r.signs.arg = &r;
	mail->class = mail_classify(&r.signs);
	return r.over ? trouble(why, E_LIMIT, "the mail does not fit its memory") : OK;
}

struct slice mail_header_line(struct slice raw, const char *name)
{
	struct slice line, word;
	raw = without_envelope_line(raw);
	while (slice_next_part(&raw, '\n', &line)) {
		struct slice rest = line;
		if (line.len == 0 || slice_is(line, "\r"))
			break;
		if (!slice_next_part(&rest, ':', &word) || rest.at == NULL ||
		    !slice_equal_ignoring_case(slice_trim(word), slice_of(name)))
			continue;
		size_t len = rest.len;
		while (raw.len > 0 && (*raw.at == ' ' || *raw.at == '\t')) {
			(void)slice_next_part(&raw, '\n', &line);
			len = (size_t)(line.at + line.len - rest.at);
		}
		return slice_trim((struct slice){rest.at, len});
	}
	return SLICE_NONE;
}

struct slice mail_message_id(struct slice raw)
{
	struct slice rest = mail_header_line(raw, "Message-ID"), id;
	if (next_id(&rest, &id) && id.len <= MAIL_ID_BYTES)
		return id;
	return SLICE("");
}
