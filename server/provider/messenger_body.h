/** A question to a customer as Messenger's Send API takes it.
 *
 * Pure. Source: Meta's pages of the customer feedback template and of quick replies, by way of
 *   docs/channels.md, which has the limits. They count characters, not bytes.
 */
#pragma once

#include "base/buf.h"
#include "base/status.h"
#include "channel/form.h"

enum {
	MESSENGER_QUESTION_LEAST = 5,
	MESSENGER_QUESTION_MOST = 85,
	MESSENGER_ID_MOST = 80,
	MESSENGER_REPLIES_MOST = 13,
	MESSENGER_DAYS_MOST = 7,
	MESSENGER_BODY_BYTES = 16 * 1024
};

enum messenger_form {
	MESSENGER_TEMPLATE,	/**< customer_feedback: csat 1-5, nps 0-10, ces 1-7 */
	MESSENGER_QUICK_REPLIES /**< a text and a button for each answer */
};

struct messenger_question {
	enum messenger_form form;
	struct slice to; /**< the page's own number of the customer */
	struct slice token;
	const struct form_question *question;
	enum form_language language;
	bool comment;		  /**< room for words behind the score; of a template */
	bool tagged;		  /**< up to 7 days after the customer's last message, not 24 h */
	int expires_days;	  /**< of a template: 1..MESSENGER_DAYS_MOST */
	struct slice privacy_url; /**< of a template */
};

/** E_INPUT with a code where Meta would refuse it: scale_not_messenger, question_length,
 * column_not_messenger, too_many_answers, tag_needs_template, comment_needs_template,
 * privacy_url_missing. */
enum status messenger_body(const struct messenger_question *q, struct buf *to,
			   struct trouble *why) NODISCARD;
