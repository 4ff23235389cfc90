#include "standings/board.h"

#include <math.h>
#include <stdlib.h>

#include "standings/board_tree.h"

static enum status fill_standing(const struct board *b, const struct shrinkage *shrinkage,
				 struct arena *arena, struct standing *s)
{
	const struct tally_cell *first;
	size_t cells = roster_cells(s->company, b->query.channel, &first);
	struct answers answers;
	enum status st = answers_of_run(&b->roster, first, cells, ANSWERS_ALL, b->metric.area,
					arena, &answers);

	if (st < 0)
		return st;
	s->figures = figures_of(&b->roster, &answers);
	s->sums = metric_sums(&b->metric, &answers);
	s->shrunken = shrinkage->of[s->place];
	s->severity = severity_model_company(b->severity, s->place);
	if (b->query.channel == BOARD_ALL_CHANNELS) {
		st = standardise_score(&b->roster, s->company, arena, &s->standardised);
		if (st == OK && (b->query.include & BOARD_DISTRIBUTION))
			st = channel_counts_make(&b->roster, s->company, arena, &s->channels);
	}
	s->p_at_least = NAN;
	if (isnan(b->query.threshold))
		return st;
	s->p_at_least = posterior_at_least(s->shrunken.mean, s->shrunken.sd, b->query.threshold);
	s->verdict = posterior_verdict(figures_metric_ci(&s->figures, b->query.metric),
				       b->query.threshold);
	return st;
}

static bool is_of_board(const struct board *b, const struct roster_company *c)
{
	return b->query.sector == BOARD_FIELD || c->sector == b->query.sector;
}

static enum status take_companies(struct board *b, const struct shrinkage *shrinkage,
				  struct arena *arena)
{
	b->standings = arena_take_array(arena, b->roster.len + 1, sizeof(*b->standings));
	if (b->standings == NULL)
		return E_LIMIT;
	for (size_t i = 0; i < b->roster.len; i++) {
		const struct roster_company *c = &b->roster.at[i];
		struct standing *s = &b->standings[b->len];

		if (!is_of_board(b, c))
			continue;
		*s = (struct standing){.company = c, .place = i};
		s->base = roster_base_of(&b->roster, c, b->query.channel);
		b->len++;
		if (standing_is_shown(s) && fill_standing(b, shrinkage, arena, s) < 0)
			return E_LIMIT;
	}
	return OK;
}

static enum status make_level(struct board *b, struct arena *arena)
{
	struct level_company *companies = arena_take_array(arena, b->len + 1, sizeof(*companies));
	size_t published = 0;
	enum status st;

	if (companies == NULL)
		return E_LIMIT;
	for (size_t i = 0; i < b->len; i++)
		if (standing_is_shown(&b->standings[i]))
			companies[published++] = level_company_of(&b->metric,
								  &b->standings[i].figures);
	st = level_make(&b->roster, &b->metric, companies, published, arena, &b->level);
	b->level.companies_tested = b->len;
	b->level.companies_suppressed = b->len - published;
	return st;
}

/** Ranks every company that has the base and two answers to compare. */
static enum status rank_companies(struct board *b, struct arena *arena)
{
	struct ranking_input in = {
		.per_unit = b->metric.scale.per_unit,
		.level = b->roster.wave->level,
		.p_values = (b->query.include & BOARD_PAIRS) != 0,
	};
	struct sums *sums = arena_take_array(arena, b->len + 1, sizeof(*sums));
	struct shrunken *shrunk = arena_take_array(arena, b->len + 1, sizeof(*shrunk));
	size_t *companies = arena_take_array(arena, b->len + 1, sizeof(*companies));
	enum status st;

	if (sums == NULL || shrunk == NULL || companies == NULL)
		return E_LIMIT;
	for (size_t i = 0; i < b->len; i++) {
		struct standing *s = &b->standings[i];

		s->is_ranked = s->base.status == BASE_RANKED && s->sums.n >= 2;
		if (!s->is_ranked)
			continue;
		sums[in.len] = s->sums;
		shrunk[in.len] = s->shrunken;
		companies[in.len++] = (size_t)s->company->company;
	}
	in.sums = sums;
	in.shrunk = shrunk;
	b->ranked_companies = companies;
	st = ranking_make(&in, arena, &b->ranking);
	b->level.companies_ranked = in.len;
	for (size_t i = 0, next = 0; st == OK && i < b->len; i++)
		if (b->standings[i].is_ranked)
			b->standings[i].ranked = b->ranking.of[next++];
	return st;
}

static int by_rank(const void *left, const void *right)
{
	const struct standing *a = left, *b = right;

	if (a->is_ranked != b->is_ranked)
		return a->is_ranked ? -1 : 1;
	if (standing_is_shown(a) != standing_is_shown(b))
		return standing_is_shown(a) ? -1 : 1;
	if (a->is_ranked && a->ranked.rank != b->ranked.rank)
		return a->ranked.rank < b->ranked.rank ? -1 : 1;
	return a->place < b->place ? -1 : a->place > b->place;
}

static enum status fill_board(struct board *b, struct arena *arena)
{
	struct shrinkage shrinkage;
	enum status st = shrinkage_make(&b->roster, &b->metric, b->query.channel, arena,
					&shrinkage);

	if (st < 0)
		return st;
	b->components = shrinkage.components;
	b->severity = &severity_model_none;
	if (b->query.channel == BOARD_ALL_CHANNELS)
		st = severity_model_of(&b->source, arena, &b->severity);
	if (st == OK)
		st = take_companies(b, &shrinkage, arena);
	if (st == OK)
		st = make_level(b, arena);
	if (st == OK)
		st = rank_companies(b, arena);
	if (st == OK)
		qsort(b->standings, b->len, sizeof(*b->standings), by_rank);
	return st;
}

enum status board_make(const struct board_source *source, const struct board_query *query,
		       struct arena *arena, struct board **made, struct trouble *why)
{
	struct board *b = arena_take(arena, sizeof(*b));
	enum status st = E_LIMIT;

	*made = NULL;
	if (b != NULL) {
		b->source = *source;
		b->query = *query;
		st = roster_make(source, arena, &b->roster);
	}
	if (st == OK) {
		b->metric = metric_of(&b->roster, query);
		st = fill_board(b, arena);
	}
	if (st < 0)
		return trouble(why, st, "the board does not fit into %zu bytes",
			       arena->limit_bytes);
	*made = b;
	return OK;
}
