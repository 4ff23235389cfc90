/** What the world answered, and the words for it.
 *
 * A status below zero says what the CALLER can do, not what broke inside;
 * struct trouble carries the words. Messages are lower case, facts, without a
 * full stop. api/problem.c alone turns a status into HTTP.
 */
#pragma once

#include "base/must.h"

#define STATUSES(X)                                                                                \
	X(OK, 0, "ok")                                                                             \
	X(E_INPUT, -1, "what was sent is not acceptable")                                          \
	X(E_LIMIT, -2, "a limit was reached")                                                      \
	X(E_BUSY, -3, "try again later")                                                           \
	X(E_GONE, -4, "it does not exist, or no longer")                                           \
	X(E_CONFLICT, -5, "it contradicts what is stored")                                         \
	X(E_INTERNAL, -6, "the fault is on our side")                                              \
	X(E_DENIED, -7, "the caller may not do this")                                              \
	X(E_UNKNOWN, -8, "the outcome is not known: look before trying again")

enum status {
#define X(name, number, words) name = number,
	STATUSES(X)
#undef X
};

enum { TROUBLE_WORDS = 240 };

struct trouble {
	enum status status;
	char code[48];		   /**< stable machine word, "" where none applies */
	char words[TROUBLE_WORDS]; /**< cut, never overrun */
};

/** Fills the words, hands back the status: `return trouble(why, E_INPUT, "...", ...)`.
 * `why` may be NULL. */
enum status trouble(struct trouble *why, enum status status, const char *format, ...)
	PRINTF_LIKE(3, 4);

/** The same with a stable code ("score_out_of_range") for the answer. */
enum status trouble_code(struct trouble *why, enum status status, const char *code,
			 const char *format, ...) PRINTF_LIKE(4, 5);

const char *status_name(enum status status);
