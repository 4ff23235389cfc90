/** How severe each shopper is, and what company means are without it.
 *
 * score = company (fixed) + shopper (random) + error, by REML.
 * Source: docs/statistics.md section 9: companies absorbed, one eigen decomposition of
 *   the shopper table, one search over g = shopper variance / error variance.
 * Units: published units (grid units / per_unit).
 * Errors: E_LIMIT over SEVERITY_SHOPPERS_LIMIT; E_INPUT where there is nothing to
 *   estimate: fewer than two shoppers, no company with two contacts, or no company that
 *   two shoppers met. Where nothing varies within companies the sds are 0 and the share NAN.
 * Work: the cube of the shoppers; 60 are milliseconds, 1000 some seconds (offload).
 * Lifetime: results live in arrays of the caller.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum { SEVERITY_SHOPPERS_LIMIT = 1000 };

/** Answered contacts one shopper made to one company. The same pair may come more than
 * once; the sums are what counts. */
struct severity_cell {
	size_t company, shopper;
	int64_t n;
	int64_t sum; /**< of scores, grid units */
};

struct severity_input {
	const struct severity_cell *cells;
	size_t cells_len;
	size_t companies, shoppers; /**< indices lie below; unused ones are allowed */
	__int128 sum_of_squares;    /**< over all contacts of the cells, grid units squared */
	int32_t per_unit;
};

struct severity_company {
	double raw_mean, adjusted_mean, se; /**< NAN without contacts */
};

struct severity_result {
	double shopper_sd, residual_sd;
	double shopper_share;		    /**< of the variance, 0..1 */
	struct severity_company *companies; /**< the caller's, input.companies long */
	double *shoppers; /**< the caller's: effect of each; NAN without contacts */
};

enum status severity_estimate(const struct severity_input *input, struct severity_result *result,
			      struct trouble *why) NODISCARD;
