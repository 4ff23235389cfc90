/** What a mail says that counts, whoever brought it.
 *
 * Only who answers counts: what a program sent, what has no token and what has no line that answers
 * is in order and says nothing. A comment comes with an answer, never alone: mail that nobody wrote
 * as an answer may look like one, and has no such line.
 */
#pragma once

#include "channel/adapter.h"
#include "channel/mail_class.h"

enum { MAIL_DATE_DAYS = 60 }; /**< a Date older than that is not believed */

struct mail_said {
	enum mail_class class;
	struct slice recipient; /**< "address+token@domain" */
	struct slice token;	/**< as sent; empty: the recipient's, if there is one */
	struct slice text;	/**< UTF-8 */
	int64_t written_at;	/**< CLOCK_NO_INSTANT: not told */
	int64_t received_at;
};

/** E_LIMIT: the arena is too small. */
enum status mail_heard(const struct setup *setup, struct mail_said *said, struct arena *arena,
		       struct heard *heard, struct trouble *why) NODISCARD;
/** A whole mail: class, text and date are its own. Without a token otherwise, one of the mails it
 * answers may be "<token@domain>". */
enum status mail_heard_whole(const struct setup *setup, struct slice raw, bool null_sender,
			     struct mail_said *said, struct arena *arena, struct heard *heard,
			     struct trouble *why) NODISCARD;
