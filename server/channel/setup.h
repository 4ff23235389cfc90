/** A source as a firm describes it: the document of POST /v1/sources, read and checked.
 *
 * Pure. Lifetime: everything lives in the arena given to setup_read().
 * Source: docs/channels.md has every key.
 */
#pragma once

#include "base/arena.h"
#include "channel/form.h"
#include "survey/programme.h"

struct adapter;

/** The provider's name of a question, and the column of the result it answers. */
struct setup_question {
	struct slice heard, column;
};

/** What was contacted there (a page, an inbox, a number), and whose it is. */
struct setup_place {
	struct slice place, company;
};

struct setup {
	const struct adapter *adapter;
	struct slice code, programme, wave, channel;
	struct slice company; /**< where no place says another; empty: none */
	const struct setup_place *places;
	size_t places_len;
	const struct setup_question
		*questions; /**< beside csat, ces, nps and comment, which need none */
	size_t questions_len;
	struct form form;	     /**< what its own page, widget or call asks */
	const struct slice *origins; /**< of pages that may show the widget */
	size_t origins_len;
	bool open; /**< answers without an invitation are taken, as contacts of their own */
	struct slice mailbox;		      /**< local part beside the address; empty: none */
	struct slice base_url, account, page; /**< of the provider, where we ask or send */
};

/** Every fault by JSON pointer; codes as of programme files. `p` is the programme it names and
 * `wave` the index of its wave: a question, channel or company that is not there is a fault, and so
 * is a provider's scale that is not the question's. E_INPUT: *faults says what is wrong. */
enum status setup_read(struct slice document, const struct programme *p, int wave,
		       struct arena *arena, struct setup *setup,
		       struct programme_faults *faults) NODISCARD;
/** Only which programme and wave it is about, to look them up; false: setup_read() says why. */
bool setup_place_of(struct slice document, struct arena *arena, struct slice *programme,
		    struct slice *wave);
/** The column a heard question answers; `at` NULL: none of this source. csat, ces and nps are the
 * instrument's first question of that measure, where nothing else is set up. */
struct slice setup_column(const struct setup *setup, const struct programme *p, int wave,
			  struct slice heard);
/** The company of a place; `at` NULL: none. */
struct slice setup_company(const struct setup *setup, struct slice place);
