/** What the widget's frame sends. */
#include <openssl/evp.h>

#include "api/access.h"
#include "api/caller.h"
#include "api/invited.h"
#include "api/json_body.h"
#include "api/problem_of.h"
#include "api/visitors.h"
#include "api/web_page.h"
#include "api/widget.h"
#include "base/clock.h"
#include "channel/digest_text.h"
#include "channel/page.h"
#include "http/problem.h"

enum { DIGEST_BYTES = 32, KEY_CHARS = 2 * DIGEST_BYTES, NONCE_BYTES = 100 };

/** An answer on its way into the inbox. */
struct sending {
	struct caller caller;
	struct api *api;
	int source_id;
};

static void stored(void *arg, enum inbox_fate fate, const struct trouble *why)
{
	struct sending s = *(struct sending *)arg;
	struct exchange *x = s.caller.x;
	memory_free(arg);
	if (why == NULL && fate != INBOX_JOURNALLED)
		sources_note(s.api->sources, s.source_id,
			     fate == INBOX_TAKEN ? SOURCE_TAKEN : SOURCE_REPEATED, NULL);
	if (x == NULL)
		return;
	x->state = NULL;
	if (why != NULL)
		answer_trouble(x, why);
	else
		exchange_answer(x, 202, "application/json", SLICE("{\"status\":\"taken\"}"));
}

/** The body's digest: the same answers of the same frame are one payload. */
static void print_key(struct slice body, char key[KEY_CHARS])
{
	unsigned char digest[DIGEST_BYTES];
	must(EVP_Digest(body.at, body.len, digest, NULL, EVP_sha256(), NULL) == 1);
	digest_print_hex(digest, sizeof(digest), key);
}

static void store(struct exchange *x, const struct known_source *source, struct slice body)
{
	struct sending *s = memory_new(sizeof(*s));
	char key[KEY_CHARS];
	*s = (struct sending){.caller.x = x, .api = api_of(x), .source_id = source->source_id};
	x->state = s;
	print_key(body, key);
	struct inbox_item item = {
		.source_id = source->source_id,
		.dedupe_key = {key, sizeof(key)},
		.payload = {.query = SLICE(""), .headers = SLICE(""), .body = body}};
	inbox_put(s->api->inbox, &item, stored, s);
}

static struct slice text_of(const struct record *body, const char *name)
{
	const struct field *field = json_body_find(body, name);
	return field != NULL ? field->value : SLICE_NONE;
}

static bool has_answer(const struct record *body)
{
	for (size_t i = 0; i < body->fields_len; i++)
		if (slice_is(body->fields[i].group, "answers") &&
		    slice_trim(body->fields[i].value).len > 0)
			return true;
	return false;
}

/** Why it is not taken; NULL: it is. */
static const char *refusal_of(const struct known_source *source, const struct record *body)
{
	struct slice nonce = text_of(body, PAGE_NONCE), token = text_of(body, "token");
	char read[INVITED_TOKEN_CHARS];
	if (!has_answer(body))
		return "answers: an object with at least one answer";
	if (nonce.len == 0 || nonce.len > NONCE_BYTES)
		return "nonce: 1 to 100 bytes that the frame makes up";
	if (token.len > 0)
		return invited_token_read(token, read) ? NULL : "token: an invitation's";
	if (!source->setup->open)
		return "token: this source takes answers of invitations alone";
	return invited_token_read(text_of(body, "contact"), read)
		       ? NULL
		       : "contact: what the frame was given when it was loaded";
}

/** False: it was answered. */
static bool may_post(struct exchange *x)
{
	struct api *api = api_of(x);
	struct slice address = visitor_address(x);
	if (!sent_by_own_page(x, api->public_url)) {
		exchange_problem(x, 403, "other_origin", "That page may not send answers",
				 SLICE("answers come from the widget's own frame"));
		return false;
	}
	if (visitors_tired(api->posters, address, clock_monotonic_ms())) {
		exchange_answer_add_header(x, "Retry-After", SLICE("60"));
		exchange_problem(x, 429, "too_many", "Too many answers from one address",
				 SLICE("try again in a minute"));
		return false;
	}
	visitors_note(api->posters, address, clock_monotonic_ms());
	return true;
}

static void whole_post(struct exchange *x, struct slice bytes)
{
	struct record body;
	if (!may_post(x) || !json_body_read(x, bytes, &body))
		return;
	const struct known_source *source = widget_source(x, text_of(&body, "source"));
	const char *refusal = source != NULL ? refusal_of(source, &body) : NULL;
	if (source == NULL) {
		exchange_problem(x, 404, "unknown_source", "There is no such source", SLICE_NONE);
	} else if (refusal != NULL) {
		sources_note(api_of(x)->sources, source->source_id, SOURCE_REFUSED, "bad_body");
		json_body_refuse(x, refusal);
	} else {
		store(x, source, bytes);
	}
}

static void begin_post(struct exchange *x)
{
	if (!slice_equal_ignoring_case(exchange_content_type(x), SLICE("application/json")))
		exchange_problem(x, 415, "unknown_format", "That is no JSON",
				 SLICE("send application/json"));
}

const struct handler widget_post = {.begin = begin_post, .whole = whole_post, .gone = caller_gone};
