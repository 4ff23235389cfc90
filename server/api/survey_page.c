#include "api/survey_page.h"

#include <openssl/evp.h>

#include "api/access.h"
#include "api/caller.h"
#include "api/invited.h"
#include "api/visitors.h"
#include "api/web_files.h"
#include "api/web_page.h"
#include "base/clock.h"
#include "channel/digest_text.h"
#include "channel/page.h"
#include "http/problem.h"

enum { DIGEST_BYTES = 32, KEY_CHARS = 2 * DIGEST_BYTES, QUERY_BYTES = 64 };

/** A visitor of the page, while somebody is asked who he is or his form is stored. */
struct visit {
	struct caller caller;
	struct api *api;
	char token[INVITED_TOKEN_CHARS];
	enum form_language language;
	bool empty; /* he sent no answer */
	struct form_fields fields;
	struct slice body; /* as long as there is an exchange, as are the fields */
};

/* Pages */

static struct survey_head head_of(struct exchange *x, enum form_language language)
{
	const char *style = web_file_address(WEB_STYLE, "../", x->arena);
	return (struct survey_head){.language = language, .style = style != NULL ? style : ""};
}

static void answer_words(struct exchange *x, int status, enum form_language language,
			 enum form_word heading, enum form_word more)
{
	struct survey_message page = {.head = head_of(x, language),
				      .heading = heading,
				      .more = more,
				      .also = FORM_WORD_COUNT};
	answer_message(x, status, &page, NULL);
}

static void answer_sorry(struct exchange *x, int status, enum form_language language)
{
	answer_words(x, status, language, FORM_WORD_SORRY, FORM_WORD_SORRY_MORE);
}

/** Whether it never was or no longer is, the page is the same. */
static void answer_expired(struct exchange *x, int status, enum form_language language)
{
	answer_words(x, status, language, FORM_WORD_EXPIRED, FORM_WORD_EXPIRED_MORE);
}

static void answer_thanks(struct exchange *x, const struct visit *v)
{
	struct slice token = {v->token, INVITED_TOKEN_CHARS};
	struct survey_message page = {.head = head_of(x, v->language),
				      .heading = FORM_WORD_THANKS,
				      .more = FORM_WORD_RECEIVED,
				      .also = FORM_WORD_CLOSE_PAGE,
				      .link = arena_print(x->arena, "%.*s?lang=%s",
							  SLICE_ARGS(token),
							  form_language_tag(v->language)),
				      .link_word = FORM_WORD_CHANGE};
	answer_message(x, 200, &page, NULL);
}

/** What was typed is not lost: it stands in the page, behind a button. */
static void answer_again(struct exchange *x, int status, const struct visit *v)
{
	struct survey_field *again = arena_take_array(x->arena, v->fields.len, sizeof(*again));
	for (size_t i = 0; again != NULL && i < v->fields.len; i++)
		again[i] = (struct survey_field){v->fields.at[i].name, v->fields.at[i].value};
	struct survey_message page = {
		.head = head_of(x, v->language),
		.heading = FORM_WORD_SORRY,
		.more = FORM_WORD_SORRY_MORE,
		.also = FORM_WORD_COUNT,
		.link_word = FORM_WORD_SEND,
		.action = arena_print(x->arena, "%.*s", INVITED_TOKEN_CHARS, v->token),
		.again = again,
		.again_len = again != NULL ? v->fields.len : 0};
	answer_message(x, status, &page, NULL);
}

static struct slice company_name(const struct visit *v, const struct invited *who)
{
	const struct programme *p = who->wave->programme->programme;
	int company = who->company.at != NULL ? programme_find_company(p, who->company) : -1;
	if (company < 0)
		return SLICE_NONE;
	struct slice name = form_name(p->companies[company].name, v->language, v->caller.x->arena);
	return name.len > 0 ? name : p->companies[company].code;
}

