/** Answers that browsers show: HTML with the fields that keep it what it is.
 *
 * No script but the widget's, nothing from elsewhere, in nobody's frame but those named, kept by
 * nobody, found by no search engine, and its address told to nobody.
 */
#pragma once

#include "channel/survey_html.h"
#include "http/exchange.h"

/** `frames`: origins that may show it, one behind the other with blanks; NULL: nobody, and the page
 * has no script. */
void answer_form(struct exchange *x, int status, const struct survey_html *page,
		 const char *frames);
void answer_message(struct exchange *x, int status, const struct survey_message *page,
		    const char *frames);

/** By the query's `lang`, else by Accept-Language, else `otherwise`. */
enum form_language web_language(struct exchange *x, enum form_language otherwise);
/** Sent by a page of ours, as far as the browser says: Sec-Fetch-Site, or else Origin, which is
 * the host that was asked or the configured `public_url`. What says neither is no browser's doing
 * of another site. */
bool sent_by_own_page(const struct exchange *x, const char *public_url);
/** Scores that the address carries, by column or by measure: "nps=9". True: at least one is on
 * its scale. */
bool web_scores(struct exchange *x, const struct form *form,
		struct slice chosen[FORM_QUESTIONS_MOST]);
