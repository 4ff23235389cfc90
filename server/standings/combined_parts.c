#include "standings/combined_parts.h"

static const struct summary_column score = {AWARD_SCORE, SUMMARY_NO_AREA, SUMMARY_ALL_CHANNELS};

/** Why this wave keeps the company from having the figure; OUTCOME_NOT_WON: it does not. */
static enum outcome_state hindered_by(const struct wave_summary *s, int company, struct sums *sums)
{
	int place = s == NULL ? -1 : wave_summary_place(s, company);
	const struct summary_base *base;

	if (place < 0)
		return OUTCOME_NOT_IN_WAVE;
	base = wave_summary_base(s, place, SUMMARY_ALL_CHANNELS);
	*sums = wave_summary_sums(s, place, score);
	if (base->contacts == 0)
		return OUTCOME_NO_FIGURE;
	if (base->status == BASE_SUPPRESSED)
		return OUTCOME_SUPPRESSED;
	if (base->status != BASE_RANKED)
		return OUTCOME_BELOW_BASE;
	return sums->n < 2 ? OUTCOME_NO_FIGURE : OUTCOME_NOT_WON;
}

struct combined_parts combined_parts_of(const struct programme *p, int combined,
					const struct wave_summary *const *summaries, int company)
{
	const struct combined *c = &p->combined[combined];
	struct combined_parts parts = {.state = OUTCOME_NOT_WON, .len = c->len};

	for (size_t i = 0; i < c->len; i++) {
		struct sums sums = {0};
		enum outcome_state state = hindered_by(summaries[c->waves[i]], company, &sums);

		if (state < parts.state)
			parts.state = state;
		parts.sums[i] = sums;
		parts.terms[i] = (struct exact_term){
			.weight = (uint64_t)c->weights_millionths[i],
			.n = (uint64_t)sums.n,
			.sum = (uint64_t)sums.s1,
		};
		parts.n += sums.n;
		if (i == 0 || sums.n < parts.n_least)
			parts.n_least = sums.n;
	}
	return parts;
}

struct standard combined_standard(const struct combined_parts *parts, double level)
{
	struct mean_stratum strata[COMBINED_WAVES_LIMIT];
	size_t len = parts->state == OUTCOME_NOT_WON ? parts->len : 0;

	for (size_t i = 0; i < len; i++)
		strata[i] = (struct mean_stratum){
			.weight = (double)parts->terms[i].weight,
			.n = parts->sums[i].n,
			.mean = sums_mean(&parts->sums[i], SCALE_SCORE.per_unit),
			.variance = sums_variance(&parts->sums[i], SCALE_SCORE.per_unit),
		};
	return standard_mean(strata, len, SCALE_SCORE, level);
}
