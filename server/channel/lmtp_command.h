/** What a command line of LMTP says.
 *
 * Lifetime: slices are of the line. Source: RFC 5321 section 4.1.
 */
#pragma once

#include "base/slice.h"
#include "base/status.h"

enum lmtp_verb {
	LMTP_VERB_LHLO,
	LMTP_VERB_MAIL,
	LMTP_VERB_RCPT,
	LMTP_VERB_DATA,
	LMTP_VERB_RSET,
	LMTP_VERB_NOOP,
	LMTP_VERB_QUIT,
	LMTP_VERB_VRFY,
	LMTP_VERB_HELO, /**< and EHLO: of SMTP */
	LMTP_VERB_OTHER
};

struct lmtp_command {
	enum lmtp_verb verb;
	struct slice rest; /**< behind the verb, trimmed */
};

/** The argument of MAIL or RCPT. */
struct lmtp_path {
	struct slice address; /**< without brackets; empty: <> */
	size_t size;	      /**< SIZE= */
	bool utf8;	      /**< SMTPUTF8 */
};

struct lmtp_command lmtp_command_read(struct slice line);
/** NULL: in order; otherwise the reply that refuses it. `word` is "FROM" or "TO"; parameters are
 * MAIL's alone. */
const char *lmtp_path_read(struct slice rest, const char *word, bool parameters,
			   struct lmtp_path *path) NODISCARD;
