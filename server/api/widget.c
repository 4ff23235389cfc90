#include "api/widget.h"

#include "api/access.h"
#include "api/caller.h"
#include "api/invited.h"
#include "api/visitors.h"
#include "api/web_files.h"
#include "api/web_page.h"
#include "base/clock.h"
#include "channel/page.h"

enum { FRAMES_BYTES = 10 * 1024, PLACE_BYTES = SETUP_NAME_BYTES };

/** A frame that is loaded. */
struct loading {
	struct caller caller;
	const struct known_source *source; /* held */
	enum form_language language;
	struct slice token; /* as long as there is an exchange; empty: none */
	char contact[INVITED_TOKEN_CHARS];
};

const struct known_source *widget_source(struct exchange *x, struct slice address)
{
	const struct known_source *source = sources_find(api_of(x)->sources, address);
	return source != NULL && slice_is(slice_of(source->setup->adapter->kind), WIDGET_KIND)
		       ? source
		       : NULL;
}

/** Its origins with blanks between; "'none'" where there are none, and over the limit. */
static const char *frames_of(struct exchange *x, const struct setup *setup)
{
	struct buf frames;
	buf_init(&frames, FRAMES_BYTES);
	for (size_t i = 0; i < setup->origins_len; i++) {
		if (i > 0)
			buf_add_byte(&frames, ' ');
		buf_add(&frames, setup->origins[i]);
	}
	bool some = frames.len > 0 && !buf_over(&frames);
	struct slice kept = some ? arena_copy(x->arena, buf_slice(&frames)) : SLICE("'none'");
	buf_fini(&frames);
	return kept.at != NULL ? kept.at : "'none'";
}

/** Only to an origin that may show the frame does it tell its height. */
static struct slice parent_of(struct exchange *x, const struct setup *setup)
{
	struct slice origin;
	if (!exchange_query(x, "origin", &origin))
		return SLICE_NONE;
	for (size_t i = 0; i < setup->origins_len; i++)
		if (slice_equal(setup->origins[i], origin))
			return origin;
	return SLICE_NONE;
}

static struct survey_head head_of(struct exchange *x, enum form_language language)
{
	const char *style = web_file_address(WEB_STYLE, "../", x->arena);
	const char *script = web_file_address(WEB_FRAME, "../", x->arena);
	struct slice scheme = SLICE_NONE;
	(void)exchange_query(x, "scheme", &scheme);
	return (struct survey_head){.language = language,
				    .style = style != NULL ? style : "",
				    .light = slice_is(scheme, "light"),
				    .script = script != NULL ? script : ""};
}

static void answer_words(struct exchange *x, int status, enum form_language language,
			 const char *frames, bool later)
{
	struct survey_message page = {.head = head_of(x, language),
				      .heading = later ? FORM_WORD_SORRY : FORM_WORD_EXPIRED,
				      .more = later ? FORM_WORD_SORRY_MORE : FORM_WORD_EXPIRED_MORE,
				      .also = FORM_WORD_COUNT};
	answer_message(x, status, &page, frames);
}

static struct slice company_name(const struct loading *l, struct slice code)
{
	const struct programme *p = l->source->programme->programme;
	int company = code.at != NULL ? programme_find_company(p, code) : -1;
	if (company < 0)
		return SLICE_NONE;
	return form_name(p->companies[company].name, l->language, l->caller.x->arena);
}

static struct slice place_of(struct exchange *x)
{
	struct slice place = SLICE("");
	(void)exchange_query(x, "place", &place);
	return slice_cut(place, PLACE_BYTES);
}

static void answer_frame(const struct loading *l, struct slice company)
{
	struct exchange *x = l->caller.x;
	const struct setup *setup = l->source->setup;
	struct slice contact = {l->contact, sizeof(l->contact)};
	char nonce[INVITED_TOKEN_CHARS];
	invited_random(nonce);
	const struct survey_field hidden[] = {
		{SLICE("source"), l->source->address},
		l->token.len > 0 ? (struct survey_field){SLICE("token"), l->token}
				 : (struct survey_field){SLICE("contact"), contact},
		{SLICE("place"), place_of(x)},
		{SLICE(PAGE_NONCE), {nonce, sizeof(nonce)}}};
	struct survey_html page = {.head = head_of(x, l->language),
				   .form = &setup->form,
				   .action = "../v1/widget/responses",
				   .parent = parent_of(x, setup),
				   .hidden = hidden,
				   .hidden_len = COUNT_OF(hidden),
				   .notice = FORM_WORD_COUNT};
	page.head.company = company_name(l, company);
	(void)web_scores(x, &setup->form, page.chosen);
	answer_form(x, 200, &page, frames_of(x, setup));
}

static void found(void *arg, const struct invited *who)
{
	struct loading l = *(struct loading *)arg;
	struct exchange *x = l.caller.x;
	memory_free(arg);
	if (x == NULL) {
		source_release(&l.source);
		return;
	}
	x->state = NULL;
	bool own = who->organisation_id == l.source->organisation_id;
	const char *frames = frames_of(x, l.source->setup);
	if (who->fate == INVITED && own)
		answer_frame(&l, who->company);
	else if (who->fate == INVITED_PERHAPS)
		answer_words(x, 503, l.language, frames, true);
	else
		answer_words(x, who->fate == INVITED_ONCE && own ? 410 : 404, l.language, frames,
			     false);
	if (who->fate != INVITED_PERHAPS && !own)
		visitors_note(api_of(x)->guessers, visitor_address(x), clock_monotonic_ms());
	source_release(&l.source);
}

static void load_invited(struct exchange *x, const struct loading *l)
{
	struct api *api = api_of(x);
	char token[INVITED_TOKEN_CHARS];
	bool tired = visitors_tired(api->guessers, visitor_address(x), clock_monotonic_ms());
	if (tired || !invited_token_read(l->token, token)) {
		answer_words(x, tired ? 429 : 404, l->language, frames_of(x, l->source->setup),
			     tired);
		return;
	}
	struct loading *kept = memory_new(sizeof(*kept));
	*kept = *l;
	source_hold(kept->source);
	x->state = kept;
	invited_find(api, token, found, kept);
}

static void begin_get(struct exchange *x)
{
	struct slice address = SLICE_NONE;
	must(exchange_parameter(x, "source", &address));
	struct loading l = {.caller.x = x, .source = widget_source(x, address)};
	if (l.source == NULL) {
		answer_words(x, 404, web_language(x, FORM_EN), "'none'", false);
		return;
	}
	const struct setup *setup = l.source->setup;
	l.language = web_language(x, setup->form.language);
	(void)exchange_query(x, "token", &l.token);
	if (l.source->paused) {
		answer_words(x, 410, l.language, frames_of(x, setup), false);
	} else if (l.token.len > 0) {
		load_invited(x, &l);
	} else if (!setup->open) {
		answer_words(x, 404, l.language, frames_of(x, setup), false);
	} else {
		invited_random(l.contact);
		answer_frame(&l, setup_company(setup, place_of(x)));
	}
}

const struct handler widget_get = {.begin = begin_get, .gone = caller_gone};
