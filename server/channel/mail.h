/** A mail as it came, read: who answers, when, what they wrote, and whether anybody did.
 *
 * GMime takes it apart; what encoding a text is in is our own table's word (decode/encoding.h),
 * since GMime loses Korean characters beyond KS X 1001 without a sound.
 * Lifetime: of the arena, or of the mail.
 * Errors: E_INPUT mail_too_complex, over a limit of channel/mime.h; E_LIMIT, the arena is too
 * small. Limits: MAIL_TEXT_BYTES of text are read, and channel/mime.h's; MAIL_REFERENCES.
 */
#pragma once

#include "base/arena.h"
#include "channel/mail_class.h"

enum { MAIL_TEXT_BYTES = 1024 * 1024, MAIL_REFERENCES = 100, MAIL_ID_BYTES = 998 };

struct mail {
	enum mail_class class;
	struct slice message_id;	/**< without brackets; empty: none */
	const struct slice *references; /**< In-Reply-To first, then References, newest first */
	size_t references_len;
	int64_t written_at; /**< CLOCK_NO_INSTANT: no Date, or not one */
	struct slice text;  /**< UTF-8; of HTML without its tags */
};

/** `null_sender`: the envelope said so. May run on a pool thread. */
enum status mail_read(struct slice raw, bool null_sender, struct arena *arena, struct mail *mail,
		      struct trouble *why) NODISCARD;
/** Of header lines, folded ones included, up to the first empty one; `at` NULL: there is none. */
struct slice mail_header_line(struct slice lines, const char *name);
/** RFC 5322's; CLOCK_NO_INSTANT: it is none. */
int64_t mail_date(struct slice text);
/** By a plain look at the header lines; empty: none. Without brackets. */
struct slice mail_message_id(struct slice raw);
