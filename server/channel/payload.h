/** One thing a provider sent, as it came: nothing of it is believed yet.
 *
 * Lifetime: borrowed from whoever received or stored it.
 */
#pragma once

#include <stdint.h>

#include "base/slice.h"

struct payload {
	struct slice query;   /**< of the address it was sent to, as sent, without the '?' */
	struct slice headers; /**< lines "name: value\n", names in lower case */
	struct slice body;    /**< byte for byte */
	int64_t received_at;  /**< by the database's clock, as well as it was known */
};

/** The first header of that name; `at` is NULL where there is none. */
struct slice payload_header(const struct payload *p, const char *lower_name);
/** A header as the key of an event; 0: it is not there, too long, or no text. */
size_t payload_dedupe_header(const struct payload *p, const char *lower_name, char *key,
			     size_t room);
size_t payload_dedupe_text(struct slice text, char *key, size_t room); /**< the same of any text */
