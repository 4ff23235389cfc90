/** What becomes of one stored result: pure, no database.
 *
 * Private to review/.
 */
#pragma once

#include "review/review.h"
#include "store/stored_result.h"

struct decision {
	size_t place; /**< of the wish */
	struct stored_result before, after;
	bool corrected; /**< other content than status and breaches */
	bool changed;
};

/** States review alone may lead a result out of, a bit each: all but disputed. */
unsigned decision_may_leave(void);

/** The wish, as far as the result's state is one of `from`. */
void decision_by_wish(struct decision *d, const struct review_wish *wish, unsigned from);

/** E_CONFLICT where the stored result does not allow it: precondition_failed, appeal_open,
 * appeal_not_open; E_INPUT: *reject has the faults of the content; E_LIMIT: `arena` is too small.
 */
enum status decision_by_single(struct decision *d, const struct review_single *single,
			       const struct programme *p, int wave, struct arena *arena,
			       struct reject *reject, struct trouble *why) NODISCARD;

/** The exact difference it makes to the counts; false: none. The new shopper's number is known. */
bool decision_count(const struct decision *d, unsigned counts, struct tally *to);
