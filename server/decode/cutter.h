/** Cuts the parts of a stream into records without understanding them.
 *
 * A record that lies whole within one part is handed out where it lies; only
 * one that straddles parts is copied.
 * Lifetime: a record is valid until the next call, and no longer than the part.
 * Limits: limit_bytes of one record; never more than that is held.
 */
#pragma once

#include "base/buf.h"
#include "base/slice.h"

struct cutter {
	struct slice part; /**< fed and not yet looked at */
	struct buf held;   /**< looked at: the start of a record whose end has not come */
	bool finished;	   /**< no more parts will come */
	bool given;	   /**< held was handed out and goes with the next call */
	struct slice last; /**< the record handed out last */
};

enum cut {
	CUT_RECORD,
	CUT_MORE,    /**< the part is used up */
	CUT_END,     /**< finished, and nothing is left */
	CUT_TOO_LONG /**< *record is its start, as much as the limit lets in */
};

void cutter_init(struct cutter *c, size_t limit_bytes);
void cutter_fini(struct cutter *c);

/** `ends(of, fresh, &len)` looks at bytes it has not seen before and says whether
 * the record ends among them, behind `len` bytes. A newline that ends a record is
 * not part of it. What is left when the stream has finished is a record too. */
enum cut cutter_next(struct cutter *c, bool (*ends)(void *of, struct slice fresh, size_t *len),
		     void *of, struct slice *record) NODISCARD;
