#include "standings/shrinkage.h"

#include <math.h>

struct workspace {
	struct wave_company *companies;
	size_t *place; /**< in the roster */
	struct shrunken *shrunk;
	size_t len;
};

/** The company's part; false where it is not published or has no answers. */
static enum status wave_company_of(const struct roster *r, const struct metric *m,
				   const struct roster_company *c, int channel, struct arena *arena,
				   struct wave_company *company)
{
	struct arena_mark before = arena_mark(arena);
	const struct tally_cell *first;
	size_t cells = roster_cells(c, channel, &first);
	struct answers answers;
	struct sums sums;
	enum status st = answers_of_run(r, first, cells, m->wanted, m->area, arena, &answers);

	if (st < 0)
		return st;
	sums = metric_sums(m, &answers);
	*company = (struct wave_company){.sector = (size_t)c->sector, .n = sums.n};
	if (sums.n > 0) {
		company->mean = sums_mean(&sums, m->scale.per_unit);
		company->ss = sums_squares_within(&sums, m->scale.per_unit);
	}
	arena_rewind(arena, before);
	return OK;
}

static enum status take_companies(const struct roster *r, const struct metric *m, int channel,
				  struct arena *arena, struct workspace *w)
{
	for (size_t i = 0; i < r->len; i++) {
		struct wave_company *company = &w->companies[w->len];
		enum status st;

		if (roster_base_of(r, &r->at[i], channel).status == BASE_SUPPRESSED)
			continue;
		st = wave_company_of(r, m, &r->at[i], channel, arena, company);
		if (st < 0)
			return st;
		if (company->n > 0)
			w->place[w->len++] = i;
	}
	return OK;
}

enum status shrinkage_make(const struct roster *r, const struct metric *m, int channel,
			   struct arena *arena, struct shrinkage *shrinkage)
{
	struct workspace w = {.len = 0};
	enum status st;

	shrinkage->of = arena_take_array(arena, r->len + 1, sizeof(*shrinkage->of));
	w.companies = arena_take_array(arena, r->len + 1, sizeof(*w.companies));
	w.place = arena_take_array(arena, r->len + 1, sizeof(*w.place));
	w.shrunk = arena_take_array(arena, r->len + 1, sizeof(*w.shrunk));
	if (shrinkage->of == NULL || w.companies == NULL || w.place == NULL || w.shrunk == NULL)
		return E_LIMIT;
	st = take_companies(r, m, channel, arena, &w);
	if (st < 0)
		return st;
	for (size_t i = 0; i < r->len; i++)
		shrinkage->of[i] = (struct shrunken){NAN, NAN, NAN, NAN};
	shrinkage->components = components_of(w.companies, w.len, r->wave->sectors_len);
	if (isnan(shrinkage->components.sigma2))
		return OK;
	components_shrink(&shrinkage->components, w.companies, w.len, r->wave->sectors_len,
			  w.shrunk);
	for (size_t i = 0; i < w.len; i++)
		shrinkage->of[w.place[i]] = w.shrunk[i];
	return OK;
}
