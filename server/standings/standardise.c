#include "standings/standardise.h"

static enum status stratum_of(const struct roster *r, const struct tally_cell *cell,
			      struct arena *arena, struct mean_stratum *stratum)
{
	struct arena_mark before = arena_mark(arena);
	struct answers answers;
	enum status st = answers_of_run(r, cell, 1, ANSWERS_SCORE, ANSWERS_NO_AREA, arena,
					&answers);
	struct sums sums;

	if (st < 0)
		return st;
	sums = counts_sums(answers.score);
	stratum->n = sums.n;
	stratum->mean = sums_mean(&sums, SCALE_SCORE.per_unit);
	stratum->variance = sums_variance(&sums, SCALE_SCORE.per_unit);
	arena_rewind(arena, before);
	return OK;
}

enum status standardise_score(const struct roster *r, const struct roster_company *c,
			      struct arena *arena, struct standardised *s)
{
	struct mean_stratum strata[PROGRAMME_CHANNELS_LIMIT];
	size_t len = 0;

	s->channels_missing = 0;
	for (size_t channel = 0; channel < r->programme->channels_len; channel++) {
		const struct tally_cell *cell = roster_cell(c, (int)channel);
		struct mean_stratum *stratum = &strata[len];

		*stratum = (struct mean_stratum){.weight = r->wave->channel_weights[channel]};
		if (!(stratum->weight > 0))
			continue;
		if (cell != NULL && stratum_of(r, cell, arena, stratum) < 0)
			return E_LIMIT;
		if (stratum->n > 0)
			len++;
		else
			s->channels_missing |= UINT32_C(1) << channel;
	}
	s->score = standard_mean(strata, len, SCALE_SCORE, r->wave->level);
	return OK;
}
