/** Shopper severity over a wave: who scores low, and what companies would be without it.
 *
 * Companies fixed, shoppers random, by REML over answered contacts of all published
 * companies (stats/severity.h). A channel of a company where some contact has a score
 * but no shopper cannot be told apart: it stays out, and that company gets no adjusted
 * mean. Undefined is NAN.
 * Order: shoppers and companies by byte order of their codes.
 * Promise: a model never changes and borrows nothing, so any number of answers over the
 *   same counts and programme may read it, on any thread, until it is freed.
 * Work: that of stats/severity.h; 1000 shoppers take over a second.
 * Limits: SEVERITY_SHOPPERS_LIMIT shoppers met in the wave; with more it is not made.
 */
#pragma once

#include "standings/roster.h"
#include "stats/severity.h"

struct severity_model {
	struct arena memory; /**< its own */
	bool made;
	double shopper_sd, residual_sd, shopper_share;
	struct severity_company *companies; /**< by place in the roster; where made */
	size_t shoppers;		    /**< met in the wave; 0 over the limit */
	const size_t *order;		    /**< shopper numbers by byte order of codes */
	const double *effects;		    /**< in that order; NAN without contacts */
	int64_t *contacts;		    /**< in that order */
	const struct severity_cell
		*cells; /**< what it was estimated from, by company and shopper */
	size_t cells_len;
	double sum_of_squares; /**< of the cells' scores, points squared */
};

/** Not made; of boards that have no severity figures. */
extern const struct severity_model severity_model_none;

/** E_LIMIT where it, or the work on it, does not fit into limit_bytes. The source's own
 * model is not looked at. */
enum status severity_model_new(const struct board_source *source, size_t limit_bytes,
			       struct severity_model **made) NODISCARD;
void severity_model_free(struct severity_model *m);

/** The source's own model; where it has none, one made now that ends with the arena. */
enum status severity_model_of(const struct board_source *source, struct arena *arena,
			      const struct severity_model **model) NODISCARD;

/** NAN where the model is not made. */
struct severity_company severity_model_company(const struct severity_model *m, size_t place);
