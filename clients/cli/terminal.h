/** What the terminal at the other end can do, and writing to it.
 *
 * Source: no-color.org, bixense.com/clicolors; NO_COLOR counts when not empty and
 * wins over everything but nothing else does over CLICOLOR_FORCE and FORCE_COLOR.
 */
#pragma once

#include "base/slice.h"
#include "cli/options.h"
#include "cli/view.h"

/** What decides about colour; the texts as in the environment, NULL where unset. */
struct colour_facts {
	bool is_terminal, refused; /**< refused: --no-color */
	const char *no_color, *clicolor_force, *force_color, *term;
};

bool colour_wanted(const struct colour_facts *facts);

/** The two letters before "_" or ".": "nb_NO.UTF-8" is "nb"; "C" and "POSIX" are "en".
 * `room` holds at least TERMINAL_LANGUAGE_BYTES. */
enum { TERMINAL_LANGUAGE_BYTES = 9 };
void terminal_language(const char *locale, char *room);

/** How to draw on stdout with these options; its language points into static storage. */
struct view terminal_view(const struct options *options);
size_t terminal_columns(int descriptor);

void terminal_write(struct slice text); /**< to stdout; a reader who left is no failure */
/** "plaudit: words" on stderr; control characters in the result are made harmless. */
void terminal_say(const char *format, ...) PRINTF_LIKE(1, 2);
