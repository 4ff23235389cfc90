/** Mail that a provider takes and posts: Postmark, Mailgun, SendGrid; and that of our own server.
 *
 * Source: Postmark's inbound webhook, Mailgun's routes, SendGrid's Inbound Parse; docs/channels.md.
 */
#include "base/clock.h"
#include "channel/adapters.h"
#include "channel/form_data.h"
#include "channel/heard_list.h"
#include "channel/html_visible.h"
#include "channel/json_tree.h"
#include "channel/mail.h"
#include "channel/mail_heard.h"

enum { HEADER_VALUE_BYTES = 2000, DEDUPE_ARENA_BYTES = 64 * 1024 };

/* Our own */

enum status mail_hear(const struct setup *setup, const struct payload *payload, struct arena *arena,
		      struct heard *heard, struct trouble *why)
{
	struct mail_said said = {.recipient = payload_header(payload, "plaudit-recipient"),
				 .received_at = payload->received_at};
	bool null_sender = payload_header(payload, "plaudit-sender").len == 0;
	return mail_heard_whole(setup, payload->body, null_sender, &said, arena, heard, why);
}

/* What providers have taken apart */

struct provided {
	const cJSON *headers; /* [{"Name","Value"}] or [["Name","Value"]] */
	struct slice lines;   /* or as they stood in the mail */
};

static struct slice pair_value(const cJSON *pair, const char *name)
{
	const cJSON *key = cJSON_IsArray(pair) ? cJSON_GetArrayItem(pair, 0)
					       : cJSON_GetObjectItemCaseSensitive(pair, "Name");
	const cJSON *value = cJSON_IsArray(pair) ? cJSON_GetArrayItem(pair, 1)
						 : cJSON_GetObjectItemCaseSensitive(pair, "Value");
	if (!slice_equal_ignoring_case(json_tree_string(key), slice_of(name)))
		return SLICE_NONE;
	return json_tree_string(value);
}

static struct slice header_of(void *arg, const char *name)
{
	struct provided *p = arg;
	const cJSON *pair;
	struct slice value = mail_header_line(p->lines, name);
	if (value.at != NULL)
		return value;
	cJSON_ArrayForEach(pair, p->headers)
	{
		value = pair_value(pair, name);
		if (value.at != NULL)
			return value;
	}
	return SLICE("");
}

/** A report that was taken apart still says so in its type. */
static void look_at_type(struct mail_signs *s)
{
	struct slice type = s->header(s->arg, "Content-Type");
	static const struct slice report = {"multipart/report", 16};
	s->is_report = type.len >= report.len &&
		       slice_equal_ignoring_case((struct slice){type.at, report.len}, report);
	s->has_feedback_report = s->is_report &&
				 memmem(type.at, type.len, "feedback-report", 15) != NULL;
	s->has_disposition = s->is_report &&
			     memmem(type.at, type.len, "disposition-notification", 24) != NULL;
}

static enum mail_class class_of(struct provided *p, struct slice from, struct slice subject,
				bool null_sender)
{
	struct mail_signs signs = {.null_sender = null_sender,
				   .from = from,
				   .subject = subject,
				   .header = header_of,
				   .arg = p};
	look_at_type(&signs);
	return mail_classify(&signs);
}

/** The first that says something; the last is HTML. `at` NULL: the arena is too small. */
static struct slice first_text(struct slice stripped, struct slice plain, struct slice html,
			       struct arena *arena)
{
	struct buf text;
	struct slice copy;
	if (slice_trim(stripped).len > 0)
		return stripped;
	if (slice_trim(plain).len > 0)
		return plain;
	buf_init(&text, MAIL_TEXT_BYTES);
	html_visible(html, &text);
	copy = arena_copy(arena, slice_cut(buf_slice(&text), MAIL_TEXT_BYTES));
	buf_fini(&text);
	return copy;
}

/** The mail itself, where the provider sends it, tells more than its parts. */
static enum status hear(const struct setup *setup, struct slice raw, bool null_sender,
			struct mail_said *said, struct arena *arena, struct heard *heard,
			struct trouble *why)
{
	if (raw.len > 0)
		return mail_heard_whole(setup, raw, null_sender, said, arena, heard, why);
	if (said->text.at == NULL)
		return trouble(why, E_LIMIT, "the mail does not fit its memory");
	return mail_heard(setup, said, arena, heard, why);
}

/* Postmark */

size_t postmark_dedupe(const struct payload *payload, char key[ADAPTER_DEDUPE_BYTES])
{
	return json_tree_dedupe(payload->body, "MessageID", key, ADAPTER_DEDUPE_BYTES);
}

