#include "api/web_page.h"

#define POLICY                                                                                     \
	"default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "              \
	"frame-ancestors "
#define SCRIPT_POLICY "script-src 'self'; connect-src 'self'; "

enum { POLICY_BYTES = 12 * 1024 };

static void answer_page(struct exchange *x, int status, struct slice html, const char *frames)
{
	struct buf policy;
	buf_init(&policy, POLICY_BYTES);
	if (frames != NULL)
		buf_add_text(&policy, SCRIPT_POLICY);
	buf_add_text(&policy, POLICY);
	buf_add_text(&policy, frames != NULL ? frames : "'none'");
	must(!buf_over(&policy));
	exchange_answer_add_header(x, "Content-Security-Policy", buf_slice(&policy));
	exchange_answer_add_header(x, "Referrer-Policy", SLICE("no-referrer"));
	exchange_answer_add_header(x, "X-Robots-Tag", SLICE("noindex, nofollow"));
	if (status == 429 || status == 503)
		exchange_answer_add_header(x, "Retry-After", SLICE("60"));
	exchange_answer(x, status, "text/html; charset=utf-8", html);
	buf_fini(&policy);
}

void answer_form(struct exchange *x, int status, const struct survey_html *page, const char *frames)
{
	struct buf html;
	buf_init(&html, SURVEY_HTML_BYTES);
	survey_html_form(&html, page);
	must(!buf_over(&html));
	answer_page(x, status, buf_slice(&html), frames);
	buf_fini(&html);
}

void answer_message(struct exchange *x, int status, const struct survey_message *page,
		    const char *frames)
{
	struct buf html;
	buf_init(&html, SURVEY_HTML_BYTES);
	survey_html_message(&html, page);
	must(!buf_over(&html));
	answer_page(x, status, buf_slice(&html), frames);
	buf_fini(&html);
}

enum form_language web_language(struct exchange *x, enum form_language otherwise)
{
	struct slice tag;
	enum form_language language;
	if (exchange_query(x, "lang", &tag) && form_language_from(tag, &language))
		return language;
	return form_language_accepted(exchange_header(x, "accept-language"), otherwise);
}

/** "https://cx.example.org:8443/a" is "cx.example.org:8443". */
static struct slice host_of(struct slice address)
{
	struct slice host = SLICE_NONE;
	if (slice_starts_with(address, SLICE("https://")))
		address = slice_from(address, 8);
	else if (slice_starts_with(address, SLICE("http://")))
		address = slice_from(address, 7);
	(void)slice_next_part(&address, '/', &host);
	return host;
}

bool sent_by_own_page(const struct exchange *x, const char *public_url)
{
	struct slice site = exchange_header(x, "sec-fetch-site");
	struct slice origin = exchange_header(x, "origin");
	if (site.at != NULL)
		return slice_is(site, "same-origin") || slice_is(site, "none");
	/* A form of a page that tells nobody its address says "null". */
	if (origin.at == NULL || slice_is(origin, "null"))
		return true;
	struct slice host = host_of(origin);
	return slice_equal_ignoring_case(host, exchange_header(x, "host")) ||
	       (public_url != NULL &&
		slice_equal_ignoring_case(host, host_of(slice_of(public_url))));
}

static bool score_of(struct exchange *x, const struct form_question *q, struct slice *score)
{
	static const char *const measures[MEASURE_OTHER] = {
		[MEASURE_CSAT] = "csat", [MEASURE_CES] = "ces", [MEASURE_NPS] = "nps"};
	const char *column = arena_copy(x->arena, q->column).at;
	if (column != NULL && exchange_query(x, column, score))
		return survey_takes(q, *score);
	return q->measure != MEASURE_OTHER && exchange_query(x, measures[q->measure], score) &&
	       survey_takes(q, *score);
}

bool web_scores(struct exchange *x, const struct form *form,
		struct slice chosen[FORM_QUESTIONS_MOST])
{
	bool any = false;
	for (size_t i = 0; i < form->len; i++) {
		struct slice score = SLICE_NONE;
		if (form->questions[i].is_comment || !score_of(x, &form->questions[i], &score))
			continue;
		chosen[i] = score;
		any = true;
	}
	return any;
}
