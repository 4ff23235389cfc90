/** What Twilio, and who speaks its dialect, signs: the address as configured there, and what a form
 * says.
 *
 * Form fields follow the address sorted by name, name and value without a separator, values of one
 * name sorted and each once. Where the query has bodySHA256 the body is not a form: it is not
 * signed itself, and must have that digest. The sender is not of one mind about the port, so with
 * and without it are both right. Source: twilio-python, request_validator.py.
 * Limits: TWILIO_SIGNED_BYTES of memory; a form that needs more is not signed at all.
 */
#pragma once

#include "base/arena.h"
#include "channel/payload.h"

enum { TWILIO_WAYS = 2, TWILIO_SIGNED_BYTES = 512 * 1024 };

/** How many ways there are; 0: nothing that could be signed. */
size_t twilio_signed(struct slice url, const struct payload *payload, struct arena *arena,
		     struct slice ways[TWILIO_WAYS]);
