#include "detect/straight.h"

#include <math.h>

#include "base/must.h"
#include "stats/special.h"
#include "survey/result.h"

/* A group of more rows has the rate that it has, as far as the beta can tell. */
enum { OTHERS_LEAST = 3, DRAWS_MOST = 1000 };

/** Groups always differ a little: the least spread that is believed. */
static const double spread_least = 0.02, spread_most = 0.95, spread_level = 0.05;

void straight_items_init(struct straight_items *s, const struct instrument *i)
{
	s->len = 0;
	s->at = memory_new((i->items_len + 1) * sizeof(*s->at));
	for (size_t n = 0; n < i->items_len; n++) {
		const struct item *item = &i->items[n];
		if (!item->measured.given && item->options_len >= 2)
			s->at[s->len++] = (struct straight_item){
				(int)n, item->options[0].answer,
				item->options[item->options_len - 1].answer};
	}
}

void straight_items_fini(struct straight_items *s)
{
	memory_free(s->at);
	*s = (struct straight_items){0};
}

/** The answer of all, or of all but one: two of the first three give it. */
static int16_t answer_of_most(const struct straight_items *s, const int16_t *answers)
{
	int16_t first[3] = {ANSWER_NONE, ANSWER_NONE, ANSWER_NONE};
	size_t found = 0;
	for (size_t i = 0; i < s->len && found < COUNT_OF(first); i++) {
		first[found] = answers[s->at[i].item];
		found += first[found] != ANSWER_NONE;
	}
	if (first[1] == first[2])
		return first[1];
	return first[0];
}

static bool is_end(const struct straight_items *s, const int16_t *answers, int16_t most)
{
	bool first = true, last = true;
	for (size_t i = 0; i < s->len; i++) {
		if (answers[s->at[i].item] == ANSWER_NONE)
			continue;
		first = first && most == s->at[i].first;
		last = last && most == s->at[i].last;
	}
	return first || last;
}

enum straightness straightness(const struct straight_items *s, const int16_t *answers)
{
	int16_t most = answer_of_most(s, answers);
	unsigned given = 0, other = 0;
	for (size_t i = 0; i < s->len; i++) {
		int16_t answer = answers[s->at[i].item];
		given += answer != ANSWER_NONE;
		other += answer != most;
	}
	other -= (unsigned)s->len - given; /* items without an answer were counted in */
	if (given < STRAIGHT_ITEMS)
		return STRAIGHT_NOT_LOOKED_AT;
	if (other >= 2)
		return STRAIGHT_NOT;
	bool end = is_end(s, answers, most);
	if (other == 1)
		return end ? STRAIGHT_NEAR_END : STRAIGHT_NEAR;
	return end ? STRAIGHT_ALL_END : STRAIGHT_ALL;
}

void straight_spread_add(struct straight_spread *s, struct straight_count c, int sign)
{
	double n = (double)c.looked_at, k = (double)c.straight;
	if (c.looked_at == 0)
		return;
	s->groups += sign;
	s->looked_at += sign * c.looked_at;
	s->straight += sign * c.straight;
	s->looked_at_squares += sign * n * n;
	s->straight_squares += sign * k * k / n;
}

/** The intraclass correlation of straight rows, at the upper limit of its chi squared. */
static double spread_of(const struct straight_spread *s, double rate)
{
	double n = (double)s->looked_at, k = (double)s->straight, df = (double)(s->groups - 1);
	double between = (s->straight_squares - k * k / n) / (rate * (1 - rate));
	double most = between / special_f_quantile(spread_level, df, INFINITY);
	double spread = (most - df) / (n - s->looked_at_squares / n - df);
	return fmax(spread_least, fmin(spread_most, isnan(spread) ? spread_most : spread));
}

double straight_above(struct straight_count c, const struct straight_spread *others)
{
	if (others->groups < OTHERS_LEAST || c.looked_at == 0)
		return NAN;
	double rate = ((double)others->straight + 0.5) / ((double)others->looked_at + 1);
	double spread = spread_of(others, rate);
	double size = (1 - spread) / spread;
	double a = rate * size, b = (1 - rate) * size;
	if (c.looked_at > DRAWS_MOST)
		return 1 - special_beta_below((double)c.straight / (double)c.looked_at, a, b);
	return special_beta_binomial_from(c.straight, c.looked_at, a, b);
}

double straight_above_near(int64_t straight, int64_t near)
{
	return special_beta_below(0.5, (double)straight, (double)near + 1);
}
