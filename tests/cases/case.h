/** A reference case: what was given, what must come out.
 *
 * Every statistic of the cases is one function from the input to an answer with the
 * names of the cases. Nothing here knows a case by its id: any input of the same shape
 * is answered.
 * Lifetime: what read_*() hands back lives in the arena; answers are cJSON trees of the
 * caller.
 */
#pragma once

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "stats/counts.h"
#include "stats/interval.h"
#include "stats/pairs.h"

#define LEVEL 0.95

typedef cJSON *answer_fn(struct arena *arena, const cJSON *input);

/** Answers as a histogram on the coarsest decimal grid they fit. */
struct answers {
	struct counts counts;
	struct scale scale;
	int64_t missing;
};

/* read.c */
void *take(struct arena *arena, size_t count, size_t size); /**< never NULL */
const cJSON *member(const cJSON *object, const char *name); /**< NULL where absent or null */
double number(const cJSON *object, const char *name);	    /**< NAN where absent or null */
double number_or(const cJSON *object, const char *name, double otherwise);
int64_t whole(const cJSON *object, const char *name); /**< 0 where absent or null */
const char *text(const cJSON *object, const char *name);
/** 1, 10, 100 .. : what makes every number below `tree` whole. */
int32_t grid_of(const cJSON *tree);
int32_t on_grid(double value, int32_t per_unit);
/** From points and counts, or from answers; scale_min and scale_max where given. */
struct answers read_answers(struct arena *arena, const cJSON *input);
struct counts read_list(struct arena *arena, const cJSON *list, int32_t per_unit);
struct counts read_histogram(struct arena *arena, const cJSON *points, const cJSON *counts);
/** Companies with n, mean, variance. */
struct group *read_groups(struct arena *arena, const cJSON *companies, size_t *len);

/* compare.c */
/** Reports every difference as "case: field: ..." and counts them. */
size_t compare_case(const cJSON *expected, const cJSON *got, const cJSON *tolerance,
		    const char *name);

/* write.c */
void put(cJSON *object, const char *name, double value); /**< null where it is not finite */
void put_whole(cJSON *object, const char *name, int64_t value);
void put_text(cJSON *object, const char *name, const char *value);
void put_flag(cJSON *object, const char *name, bool value);
void put_interval(cJSON *object, const char *lower, const char *upper, struct interval ci);
void put_copy(cJSON *object, const char *name, const cJSON *value); /**< nothing for NULL */
void push(cJSON *array, double value);

/* figures.c, boards.c, changes.c, shoppers.c */
answer_fn answer_ces, answer_csat, answer_nps, answer_nps_intervals, answer_proportion_intervals,
	answer_spread, answer_quantiles, answer_trimmed_mean, answer_consensus, answer_merge,
	answer_quality_score, answer_two_part, answer_standardised_mean, answer_standardised_nps,
	answer_sector, answer_sector_nps, answer_shrinkage, answer_leaderboard,
	answer_rank_marginal, answer_rank_posterior, answer_threshold, answer_change_mean,
	answer_change_nps, answer_change_share, answer_krippendorff, answer_icc_two_way,
	answer_shopper_severity, answer_kish, answer_cluster_deff, answer_base_status,
	answer_special_functions;
