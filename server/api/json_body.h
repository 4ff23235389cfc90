/** A request's body as one flat JSON object, read by what reads rows of results.
 *
 * Each call that answers false has answered the request: 422 bad_body, with what is wrong.
 * Lifetime: everything read lives as long as the exchange.
 */
#pragma once

#include "decode/record.h"
#include "http/exchange.h"

enum { JSON_BODY_BYTES = 64 * 1024 };

/** No body at all is an empty object. */
bool json_body_read(struct exchange *x, struct slice body, struct record *record);
/** Every field is one of `names`, which ends with NULL. */
bool json_body_has_only(struct exchange *x, const struct record *record, const char *const *names);
/** NULL where there is no such field, or null. */
const struct field *json_body_find(const struct record *record, const char *name);
/** A text of at most `most` bytes; `at` is NULL where it is not given. */
bool json_body_text(struct exchange *x, const struct record *record, const char *name, size_t most,
		    struct slice *text);
void json_body_refuse(struct exchange *x, const char *detail);
