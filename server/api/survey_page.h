/** /s/{token}: the survey of an invitation as a page.
 *
 * GET shows it and stores nothing, for scanners of mail follow every link; POST puts the form into
 * the inbox and thanks only when it is there for good. The same form sent twice, by a double click
 * or by a browser that reloads, is one payload; a form with other answers is another.
 * Where the database is away a form is taken without asking who sent it: the inbox has a journal,
 * and who reads it knows.
 * Limits: PAGE_BODY_BYTES a form; GUESSES_A_MINUTE unknown tokens of an address; as many forms a
 * minute of a token, and of an address while no token can be looked up, as the widget takes of an
 * address (widget.h).
 */
#pragma once

#include "http/exchange.h"

enum { GUESSES_A_MINUTE = 60 };

extern const struct handler survey_get, survey_post;
