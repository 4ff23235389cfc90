/** The score counts of a company by channel, what score_standardised is computed from.
 *
 * Lifetime: copies in the arena; the tally may go.
 * Rule: a channel that may not be shown (roster.h) has no counts here either.
 */
#pragma once

#include "base/json_out.h"
#include "standings/answers.h"

struct channel_counts {
	struct roster_base base;
	struct answers answers; /**< empty where the channel is hidden */
};

/** One for every channel of the programme, in its order. */
enum status channel_counts_make(const struct roster *r, const struct roster_company *c,
				struct arena *arena, struct channel_counts **made) NODISCARD;

/** "channels": [{"channel", "n", "answered", "bins"}, ...]. */
void channel_counts_json(struct json_out *j, const struct programme *p,
			 const struct channel_counts *channels);
