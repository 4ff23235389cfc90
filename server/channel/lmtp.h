/** The server's side of one LMTP conversation: bytes in, replies and events out, no I/O.
 *
 *	while ((step = lmtp_next(&l, &in)) != LMTP_MORE)
 *		...                             // see enum lmtp_step
 *
 * What a step asks for is answered by the function beside it, now or later; until then lmtp_next()
 * answers LMTP_WAITING and takes nothing.
 * Promise: the same bytes, cut anywhere, give the same replies and steps. A line ends in CR LF and
 * nothing else: a bare CR, a bare LF and a NUL end the conversation in a command and refuse the
 * message in its data, so that nobody sees another end of the data than its sender did.
 * Source: RFC 2033, over RFC 5321, 1870 (SIZE), 2034, 2920 (PIPELINING), 6152 (8BITMIME), 6531.
 * Limits: below; a line of a message longer than 998 bytes is taken.
 */
#pragma once

#include "base/buf.h"

enum {
	LMTP_MESSAGE_BYTES = 10 * 1024 * 1024,
	LMTP_DRAINED_BYTES = 10 * LMTP_MESSAGE_BYTES, /**< of a message too large, then 421 */
	LMTP_LINE_BYTES = 64 * 1024,		      /**< of a message */
	LMTP_COMMAND_BYTES = 2048,
	LMTP_PATH_BYTES = 320,
	LMTP_RECIPIENTS = 50,
	LMTP_FAULTS = 100, /**< refused commands, then 421 */
	LMTP_IDLE_MS = 5 * 60 * 1000
};

/* clang-format off */
#define LMTP_STATES(X)                                                         \
	X(FRESH,      "LHLO is awaited")                                       \
	X(READY,      "MAIL is awaited")                                       \
	X(ADDRESSING, "a sender is known, recipients come")                    \
	X(ASKING,     "a recipient is being looked up")                        \
	X(ADMITTING,  "DATA waits for room")                                   \
	X(RECEIVING,  "the message comes")                                     \
	X(STORING,    "the message is whole, its recipients are answered")     \
	X(ENDED,      "the last reply is written")
/* clang-format on */

enum lmtp_state {
#define X(name, words) LMTP_##name,
	LMTP_STATES(X)
#undef X
};

enum lmtp_step {
	LMTP_MORE,	/**< feed more */
	LMTP_REPLIES,	/**< many replies wait: send them, then call again */
	LMTP_RECIPIENT, /**< is lmtp_recipient_asked() ours? lmtp_recipient() */
	LMTP_ROOM,	/**< may a message come? lmtp_admit() */
	LMTP_MESSAGE,	/**< it is whole: lmtp_stored() for each recipient, in any order */
	LMTP_WAITING,	/**< for one of these answers */
	LMTP_END	/**< close, once the replies are out */
};

enum lmtp_verdict { LMTP_TAKEN, LMTP_UNKNOWN, LMTP_FOREIGN, LMTP_LATER };

/** Where in a line of the message the last byte was. */
enum lmtp_place { LMTP_AT_START, LMTP_AFTER_DOT, LMTP_AFTER_DOT_CR, LMTP_INSIDE, LMTP_AFTER_CR };

enum lmtp_fault { LMTP_IN_ORDER, LMTP_TOO_LARGE, LMTP_LONG_LINE, LMTP_BARE_BYTE };

struct lmtp {
	enum lmtp_state state;
	const char *domain; /**< ours */
	struct buf replies;
	struct buf line; /**< a command as far as it has come */
	unsigned faults;
	bool announced; /**< the step that `state` waits for was told */

	bool utf8;	       /**< SMTPUTF8 was said of this message */
	size_t declared_bytes; /**< SIZE; 0: not told */
	char sender[LMTP_PATH_BYTES + 1];
	char asked[LMTP_PATH_BYTES + 1];
	struct buf paths; /**< of accepted recipients, NUL behind each */
	size_t recipients[LMTP_RECIPIENTS];
	size_t recipients_len;
	signed char fates[LMTP_RECIPIENTS]; /**< -1: not yet, else a verdict */
	size_t fates_len;

	struct buf message;
	enum lmtp_place place;
	enum lmtp_fault fault;
	size_t line_bytes, drained_bytes;
};

/** The greeting is the first reply. `domain` is borrowed. */
void lmtp_init(struct lmtp *l, const char *domain);
void lmtp_fini(struct lmtp *l);

enum lmtp_step lmtp_next(struct lmtp *l, struct slice *in) NODISCARD;

/** Of LMTP_RECIPIENT; without the angle brackets. */
struct slice lmtp_recipient_asked(const struct lmtp *l);
void lmtp_recipient(struct lmtp *l, enum lmtp_verdict verdict);
/** Of LMTP_ROOM: up to `most` bytes; more are drained and refused. 0: 452, no message now. */
void lmtp_admit(struct lmtp *l, size_t most);
/** Of LMTP_MESSAGE. LMTP_TAKEN or LMTP_LATER. */
void lmtp_stored(struct lmtp *l, size_t recipient, enum lmtp_verdict verdict);

struct slice lmtp_sender(const struct lmtp *l);	 /**< empty: the null sender */
struct slice lmtp_message(const struct lmtp *l); /**< CR LF at each end of line, dots unstuffed */
size_t lmtp_recipients(const struct lmtp *l);
struct slice lmtp_recipient_path(const struct lmtp *l, size_t recipient);

/** 421 and the end, from wherever it is: the server stops, or nothing came for LMTP_IDLE_MS. */
void lmtp_break_off(struct lmtp *l, const char *words);
