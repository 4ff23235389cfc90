/** Finds the elements of a JSON array that streams by, without understanding them.
 *
 * Strings, escapes and brackets are counted, nothing is checked: whether an
 * element is JSON is for who reads it. As long as each is, the frame is certain;
 * behind one that is not, it is a guess.
 */
#pragma once

#include <stdbool.h>

#include "base/slice.h"

enum json_frame_state {
	FRAME_BEFORE,  /**< nothing but white space yet */
	FRAME_FIRST,   /**< behind '[': an element or ']' */
	FRAME_NEXT,    /**< behind ',': an element */
	FRAME_ELEMENT, /**< within one */
	FRAME_AFTER,   /**< behind an element: ',' or ']' */
	FRAME_DONE     /**< behind ']' */
};

struct json_frame {
	enum json_frame_state state;
	bool is_scalar; /**< the element is a number or a word: no sign of its own ends it */
	bool in_string, escaped;
	size_t depth; /**< brackets open within the element */
};

/** Takes what lies between elements from *in, up to the first byte of one
 * (state FRAME_ELEMENT) or the end of *in. NULL, or the code of a fault with
 * *in standing at the byte that has no place there. */
const char *json_frame_between(struct json_frame *f, struct slice *in);

/** True where the element ends behind `len` bytes of `fresh`; a `struct json_frame`
 * in state FRAME_ELEMENT (void, because the cutter calls it). */
bool json_frame_ends(void *frame, struct slice fresh, size_t *len);
