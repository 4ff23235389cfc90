/** JSON written straight into a buf: commas and escapes are kept right, nothing else.
 *
 * Promise: given balanced calls the text is valid JSON in UTF-8; text that is
 * not UTF-8 gets U+FFFD for each bad byte. Undefined numbers (NAN) become null.
 */
#pragma once

#include "base/buf.h"

struct json_out {
	struct buf *to;
	bool first; /**< no comma before the next value */
};

struct json_out json_out_on(struct buf *to);
void json_open_object(struct json_out *j);
void json_close_object(struct json_out *j);
void json_open_array(struct json_out *j);
void json_close_array(struct json_out *j);
void json_key(struct json_out *j, const char *key); /**< followed by exactly one value */
void json_key_slice(struct json_out *j, struct slice key);
void json_text(struct json_out *j, struct slice text);
void json_int(struct json_out *j, int64_t number);
void json_double(struct json_out *j, double number);
void json_bool(struct json_out *j, bool yes);
void json_null(struct json_out *j);
void json_raw(struct json_out *j, struct slice json); /**< a finished value, written as it is */

void json_pair_text(struct json_out *j, const char *key, struct slice text);
void json_pair_int(struct json_out *j, const char *key, int64_t number);
void json_pair_double(struct json_out *j, const char *key, double number);
void json_pair_bool(struct json_out *j, const char *key, bool yes);
void json_pair_null(struct json_out *j, const char *key);
