/** GMime behind a door: what it takes apart is bounded before it sees it.
 *
 * GMime keeps an object for each header and part and walks parts and groups of addresses by
 * recursion, so bytes that would cost more than MIME_* are refused by a look at their lines.
 * Lifetime: objects end with the arena.
 */
#pragma once

#include <gmime/gmime.h>

#include "base/arena.h"

enum {
	MIME_HEADER_LINES = 20000,	 /**< of all headers */
	MIME_HEADER_BYTES = 1024 * 1024, /**< likewise */
	MIME_PARTS = 10000,		 /**< lines that may be boundaries */
	MIME_DEPTH = 200,		 /**< headers that tell of multiparts or messages */
	MIME_COLONS = 1000		 /**< of a field of addresses */
};

bool mime_is_bounded(struct slice message);
/** NULL: GMime makes nothing of it. */
GMimeObject *mime_parse(struct slice message, struct arena *arena);
/** The content of a part, decoded; at most `most` bytes. `at` NULL: the arena is too small. */
struct slice mime_content(GMimePart *part, size_t most, struct arena *arena);

/** What a walk over all parts comes by, outside in; parts of attached messages are not entered. */
struct mime_walk {
	struct {
		GMimeMultipart *multipart;
		int next;
	} open[MIME_DEPTH];
	size_t depth;
	GMimeObject *first;
};

void mime_walk_init(struct mime_walk *w, GMimeObject *root);
GMimeObject *mime_walk_next(struct mime_walk *w); /**< NULL: that was all; borrowed */