static void answer_survey(const struct visit *v, const struct invited *who)
{
	struct exchange *x = v->caller.x;
	const struct programme *p = who->wave->programme->programme;
	const struct instrument *instrument =
		&p->instruments[p->waves[who->wave->index].instrument];
	char nonce[INVITED_TOKEN_CHARS];
	struct form form;
	struct trouble why;
	invited_random(nonce);
	const struct survey_field hidden[] = {
		{SLICE(PAGE_NONCE), {nonce, sizeof(nonce)}},
		{SLICE(PAGE_LANGUAGE), slice_of(form_language_tag(v->language))}};
	struct survey_html page = {
		.head = head_of(x, v->language),
		.form = &form,
		.action = arena_print(x->arena, "%.*s", INVITED_TOKEN_CHARS, v->token),
		.hidden = hidden,
		.hidden_len = COUNT_OF(hidden),
		.notice = v->empty	  ? FORM_WORD_EMPTY
			  : who->answered ? FORM_WORD_ANSWERED
					  : FORM_WORD_COUNT};
	if (form_usual(instrument, x->arena, &form, &why) < 0 || page.action == NULL) {
		answer_sorry(x, 503, v->language);
		return;
	}
	page.head.company = company_name(v, who);
	if (web_scores(x, &form, page.chosen) && page.notice == FORM_WORD_COUNT)
		page.notice = FORM_WORD_CHOSEN;
	answer_form(x, v->empty ? 422 : 200, &page, NULL);
}

/* Who may */

/** False: it was answered. */
static bool may_guess(struct exchange *x, enum form_language language)
{
	struct api *api = api_of(x);
	if (!visitors_tired(api->guessers, visitor_address(x), clock_monotonic_ms()))
		return true;
	answer_sorry(x, 429, language);
	return false;
}

static void answer_unknown(struct exchange *x, enum form_language language)
{
	visitors_note(api_of(x)->guessers, visitor_address(x), clock_monotonic_ms());
	answer_expired(x, 404, language);
}

/** NULL: it was answered. */
static struct visit *visit_new(struct exchange *x, enum form_language language)
{
	struct visit v = {.caller.x = x, .api = api_of(x), .language = language};
	struct slice token = SLICE_NONE;
	must(exchange_parameter(x, "token", &token));
	if (!may_guess(x, language))
		return NULL;
	if (!invited_token_read(token, v.token)) {
		answer_unknown(x, language);
		return NULL;
	}
	struct visit *kept = memory_new(sizeof(*kept));
	*kept = v;
	x->state = kept;
	return kept;
}

/* GET */

static void found_for_get(void *arg, const struct invited *who)
{
	struct visit v = *(struct visit *)arg;
	struct exchange *x = v.caller.x;
	memory_free(arg);
	if (x == NULL)
		return;
	x->state = NULL;
	switch (who->fate) {
	case INVITED:
		answer_survey(&v, who);
		return;
	case INVITED_BY_NOBODY:
		answer_unknown(x, v.language);
		return;
	case INVITED_ONCE:
		answer_expired(x, 410, v.language);
		return;
	case INVITED_PERHAPS:
		answer_sorry(x, 503, v.language);
		return;
	}
}

static void begin_get(struct exchange *x)
{
	struct visit *v = visit_new(x, web_language(x, FORM_EN));
	if (v != NULL)
		invited_find(v->api, v->token, found_for_get, v);
}

/* POST */

static void stored(void *arg, enum inbox_fate fate, const struct trouble *why)
{
	struct visit v = *(struct visit *)arg;
	struct exchange *x = v.caller.x;
	(void)fate; /* sent before, it is stored as well */
	memory_free(arg);
	if (x == NULL)
		return;
	x->state = NULL;
	if (why == NULL)
		answer_thanks(x, &v);
	else
		answer_again(x, 503, &v);
}

/** Of the token and the form: its nonce makes each page's form another. */
static void print_key(const struct visit *v, char key[KEY_CHARS])
{
	unsigned char digest[DIGEST_BYTES];
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	must(md != NULL && EVP_DigestInit_ex(md, EVP_sha256(), NULL) == 1 &&
	     EVP_DigestUpdate(md, v->token, sizeof(v->token)) == 1 &&
	     EVP_DigestUpdate(md, v->body.at, v->body.len) == 1 &&
	     EVP_DigestFinal_ex(md, digest, NULL) == 1);
	EVP_MD_CTX_free(md);
	digest_print_hex(digest, sizeof(digest), key);
}

