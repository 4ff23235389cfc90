#include "standings/answers.h"

_Static_assert(sizeof(struct stats_bin) == sizeof(struct bin) &&
		       offsetof(struct stats_bin, value) == offsetof(struct bin, value) &&
		       offsetof(struct stats_bin, count) == offsetof(struct bin, count),
	       "a tally's bins are read as statistics' bins");

struct scale answers_scale(const struct question *q)
{
	return (struct scale){.lo = q->scale_min, .hi = q->scale_max, .per_unit = 1};
}

enum status answers_metric(const struct roster *r, struct cell_list cells, int metric,
			   struct arena *arena, struct counts *counts)
{
	struct histogram merged = {0};
	struct stats_bin *bins;

	for (size_t i = 0; i < cells.len; i++)
		histogram_merge(&merged, tally_histogram(r->tally, cells.at[i], metric));
	bins = arena_take_array(arena, merged.len + 1, sizeof(*bins));
	if (bins != NULL && merged.len > 0)
		memcpy(bins, merged.bins, merged.len * sizeof(*bins));
	*counts = counts_over(bins, merged.len);
	histogram_fini(&merged);
	return bins == NULL ? E_LIMIT : OK;
}

static enum status gather_question(const struct roster *r, struct cell_list cells,
				   const struct question *q, struct arena *arena,
				   struct counts *counts)
{
	struct stats_bin *turned;
	enum status st;

	if (q == NULL)
		return OK;
	st = answers_metric(r, cells, METRIC_CX + (int)(q - r->instrument->questions), arena,
			    counts);
	if (st < 0 || !q->high_is_effort)
		return st;
	turned = arena_take_array(arena, counts->len + 1, sizeof(*turned));
	if (turned == NULL)
		return E_LIMIT;
	*counts = counts_recoded(*counts, q->scale_min, q->scale_max, turned);
	return OK;
}

/** The answered scores and `zeros` more answers of 0. */
static enum status add_zeros(struct answers *a, struct arena *arena)
{
	struct counts from = a->answered_score;
	struct stats_bin *bins;
	bool has_zero = from.len > 0 && from.bins[0].value == 0;

	a->score = from;
	if (a->zeros == 0)
		return OK;
	bins = arena_take_array(arena, from.len + 1, sizeof(*bins));
	if (bins == NULL)
		return E_LIMIT;
	bins[0] = (struct stats_bin){.value = 0, .count = a->zeros};
	if (has_zero)
		bins[0].count += from.bins[0].count;
	for (size_t i = has_zero ? 1 : 0; i < from.len; i++)
		bins[has_zero ? i : i + 1] = from.bins[i];
	a->score = counts_over(bins, has_zero ? from.len : from.len + 1);
	return OK;
}

static enum status gather_score(const struct roster *r, struct cell_list cells, struct arena *arena,
				struct answers *a)
{
	enum status st = answers_metric(r, cells, METRIC_SCORE, arena, &a->answered_score);

	if (st < 0)
		return st;
	if (r->instrument->unanswered == UNANSWERED_ZERO)
		a->zeros = a->contacts - a->answered;
	return add_zeros(a, arena);
}

static void count_contacts(const struct roster *r, struct cell_list cells, struct answers *a)
{
	for (size_t i = 0; i < cells.len; i++) {
		const struct histogram *h = tally_histogram(r->tally, cells.at[i], METRIC_CONTACTS);

		for (size_t b = 0; b < h->len; b++) {
			a->contacts += h->bins[b].count;
			if (h->bins[b].value == 1)
				a->answered += h->bins[b].count;
		}
	}
}

enum status answers_gather(const struct roster *r, struct cell_list cells, unsigned wanted,
			   int area, struct arena *arena, struct answers *answers)
{
	enum status st = OK;

	*answers = (struct answers){0};
	count_contacts(r, cells, answers);
	if (wanted & ANSWERS_SCORE)
		st = gather_score(r, cells, arena, answers);
	if (st == OK && (wanted & ANSWERS_NPS))
		st = gather_question(r, cells, r->nps, arena, &answers->nps);
	if (st == OK && (wanted & ANSWERS_CSAT))
		st = gather_question(r, cells, r->csat, arena, &answers->csat);
	if (st == OK && (wanted & ANSWERS_CES))
		st = gather_question(r, cells, r->ces, arena, &answers->ces);
	if (st == OK && area != ANSWERS_NO_AREA)
		st = answers_metric(r, cells, METRIC_AREA + area, arena, &answers->area);
	return st;
}

/** Pointers to cells that lie in a row. */
struct run {
	const struct tally_cell *at[PROGRAMME_CHANNELS_LIMIT];
};

static struct cell_list run_of(const struct tally_cell *first, size_t len, struct run *run)
{
	must(len <= COUNT_OF(run->at));
	for (size_t i = 0; i < len; i++)
		run->at[i] = first + i;
	return (struct cell_list){run->at, len};
}

enum status answers_of_run(const struct roster *r, const struct tally_cell *first, size_t len,
			   unsigned wanted, int area, struct arena *arena, struct answers *answers)
{
	struct run run;

	return answers_gather(r, run_of(first, len, &run), wanted, area, arena, answers);
}

enum status answers_question(const struct roster *r, const struct tally_cell *first, size_t len,
			     const struct question *q, struct arena *arena, struct counts *counts)
{
	struct run run;

	return gather_question(r, run_of(first, len, &run), q, arena, counts);
}
