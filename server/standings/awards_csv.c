#include <math.h>

#include "sheet/csv_out.h"
#include "standings/award_tree.h"

static const char *const columns[] = {
	"award",      "company", "sector",     "n",	     "figure",	       "verdict",
	"p_at_least", "rank",	 "rank_lower", "rank_upper", "tied_with_best", "joint",
	"minor",      "major",	 "times",      "first_wave",
};

static void empties(struct csv_out *c, size_t count)
{
	for (size_t i = 0; i < count; i++)
		csv_empty(c);
}

static void line_cells(struct csv_out *c, const struct award *a, const struct award_winner *w)
{
	if (a->kind != AWARD_LINE) {
		empties(c, 2);
		return;
	}
	csv_text(c, slice_of(verdict_name(w->verdict)));
	csv_double(c, w->p_at_least);
}

static void rank_cells(struct csv_out *c, const struct award *a, const struct award_winner *w)
{
	bool given = a->kind == AWARD_RANK && w->has_interval;

	if (a->kind == AWARD_RANK)
		csv_int(c, w->outcome.number);
	else
		csv_empty(c);
	if (!given) {
		empties(c, 3);
		return;
	}
	csv_int(c, (int64_t)w->interval.lower);
	csv_int(c, (int64_t)w->interval.upper);
	csv_text(c, slice_of(w->tied_with_best ? "true" : "false"));
}

static void audit_cells(struct csv_out *c, const struct award *a, const struct award_winner *w)
{
	if (a->kind != AWARD_NO_NONCONFORMITY) {
		empties(c, 2);
		return;
	}
	csv_int(c, w->minor);
	csv_int(c, w->major);
}

static void streak_cells(struct csv_out *c, const struct programme *p, const struct award_winner *w)
{
	if (w->streak == NULL) {
		empties(c, 2);
		return;
	}
	csv_int(c, w->outcome.number);
	csv_text(c, p->waves[w->streak[0].wave].code);
}

static void winner_row(struct csv_out *c, const struct awards *a, const struct award *award,
		       const struct award_winner *w)
{
	const struct programme *p = a->series.programme;

	csv_text(c, award->code);
	csv_text(c, p->companies[w->company].code);
	csv_text(c, w->sector->code);
	csv_int(c, w->n);
	csv_double(c, award->kind == AWARD_LINE || award->kind == AWARD_RANK ? w->figure : NAN);
	line_cells(c, award, w);
	rank_cells(c, award, w);
	csv_int(c, w->outcome.joint);
	audit_cells(c, award, w);
	streak_cells(c, p, w);
	csv_end_row(c);
}

void awards_csv(const struct awards *a, struct buf *to)
{
	struct csv_out c = csv_out_on(to);

	for (size_t i = 0; i < COUNT_OF(columns); i++)
		csv_text(&c, slice_of(columns[i]));
	csv_end_row(&c);
	for (size_t i = 0; i < a->len; i++)
		for (size_t w = 0; w < a->of[i].winners_len; w++)
			winner_row(&c, a, a->of[i].award, &a->of[i].winners[w]);
}
