/** A source's document as a request carries it, read against the programme it names. */
#pragma once

#include "api/access.h"
#include "channel/setup.h"
#include "pg/value.h"

struct source_body {
	struct arena arena; /**< of what follows */
	struct setup_sent sent;
	const struct known_wave *wave;
};

/** The values of the secrets as the statements take them. */
struct source_secrets {
	struct slice names[4], secrets[4];
	int16_t numbers[4];
	size_t len;
};

/** False: its faults were answered, all at once. `first`: what a new source cannot do without must
 * be there. source_body_end() in any case. */
bool source_body_read(struct exchange *x, const struct known_key *key, struct slice bytes,
		      bool first, struct source_body *b);
void source_body_secrets(const struct source_body *b, struct source_secrets *made);
void source_body_end(struct source_body *b); /**< wipes the secrets */