static void store(struct visit *v)
{
	char key[KEY_CHARS];
	struct buf query;
	print_key(v, key);
	buf_init(&query, QUERY_BYTES);
	buf_add_text(&query, "inv=");
	buf_add(&query, (struct slice){v->token, sizeof(v->token)});
	struct inbox_item item = {.source_id = INBOX_OWN_PAGES,
				  .dedupe_key = {key, sizeof(key)},
				  .payload = {.query = buf_slice(&query),
					      .headers = SLICE(PAGE_HEADERS),
					      .body = v->body}};
	inbox_put(v->api->inbox, &item, stored, v);
	buf_fini(&query);
}

/** As often as he may; what he typed is his to send again. */
static void answer_tired(struct visit *v)
{
	struct visit last = *v;
	memory_free(v);
	last.caller.x->state = NULL;
	answer_again(last.caller.x, 429, &last);
}

/** Nobody can say now whether the token is one, and who makes tokens up shall not fill the journal:
 * an address may send as much as to the widget. */
static void store_unseen(struct visit *v)
{
	struct visitors *senders = v->api->posters;
	struct slice address = visitor_address(v->caller.x);
	uint64_t now_ms = clock_monotonic_ms();
	if (visitors_tired(senders, address, now_ms)) {
		answer_tired(v);
		return;
	}
	visitors_note(senders, address, now_ms);
	store(v);
}

static void found_for_post(void *arg, const struct invited *who)
{
	struct visit *v = arg;
	bool stays = v->caller.x != NULL && !v->empty;
	if (stays && who->fate == INVITED)
		store(v);
	else if (stays && who->fate == INVITED_PERHAPS)
		store_unseen(v);
	else
		found_for_get(v, who);
}

static bool has_answer(const struct form_fields *fields)
{
	for (size_t i = 0; i < fields->len; i++)
		if (page_is_answer(&fields->at[i]))
			return true;
	return false;
}

static bool is_form(const struct exchange *x)
{
	return slice_equal_ignoring_case(exchange_content_type(x),
					 SLICE("application/x-www-form-urlencoded"));
}

static void begin_post(struct exchange *x)
{
	if (!is_form(x))
		exchange_problem(x, 415, "unknown_format", "That is no form",
				 SLICE("send application/x-www-form-urlencoded"));
}

/** False: it was answered. A token is one contact's, who does not answer all the time. */
static bool may_send(struct visit *v)
{
	struct visitors *senders = v->api->posters;
	struct slice token = {v->token, INVITED_TOKEN_CHARS};
	uint64_t now_ms = clock_monotonic_ms();
	if (!visitors_tired(senders, token, now_ms)) {
		visitors_note(senders, token, now_ms);
		return true;
	}
	answer_tired(v);
	return false;
}

static void whole_post(struct exchange *x, struct slice body)
{
	struct form_fields fields;
	struct trouble why;
	enum form_language language = web_language(x, FORM_EN);
	if (!sent_by_own_page(x, api_of(x)->public_url)) {
		answer_sorry(x, 403, language);
		return;
	}
	if (form_fields_read(body, x->arena, &fields, &why) < 0) {
		answer_sorry(x, 400, language);
		return;
	}
	(void)form_language_from(form_fields_find(&fields, PAGE_LANGUAGE), &language);
	struct visit *v = visit_new(x, language);
	if (v == NULL)
		return;
	v->fields = fields;
	v->body = body;
	v->empty = !has_answer(&fields);
	if (!may_send(v))
		return;
	exchange_keep(x); /* who has sent it may leave before it is stored */
	invited_find(v->api, v->token, found_for_post, v);
}

const struct handler survey_get = {.begin = begin_get, .gone = caller_gone};
const struct handler survey_post = {.begin = begin_post, .whole = whole_post, .gone = caller_gone};
