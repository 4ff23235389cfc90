/** A source as a firm describes it: the document of POST /v1/sources, read and checked.
 *
 * Pure. Lifetime: everything lives in the arena given to setup_read(), but for codes of questions
 * that are the programme's.
 * Source: docs/channels.md has every key.
 * Limits: the numbers below; a document over one of them gets a fault, never a cut list.
 */
#pragma once

#include "base/arena.h"
#include "channel/form.h"
#include "channel/signature.h"
#include "survey/programme.h"

struct adapter;

enum {
	SETUP_BYTES_LIMIT = 256 * 1024,
	SETUP_QUESTIONS_MOST = 64,
	SETUP_PLACES_MOST = 1000,
	SETUP_ORIGINS_MOST = 32,
	SETUP_ORIGIN_BYTES = 270, /**< a name of 255, scheme and port; they go into one header */
	SETUP_NAME_BYTES = 200,	  /**< a provider's name of a question or a place */
	SETUP_URL_BYTES = 500,
	SETUP_SECRET_BYTES = 1000,
	SETUP_WORDS_BYTES = 500 /**< of a question, in one language */
};

/** The provider's name of a question, and the column of the result it answers. */
struct setup_question {
	struct slice heard, column; /**< column.at NULL: its answers are not taken */
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
	struct slice privacy_url;	      /**< shown to customers who are written to */
};

/** Every fault by JSON pointer; codes as of programme files. `p` is the programme it names and
 * `wave` the index of its wave (NULL and -1 where there is none, which is a fault): a question,
 * channel or company that is not there is a fault, and so is a provider's scale that is not the
 * question's. E_INPUT: *faults says what is wrong. E_LIMIT: `arena` is too small for the faults. */
enum status setup_read(struct slice document, const struct programme *p, int wave,
		       struct arena *arena, struct setup *setup,
		       struct programme_faults *faults) NODISCARD;
/** What is sent beside a document and never shown again. */
struct setup_secrets {
	struct slice signing[SIGNATURE_SECRETS];
	size_t signing_len;			 /**< 0: none is given */
	struct slice verify_token, access_token; /**< `at` NULL: not given */
};

struct setup_sent {
	struct slice document; /**< without its secrets: what is stored */
	struct setup setup;
	struct setup_secrets secrets;
};

/** Does a secret of this name mean something for the kind? NULL: for any. */
bool setup_secret_known(const struct adapter *adapter, struct slice name);
/** Can this be one? It is text, and what signs is as the provider gives it. */
bool setup_secret_fits(const struct adapter *adapter, struct slice name, struct slice secret);
/** A document with "secrets" in it, of a `first` request or of a later one, which may leave them
 * out. Faults of both are listed together; as setup_read(). */
enum status setup_read_sent(struct slice body, const struct programme *p, int wave, bool first,
			    struct arena *arena, struct setup_sent *sent,
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
