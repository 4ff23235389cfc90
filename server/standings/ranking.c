#include "standings/ranking.h"

#include <math.h>

#include "stats/letters.h"
#include "stats/posterior.h"

/** More than the letters of one company can take: 702 groups of four bytes. */
enum { LETTERS_BYTES = 4096 };

struct workspace {
	struct group *groups;
	struct pair *pairs; /**< NULL over the limit */
	size_t *rank, *order;
	struct rank_interval *intervals;
	bool *tied;
};

static enum status workspace_make(size_t k, struct arena *arena, struct workspace *w)
{
	w->pairs = NULL;
	w->groups = arena_take_array(arena, k + 1, sizeof(*w->groups));
	w->rank = arena_take_array(arena, k + 1, sizeof(*w->rank));
	w->order = arena_take_array(arena, k + 1, sizeof(*w->order));
	w->intervals = arena_take_array(arena, k + 1, sizeof(*w->intervals));
	w->tied = arena_take_array(arena, k + 1, sizeof(*w->tied));
	if (w->groups == NULL || w->rank == NULL || w->order == NULL || w->intervals == NULL ||
	    w->tied == NULL)
		return E_LIMIT;
	if (k > BOARD_INTERVALS_LIMIT)
		return OK;
	w->pairs = arena_take_array(arena, pairs_count(k) + 1, sizeof(*w->pairs));
	return w->pairs == NULL ? E_LIMIT : OK;
}

static void compare_them(const struct ranking_input *in, struct workspace *w,
			 struct ranking *ranking)
{
	if (w->pairs == NULL)
		return;
	for (size_t i = 0; i < in->len; i++)
		w->groups[i] = group_of(&in->sums[i], in->per_unit);
	pairs_compare(w->groups, in->len, 1 - in->level, w->pairs);
	ranks_simultaneous(w->pairs, in->len, w->intervals);
	ranks_tied_with_best(w->pairs, w->rank, in->len, w->tied);
	for (size_t i = 0; i < in->len; i++) {
		ranking->of[i].interval = w->intervals[i];
		ranking->of[i].tied_with_best = w->tied[i];
		ranking->tied_with_best += w->tied[i];
	}
}

static void rank_them(const struct ranking_input *in, struct workspace *w, struct ranking *ranking)
{
	ranks_of_sums(in->sums, in->len, w->rank);
	ranks_order(w->rank, in->len, w->order);
	for (size_t i = 0; i < in->len; i++)
		ranking->of[i].rank = w->rank[i];
}

static enum status add_letters(size_t k, const struct workspace *w, struct arena *arena,
			       struct ranking *ranking)
{
	struct letters *letters;
	struct buf text;

	if (k > BOARD_LETTERS_LIMIT)
		return OK;
	letters = arena_take(arena, sizeof(*letters));
	if (letters == NULL)
		return E_LIMIT;
	if (!letters_of(w->pairs, k, w->order, letters))
		return OK;
	buf_init(&text, LETTERS_BYTES);
	for (size_t i = 0; i < k; i++) {
		buf_clear(&text);
		letters_print(letters, i, &text);
		ranking->of[i].letters = arena_copy(arena, buf_slice(&text)).at;
		if (ranking->of[i].letters == NULL)
			break;
	}
	buf_fini(&text);
	return k > 0 && ranking->of[k - 1].letters == NULL ? E_LIMIT : OK;
}

/** Where the posterior is a point or undefined for one, the chances are for all. */
static bool has_posteriors(const struct ranking_input *in)
{
	for (size_t i = 0; i < in->len; i++)
		if (!isfinite(in->shrunk[i].mean) || !(in->shrunk[i].sd > 0))
			return false;
	return in->len > 0 && in->len <= BOARD_CHANCES_LIMIT;
}

static enum status add_chances(const struct ranking_input *in, struct arena *arena,
			       struct ranking *ranking)
{
	size_t k = in->len, top = k < 3 ? k : 3;
	double *mean = arena_take_array(arena, k + 1, sizeof(*mean));
	double *sd = arena_take_array(arena, k + 1, sizeof(*sd));
	double *expected = arena_take_array(arena, k + 1, sizeof(*expected));
	double *chance = arena_take_array(arena, k * top + 1, sizeof(*chance));

	if (mean == NULL || sd == NULL || expected == NULL || chance == NULL)
		return E_LIMIT;
	if (!has_posteriors(in))
		return OK;
	for (size_t i = 0; i < k; i++) {
		mean[i] = in->shrunk[i].mean;
		sd[i] = in->shrunk[i].sd;
	}
	posterior_expected_ranks(mean, sd, k, expected);
	posterior_rank_chances(mean, sd, k, top, chance);
	for (size_t i = 0; i < k; i++) {
		struct ranked *r = &ranking->of[i];

		r->expected_rank = expected[i];
		r->p_best = chance[i * top];
		r->p_top3 = 0;
		for (size_t place = 0; place < top; place++)
			r->p_top3 += chance[i * top + place];
		r->p_top3 = fmin(r->p_top3, 1);
	}
	return OK;
}

static enum status add_p_values(const struct ranking_input *in, struct arena *arena,
				struct ranking *ranking)
{
	size_t count = pairs_count(in->len);

	if (!in->p_values || in->len > BOARD_PAIRS_LIMIT)
		return OK;
	ranking->p_values = arena_take_array(arena, count + 1, sizeof(double));
	if (ranking->p_values == NULL)
		return E_LIMIT;
	for (size_t i = 0; i < count; i++)
		ranking->p_values[i] = pair_p_value(&ranking->pairs[i], in->len);
	return OK;
}

enum status ranking_make(const struct ranking_input *in, struct arena *arena,
			 struct ranking *ranking)
{
	struct workspace w;
	enum status st = workspace_make(in->len, arena, &w);

	*ranking = (struct ranking){.len = in->len};
	ranking->of = arena_take_array(arena, in->len + 1, sizeof(*ranking->of));
	if (st < 0 || ranking->of == NULL)
		return E_LIMIT;
	ranking->pairs = w.pairs;
	for (size_t i = 0; i < in->len; i++)
		ranking->of[i].expected_rank = ranking->of[i].p_best = ranking->of[i].p_top3 = NAN;
	if (in->len == 0)
		return OK;
	rank_them(in, &w, ranking);
	compare_them(in, &w, ranking);
	st = add_letters(in->len, &w, arena, ranking);
	if (st < 0)
		return st;
	st = add_chances(in, arena, ranking);
	return st < 0 ? st : add_p_values(in, arena, ranking);
}
