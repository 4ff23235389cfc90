/** Whether shoppers who scored the same contacts agree.
 *
 * Source: Krippendorff's alpha (Content Analysis, 2004); two-way ICC McGraw & Wong,
 *   Psychological Methods 1 (1996), with their intervals.
 * Units: scores in grid units in tables by row: contacts down, shoppers across.
 * Errors: none. Undefined is NAN.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "stats/interval.h"

#define AGREEMENT_NOT_SCORED INT32_MIN

enum agreement_metric { AGREEMENT_NOMINAL, AGREEMENT_ORDINAL, AGREEMENT_INTERVAL };

struct krippendorff {
	double alpha; /**< 1 by convention where one single value was given; NAN without pairs */
	int64_t pairable;
};

/** Gaps are AGREEMENT_NOT_SCORED; contacts scored once do not count. */
struct krippendorff agreement_krippendorff(const int32_t *scores, size_t contacts, size_t shoppers,
					   enum agreement_metric metric);

struct icc_two_way {
	double ms_rows, ms_columns, ms_error;
	double icc_a1, icc_ak, icc_c1, icc_ck;
	struct interval icc_a1_ci;
	double se_mean, se_difference;
};

/** A complete table; at least two rows and two columns, else NAN. */
struct icc_two_way agreement_icc(const int32_t *scores, size_t contacts, size_t shoppers,
				 int32_t per_unit, double level);
