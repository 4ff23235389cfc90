/** The text of a CSV file: its encoding settled (charset.h) and, from its first
 * CSV_HEAD_BYTES in UTF-8, how it is laid out (detect.h).
 *
 * The first text is given when the head is full or the file has ended; `begun` and `reading`
 * are set by then. Text is valid until the next call.
 */
#pragma once

#include "decode/charset.h"

enum { CSV_HEAD_BYTES = 65536 };

struct csv_text {
	struct csv_options options;
	struct csv_reading reading;
	struct charset charset;
	struct buf head;
	struct slice later; /**< came with the last of the head */
	bool begun;
};

/** `t` must not move afterwards. */
void csv_text_init(struct csv_text *t, const struct csv_options *options);
void csv_text_fini(struct csv_text *t);
/** CHARSET_END also where a mark contradicts the declaration (t->charset.clashes). */
enum charset_step csv_text_next(struct csv_text *t, struct slice *text) NODISCARD;
size_t csv_text_held_bytes(const struct csv_text *t);
