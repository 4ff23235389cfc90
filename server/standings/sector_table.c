#include "standings/sector_table_tree.h"

#include <math.h>
#include <stdlib.h>

#include "stats/ranks.h"

static enum status company_figures(struct sector_table *t, const struct roster_company *c,
				   struct arena *arena, struct level_company *company)
{
	struct arena_mark before = arena_mark(arena);
	struct answers answers;
	enum status st = answers_of_run(&t->roster, c->cells, c->cells_len, ANSWERS_ALL,
					ANSWERS_NO_AREA, arena, &answers);
	struct figures figures;

	if (st < 0)
		return st;
	figures = figures_of(&t->roster, &answers);
	*company = level_company_of(&t->metric, &figures);
	arena_rewind(arena, before);
	return OK;
}

/** The level of one sector, or of the field. Companies come in byte order of codes. */
static enum status level_of(const struct sector_table *t, int sector,
			    const struct level_company *companies, struct level_company *chosen,
			    struct arena *arena, struct level *level)
{
	size_t tested = 0, published = 0, ranked = 0;
	enum status st;

	for (size_t i = 0; i < t->roster.len; i++) {
		const struct roster_company *c = &t->roster.at[i];

		if (sector != BOARD_FIELD && c->sector != sector)
			continue;
		tested++;
		if (c->status == BASE_SUPPRESSED)
			continue;
		chosen[published++] = companies[i];
		ranked += c->status == BASE_RANKED && companies[i].metric.n >= 2;
	}
	st = level_make(&t->roster, &t->metric, chosen, published, arena, level);
	level->companies_tested = tested;
	level->companies_suppressed = tested - published;
	level->companies_ranked = ranked;
	return st;
}

static enum status make_levels(struct sector_table *t, struct arena *arena)
{
	size_t room = t->roster.len + 1;
	struct level_company *companies = arena_take_array(arena, room, sizeof(*companies));
	struct level_company *chosen = arena_take_array(arena, room, sizeof(*chosen));

	if (companies == NULL || chosen == NULL)
		return E_LIMIT;
	for (size_t i = 0; i < t->roster.len; i++) {
		const struct roster_company *c = &t->roster.at[i];

		t->contacts_all += c->contacts;
		if (c->status != BASE_SUPPRESSED && company_figures(t, c, arena, &companies[i]) < 0)
			return E_LIMIT;
	}
	for (size_t i = 0; i < t->len; i++) {
		struct arena_mark before = arena_mark(arena);
		enum status st = level_of(t, t->rows[i].sector, companies, chosen, arena,
					  &t->rows[i].level);

		if (st < 0)
			return st;
		arena_rewind(arena, before);
	}
	return level_of(t, BOARD_FIELD, companies, chosen, arena, &t->overall);
}

static enum status rank_sectors(struct sector_table *t, struct arena *arena)
{
	double *means = arena_take_array(arena, t->len + 1, sizeof(*means));
	size_t *ranks = arena_take_array(arena, t->len + 1, sizeof(*ranks));
	size_t ranked = 0, next = 0;

	if (means == NULL || ranks == NULL)
		return E_LIMIT;
	t->sector_min = t->sector_max = NAN;
	for (size_t i = 0; i < t->len; i++) {
		double mean = t->rows[i].level.metric.mean_of_companies;

		if (isnan(mean))
			continue;
		means[ranked++] = mean;
		t->sector_min = fmin(t->sector_min, mean);
		t->sector_max = fmax(t->sector_max, mean);
	}
	ranks_of_means(means, ranked, ranks);
	for (size_t i = 0; i < t->len; i++)
		if (!isnan(t->rows[i].level.metric.mean_of_companies))
			t->rows[i].rank = ranks[next++];
	return OK;
}

/** All contacts of published companies, through one channel or all. */
static enum status pool(const struct sector_table *t, int channel, struct arena *arena,
			struct figures *figures)
{
	size_t room = t->roster.len * t->roster.programme->channels_len + 1;
	struct cell_list cells = {
		.at = arena_take_array(arena, room, sizeof(const struct tally_cell *))};
	struct answers answers;
	enum status st;

	if (cells.at == NULL)
		return E_LIMIT;
	for (size_t i = 0; i < t->roster.len; i++) {
		const struct tally_cell *first;
		size_t len = roster_cells(&t->roster.at[i], channel, &first);

		if (t->roster.at[i].status == BASE_SUPPRESSED)
			continue;
		for (size_t c = 0; c < len; c++)
			cells.at[cells.len++] = &first[c];
	}
	st = answers_gather(&t->roster, cells, ANSWERS_ALL, ANSWERS_NO_AREA, arena, &answers);
	if (st == OK)
		*figures = figures_of(&t->roster, &answers);
	return st;
}

static enum status make_pools(struct sector_table *t, struct arena *arena)
{
	size_t channels = t->roster.programme->channels_len;
	enum status st = pool(t, BOARD_ALL_CHANNELS, arena, &t->pool);

	t->channels = arena_take_array(arena, channels + 1, sizeof(*t->channels));
	if (t->channels == NULL)
		return E_LIMIT;
	for (size_t i = 0; st == OK && i < channels; i++)
		st = pool(t, (int)i, arena, &t->channels[i]);
	return st;
}

static enum status order_rows(struct sector_table *t, struct arena *arena)
{
	t->rows = arena_take_array(arena, t->roster.sectors_len + 1, sizeof(*t->rows));
	if (t->rows == NULL)
		return E_LIMIT;
	t->len = t->roster.sectors_len;
	for (size_t i = 0; i < t->len; i++)
		t->rows[i] = (struct sector_row){.sector = (int)t->roster.sectors[i], .place = i};
	return OK;
}

static int by_rank(const void *left, const void *right)
{
	const struct sector_row *a = left, *b = right;

	if ((a->rank == 0) != (b->rank == 0))
		return a->rank == 0 ? 1 : -1;
	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	return a->place < b->place ? -1 : a->place > b->place;
}

static enum status fill_table(struct sector_table *t, struct arena *arena)
{
	const struct board_query field = {.sector = BOARD_FIELD, .channel = BOARD_ALL_CHANNELS};
	struct shrinkage shrinkage;
	enum status st;

	t->metric = metric_of(&t->roster, &field);
	st = order_rows(t, arena);
	if (st == OK)
		st = make_levels(t, arena);
	if (st == OK)
		st = rank_sectors(t, arena);
	if (st == OK)
		st = make_pools(t, arena);
	if (st == OK)
		st = shrinkage_make(&t->roster, &t->metric, BOARD_ALL_CHANNELS, arena, &shrinkage);
	if (st < 0)
		return st;
	t->components = shrinkage.components;
	qsort(t->rows, t->len, sizeof(*t->rows), by_rank);
	return severity_model_of(&t->source, arena, &t->severity);
}

enum status sector_table_make(const struct board_source *source, struct arena *arena,
			      struct sector_table **made, struct trouble *why)
{
	struct sector_table *t = arena_take(arena, sizeof(*t));
	enum status st = E_LIMIT;

	*made = NULL;
	if (t != NULL) {
		t->source = *source;
		st = roster_make(source, arena, &t->roster);
	}
	if (st == OK)
		st = fill_table(t, arena);
	if (st < 0)
		return trouble(why, st, "the sectors do not fit into %zu bytes",
			       arena->limit_bytes);
	*made = t;
	return OK;
}
