/** The parts a source's document is read in.
 *
 * Private to channel. Faults are noted in the reading, as in survey/programme_read.h.
 */
#pragma once

#include "channel/adapter.h"
#include "channel/setup.h"
#include "survey/programme_read.h"

/** A document being read. */
struct setup_making {
	struct reading reading;
	const struct programme *p; /**< NULL: there is none of that name */
	int wave;		   /**< -1: likewise */
	struct setup *setup;
};

/** "en", "nb" and so on, by language; NULL behind the last. */
extern const char *const setup_languages[];

/** What the wave asks; NULL: it is not known. */
const struct instrument *setup_instrument(const struct programme *p, int wave);
/** The words of a measure: "csat", "ces", "nps". */
const char *setup_measure_word(enum measure measure);

/** "form", or where it is not given the first question of each measure, and the comment. */
void setup_read_form(struct setup_making *m, const struct node *at);
/** "sounds" of a form that is played by Asterisk. */
void setup_read_sounds(struct setup_making *m, const struct node *at, struct form_question *made);
/** "questions". Needs the form. */
void setup_read_questions(struct setup_making *m, const struct node *at);
/** "company" and "companies". */
void setup_read_companies(struct setup_making *m, const struct node *root);
/** Where the provider is and where its answers come from: mailbox, base_url, account, page, origins
 */
void setup_read_places(struct setup_making *m, const struct node *root);

/** "secrets", beside the document; `first`: those the kind cannot do without must be there. */
void setup_read_secrets(struct setup_making *m, const struct node *at, bool first,
			struct setup_secrets *made);
/** Overwrites what the tree holds of them, which may be NULL. */
void setup_wipe_secrets(cJSON *secrets);

/** How many members an object has that may be read: 0 where it is absent or a fault. */
size_t setup_read_members(struct setup_making *m, const struct node *at, size_t most);
struct slice setup_take(struct setup_making *m, struct slice text); /**< copied for the setup */