enum status postmark_hear(const struct setup *setup, const struct payload *payload,
			  struct arena *arena, struct heard *heard, struct trouble *why)
{
	const char *fault;
	const cJSON *tree = json_tree_read(payload->body, arena, &fault);
	struct provided p = {.headers = json_tree_at(tree, "Headers")};
	if (tree == NULL) {
		*heard = heard_bad(fault);
		return OK;
	}
	struct slice raw = json_tree_string(json_tree_at(tree, "RawEmail"));
	struct mail_said said = {
		.recipient = json_tree_string(json_tree_at(tree, "OriginalRecipient")),
		.token = json_tree_string(json_tree_at(tree, "MailboxHash")),
		.written_at = mail_date(json_tree_string(json_tree_at(tree, "Date"))),
		.received_at = payload->received_at,
		.class = class_of(&p, json_tree_string(json_tree_at(tree, "From")),
				  json_tree_string(json_tree_at(tree, "Subject")), false),
		.text = first_text(json_tree_string(json_tree_at(tree, "StrippedTextReply")),
				   json_tree_string(json_tree_at(tree, "TextBody")),
				   json_tree_string(json_tree_at(tree, "HtmlBody")), arena)};
	return hear(setup, raw, false, &said, arena, heard, why);
}

/** What is no form is the provider's fault; what does not fit is ours. */
static enum status no_form(enum status st, const struct trouble *own, struct heard *heard,
			   struct trouble *why)
{
	*heard = heard_bad("bad_form");
	return st == E_INPUT || own->code[0] != '\0' ? OK : trouble(why, st, "%s", own->words);
}

/* Mailgun */

size_t mailgun_dedupe(const struct payload *payload, char key[ADAPTER_DEDUPE_BYTES])
{
	struct arena arena;
	arena_init(&arena, payload->body.len + DEDUPE_ARENA_BYTES);
	struct slice token = form_data_field(payload, "token", &arena);
	size_t len = payload_dedupe_text(token, key, ADAPTER_DEDUPE_BYTES);
	arena_fini(&arena);
	return len;
}

enum status mailgun_hear(const struct setup *setup, const struct payload *payload,
			 struct arena *arena, struct heard *heard, struct trouble *why)
{
	struct form_fields f;
	struct trouble own = {0};
	const char *fault;
	enum status st = form_data_read(payload, arena, &f, &own);
	if (st < 0)
		return no_form(st, &own, heard, why);
	struct provided p = {
		.headers = json_tree_read(form_fields_find(&f, "message-headers"), arena, &fault)};
	struct slice raw = form_fields_find(&f, "body-mime");
	struct slice sender = form_fields_find(&f, "sender");
	bool null_sender = sender.at != NULL && sender.len == 0;
	struct mail_said said = {.recipient = form_fields_find(&f, "recipient"),
				 .written_at = mail_date(header_of(&p, "Date")),
				 .received_at = payload->received_at,
				 .class = class_of(&p, form_fields_find(&f, "from"),
						   form_fields_find(&f, "subject"), null_sender),
				 .text = first_text(form_fields_find(&f, "stripped-text"),
						    form_fields_find(&f, "body-plain"),
						    form_fields_find(&f, "body-html"), arena)};
	return hear(setup, raw, null_sender, &said, arena, heard, why);
}

/* SendGrid */

size_t sendgrid_dedupe(const struct payload *payload, char key[ADAPTER_DEDUPE_BYTES])
{
	struct arena arena;
	arena_init(&arena, payload->body.len + DEDUPE_ARENA_BYTES);
	struct slice raw = form_data_field(payload, "email", &arena);
	if (raw.at == NULL)
		raw = form_data_field(payload, "headers", &arena);
	size_t len = payload_dedupe_text(mail_message_id(raw), key, ADAPTER_DEDUPE_BYTES);
	arena_fini(&arena);
	return len;
}

enum status sendgrid_hear(const struct setup *setup, const struct payload *payload,
			  struct arena *arena, struct heard *heard, struct trouble *why)
{
	struct form_fields f;
	struct trouble own = {0};
	const char *fault;
	enum status st = form_data_read(payload, arena, &f, &own);
	if (st < 0)
		return no_form(st, &own, heard, why);
	struct provided p = {.lines = form_fields_find(&f, "headers")};
	const cJSON *envelope = json_tree_read(form_fields_find(&f, "envelope"), arena, &fault);
	const cJSON *sender = json_tree_at(envelope, "from");
	bool null_sender = cJSON_IsString(sender) && json_tree_string(sender).len == 0;
	struct mail_said said = {
		.recipient = json_tree_string(cJSON_GetArrayItem(json_tree_at(envelope, "to"), 0)),
		.written_at = mail_date(mail_header_line(p.lines, "Date")),
		.received_at = payload->received_at,
		.class = class_of(&p, form_fields_find(&f, "from"), form_fields_find(&f, "subject"),
				  null_sender),
		.text = first_text(SLICE_NONE, form_fields_find(&f, "text"),
				   form_fields_find(&f, "html"), arena)};
	return hear(setup, form_fields_find(&f, "email"), null_sender, &said, arena, heard, why);
}
