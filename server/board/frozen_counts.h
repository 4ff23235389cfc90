/** All that a revision's boards are a function of: programme file, counts, order of shoppers.
 *
 * Publishing, reading and verifying go through here, so they compute from the same.
 * Shoppers have stand-ins for codes ("00000017") that stand in the order of the codes at the
 * moment of publication: a revision holds no code, and erasing a person changes no figure of it.
 *
 * Promise: pure; any thread.
 */
#pragma once

#include "standings/severity_model.h"

/** As they are stored. */
struct frozen_parts {
	struct slice document;	 /**< the programme file */
	struct slice wave;	 /**< its code */
	struct slice packed;	 /**< the tally */
	const int32_t *shoppers; /**< numbers met in the wave, in the order of their codes */
	size_t shoppers_len;
	int64_t version;
	int revision;
};

struct frozen_counts {
	struct programme *programme;
	struct tally *tally;
	struct severity_model *severity;
	struct arena codes;
	uint64_t edition; /**< of the file */
	struct board_source source;
};

/** E_INTERNAL where a part cannot be read, E_LIMIT where the shoppers do not fit. The parts need
 * not outlive the call; whatever it answers, end it with frozen_counts_fini(). */
enum status frozen_counts_make(const struct frozen_parts *parts, struct frozen_counts *made,
			       struct trouble *why) NODISCARD;
void frozen_counts_fini(struct frozen_counts *c);

/** The first of the two steps alone: the programme, -1 for a wave that is not in it. */
enum status frozen_programme_read(struct slice document, struct slice wave,
				  struct programme **programme, int *index,
				  struct trouble *why) NODISCARD;
