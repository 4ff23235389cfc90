/** Results invented for the first wave of a programme: the same seed, the same results.
 *
 * Companies and shoppers differ in how good and how severe they are, so boards of the
 * results rank something. Nothing here is random in the statistical sense that a study needs.
 * Lifetime: a result borrows the inventor until the next one.
 */
#pragma once

#include "survey/result.h"

enum { INVENTOR_SHOPPERS = 60, INVENTOR_COMMENT_BYTES = 256 };

/** What result_id is made of. */
enum inventor_ids {
	IDS_RANDOM,    /**< hash-like, sixteen hexadecimal digits, every one once */
	IDS_SEQUENTIAL /**< S000000000000001 and so on */
};

struct inventor {
	const struct programme *programme;
	const struct instrument *instrument;
	enum inventor_ids ids;
	uint64_t state; /**< of the random numbers */
	uint64_t made;
	int *companies; /**< of the wave */
	size_t companies_len;
	int shopper; /**< number of the result's shopper */
	char id[24], shopper_code[8], comment[INVENTOR_COMMENT_BYTES];
	int16_t answers[PROGRAMME_ITEMS_LIMIT], cx[PROGRAMME_QUESTIONS_LIMIT];
	int32_t area_scores[PROGRAMME_AREAS_LIMIT];
};

/** `p` must outlive it. */
void inventor_init(struct inventor *in, const struct programme *p, enum inventor_ids ids,
		   uint64_t seed);
void inventor_fini(struct inventor *in);
/** A valid result of any company, its score not yet computed. */
void inventor_next(struct inventor *in, struct result *r);
/** A valid result of this company and channel. */
void inventor_next_of(struct inventor *in, int company, int channel, struct result *r);

/** A programme file of this path, or an end with words on stderr. */
struct programme *inventor_programme(const char *path);
