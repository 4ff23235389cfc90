/** Asterisk's gateway protocol as a machine: its lines in, what they say out; commands into a buf.
 *
 * Asterisk connects for each call, tells its variables, then answers one command at a time. Bytes
 * may be cut anywhere. What is not understood ends in BROKEN, of which nothing but closing comes.
 * Lifetime: what is said lives in the machine until the next call. Holds no other memory.
 * Errors: E_INPUT (not this protocol) · E_LIMIT. Limits: FASTAGI_LINES_MOST variables, and lines of
 *   one reply; FASTAGI_LINE_BYTES a line; a variable we keep longer than FASTAGI_VALUE_BYTES.
 * Source: Asterisk's res/res_agi.c; docs/channels.md; conversations recorded with Asterisk 22.
 */
#pragma once

#include "base/buf.h"
#include "base/status.h"

enum { FASTAGI_LINES_MOST = 100, FASTAGI_LINE_BYTES = 1024, FASTAGI_VALUE_BYTES = 100 };

/* clang-format off */
#define FASTAGI_STATES(X)                                       \
	X(VARIABLES, "the call is told of, to an empty line")   \
	X(IDLE,      "nothing is asked")                        \
	X(ASKED,     "a command is out, its reply is awaited")  \
	X(USAGE,     "a reply of several lines has begun")      \
	X(BROKEN,    "not this protocol; only closing is left")

/** The variables that are kept. */
#define FASTAGI_VARIABLES(X)            \
	X(UNIQUEID,  "agi_uniqueid")    \
	X(LANGUAGE,  "agi_language")    \
	X(DNID,      "agi_dnid")        \
	X(EXTENSION, "agi_extension")
/* clang-format on */

enum fastagi_state {
#define X(name, words) FASTAGI_##name,
	FASTAGI_STATES(X)
#undef X
		FASTAGI_STATE_COUNT
};

enum fastagi_variable {
#define X(name, key) FASTAGI_##name,
	FASTAGI_VARIABLES(X)
#undef X
		FASTAGI_VARIABLE_COUNT
};

enum fastagi_kind {
	FASTAGI_READY, /**< all variables are here: the first command may go out */
	FASTAGI_REPLY, /**< to the command that was out */
	FASTAGI_HANGUP /**< the caller is gone; the reply to a command that is out still comes */
};

struct fastagi_said {
	enum fastagi_kind kind;
	int code;	     /**< of a reply: 200, 510 unknown, 511 call is gone, 520 wrong usage */
	struct slice result; /**< of a 200: "9", "", "-1" */
	bool timed_out;	     /**< GET DATA waited to its end; result has what was pressed before */
};

struct fastagi {
	enum fastagi_state state;
	unsigned lines;
	size_t len;
	char line[FASTAGI_LINE_BYTES];
	char script[FASTAGI_LINE_BYTES]; /**< path and query of the address, without its first '/'
					  */
	char variables[FASTAGI_VARIABLE_COUNT][FASTAGI_VALUE_BYTES + 1];
};

void fastagi_init(struct fastagi *a);
/** Takes bytes from *in until something was said. False: *st is OK and *in is used up, or *st < 0
 * and the machine is BROKEN. */
bool fastagi_read(struct fastagi *a, struct slice *in, struct fastagi_said *said, enum status *st,
		  struct trouble *why);

/** Empty where it was not told, or told as "unknown". */
struct slice fastagi_variable(const struct fastagi *a, enum fastagi_variable which);
const char *fastagi_variable_name(enum fastagi_variable which);
/** "abc" and "inv=x" of "agi://host:4573/abc?inv=x". */
struct slice fastagi_path(const struct fastagi *a);
struct slice fastagi_query(const struct fastagi *a);

/** Commands, each for an IDLE machine; texts are quoted, control bytes become spaces. */
void fastagi_get_data(struct fastagi *a, struct buf *to, struct slice file, int timeout_ms,
		      int keys);
void fastagi_stream_file(struct fastagi *a, struct buf *to, struct slice file);
void fastagi_set_variable(struct fastagi *a, struct buf *to, struct slice name, struct slice value);
void fastagi_verbose(struct fastagi *a, struct buf *to, struct slice words);
