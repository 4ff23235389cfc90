/** Shopper severity over a wave: who scores low, and what companies would be without it.
 *
 * Companies fixed, shoppers random, by REML over answered contacts of all published
 * companies (stats/severity.h). A channel of a company where some contact has a score
 * but no shopper cannot be told apart: it stays out, and that company gets no adjusted
 * mean. Undefined is NAN, `why` says the reason for the whole model.
 * Order: shoppers and companies by byte order of their codes.
 */
#pragma once

#include "standings/reasons.h"
#include "standings/roster.h"
#include "stats/severity.h"

enum { SEVERITY_BOARD_SHOPPERS_LIMIT = 250 /**< more belong on the shopper table alone */ };

struct severity_model {
	bool made;
	enum reason reason; /**< where not made */
	double shopper_sd, residual_sd, shopper_share;
	struct severity_company *companies; /**< by place in the roster */
	size_t shoppers;		    /**< met in the wave */
	const size_t *order;		    /**< shopper numbers by byte order of codes */
	const double *effects;		    /**< in that order; NAN without contacts */
	const int64_t *contacts;	    /**< in that order */
	const struct severity_cell
		*cells; /**< what it was estimated from, by company and shopper */
	size_t cells_len;
	double sum_of_squares; /**< of the cells' scores, points squared */
};

enum status severity_model_make(const struct roster *r, const struct board_source *source,
				size_t shoppers_limit, struct arena *arena,
				struct severity_model *model) NODISCARD;
