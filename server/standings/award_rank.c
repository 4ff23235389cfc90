#include "standings/award_tree.h"

/** The companies that compete in one group, in byte order of their codes. */
struct contest {
	struct sums *sums;
	int *company;
	struct group *groups;
	struct pair *pairs;
	size_t *rank;
	struct rank_interval *intervals;
	bool *tied;
	size_t len;
};

static enum status contest_take(struct contest *c, size_t len, struct arena *arena)
{
	c->sums = arena_take_array(arena, len + 1, sizeof(*c->sums));
	c->company = arena_take_array(arena, len + 1, sizeof(*c->company));
	c->groups = arena_take_array(arena, len + 1, sizeof(*c->groups));
	c->pairs = arena_take_array(arena, pairs_count(len) + 1, sizeof(*c->pairs));
	c->rank = arena_take_array(arena, len + 1, sizeof(*c->rank));
	c->intervals = arena_take_array(arena, len + 1, sizeof(*c->intervals));
	c->tied = arena_take_array(arena, len + 1, sizeof(*c->tied));
	return c->sums == NULL || c->company == NULL || c->groups == NULL || c->pairs == NULL ||
			       c->rank == NULL || c->intervals == NULL || c->tied == NULL
		       ? E_LIMIT
		       : OK;
}

/** Whoever competes with `first`; false where they are too many to compare in pairs. */
static bool contest_gather(const struct awards *a, const struct award *award, int first,
			   struct contest *c)
{
	const struct wave_summary *s = a->at->summary;
	const struct outcome *outcomes = a->at->outcomes[award - a->at->wave->awards];

	c->len = 0;
	for (size_t i = 0; i < s->len; i++) {
		int company = s->companies[i].company;

		if (outcomes[company].state < OUTCOME_NOT_WON ||
		    !award_shares_group(a->at->wave, award, first, company))
			continue;
		if (c->len == AWARDS_INTERVALS_LIMIT)
			return false;
		c->company[c->len] = company;
		c->sums[c->len++] = wave_summary_sums(s, (int)i, award_column(award));
	}
	return true;
}

static void contest_compare(struct contest *c, int32_t per_unit, double alpha)
{
	for (size_t i = 0; i < c->len; i++)
		c->groups[i] = group_of(&c->sums[i], per_unit);
	pairs_compare(c->groups, c->len, alpha, c->pairs);
	ranks_of_sums(c->sums, c->len, c->rank);
	ranks_simultaneous(c->pairs, c->len, c->intervals);
	ranks_tied_with_best(c->pairs, c->rank, c->len, c->tied);
}

static void tell_winners(const struct contest *c, struct award_answer *of)
{
	for (size_t w = 0; w < of->winners_len; w++)
		for (size_t i = 0; i < c->len; i++) {
			if (c->company[i] != of->winners[w].company)
				continue;
			of->winners[w].has_interval = true;
			of->winners[w].interval = c->intervals[i];
			of->winners[w].tied_with_best = c->tied[i];
		}
}

enum status award_rank_fill(const struct awards *a, struct award_answer *of, struct arena *arena)
{
	struct arena_mark before = arena_mark(arena);
	size_t most = a->at->summary->len;
	struct contest contest;

	if (of->award->metric == AWARD_COMBINED)
		return OK;
	if (most > AWARDS_INTERVALS_LIMIT)
		most = AWARDS_INTERVALS_LIMIT;
	if (contest_take(&contest, most, arena) < 0)
		return E_LIMIT;
	for (size_t w = 0; w < of->winners_len; w++) {
		int32_t per_unit;

		if (of->winners[w].has_interval ||
		    !contest_gather(a, of->award, of->winners[w].company, &contest))
			continue;
		per_unit = award_figure_of(a->series.programme, a->series.summaries, a->at->summary,
					   of->award, of->winners[w].place)
				   .scale.per_unit;
		contest_compare(&contest, per_unit, 1 - a->at->summary->level);
		tell_winners(&contest, of);
	}
	arena_rewind(arena, before);
	return OK;
}
