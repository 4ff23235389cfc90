/** Stored results: a page of them, and one with its revisions, notes and appeals. */
#pragma once

#include "api/caller.h"
#include "store/catalogue.h"

extern const struct handler result_get;

/** A page of a wave's results. The handler's `gone` is caller_gone(). */
void results_page(struct exchange *x, const struct known_wave *wave);

/** The answer to a request about one result: its whole view, read now, with this HTTP status.
 * x->state is set anew; the handler's `gone` is caller_gone(). */
void result_view_answer(struct exchange *x, const struct known_wave *wave, struct slice result_id,
			int status);
