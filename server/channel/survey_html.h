/** A survey as a page: fields and buttons that work without any script.
 *
 * The same page stands in the widget's frame, where a script (clients/web/widget/frame.js) sends
 * the answers and says what the page's next one would have said.
 * Lifetime: everything is borrowed until the call returns.
 * Limits: SURVEY_HTML_BYTES a page, whatever it is made of; SURVEY_COMMENT_CHARS a comment.
 */
#pragma once

#include "base/buf.h"
#include "channel/form.h"

enum { SURVEY_HTML_BYTES = 256 * 1024, SURVEY_COMMENT_CHARS = 2000 };

struct survey_field {
	struct slice name, value;
};

/** What every page has. */
struct survey_head {
	enum form_language language;
	struct slice company; /**< its name; empty: not shown */
	const char *style;    /**< addresses of ours */
	bool light;	      /**< though the system be dark: the page around it is not */
	const char *script;   /**< NULL: none; else the page is the widget's */
};

struct survey_html {
	struct survey_head head;
	const struct form *form;
	const char *action;  /**< where the answers go */
	struct slice parent; /**< origin of the page that shows the widget; empty: none */
	const struct survey_field *hidden; /**< sent along */
	size_t hidden_len;
	struct slice
		chosen[FORM_QUESTIONS_MOST]; /**< by question; what does not fit is not shown */
	enum form_word notice;		     /**< above the questions; COUNT: none */
};

void survey_html_form(struct buf *to, const struct survey_html *page);

/** A page with a heading and a sentence: thanks, expired, sorry. */
struct survey_message {
	struct survey_head head;
	enum form_word heading, more, also; /**< the last may be COUNT: nothing */
	const char *link;		    /**< NULL: none */
	enum form_word link_word;	    /**< of the link, or of the button that sends `again` */
	const char *action;		    /**< NULL: nothing is to be sent again */
	const struct survey_field *again;
	size_t again_len;
};

void survey_html_message(struct buf *to, const struct survey_message *page);
/** The values that links in mails carry: a whole number of the question's scale. */
bool survey_takes(const struct form_question *question, struct slice value);
