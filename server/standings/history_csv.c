#include <stdio.h>

#include "sheet/csv_out.h"
#include "standings/history_tree.h"

static const char *const first_columns[] = {
	"wave",	  "state",	 "revision", "instrument", "comparable",      "company",
	"sector", "base_status", "n",	     "rank",	   "companies_ranked"};

static const char *const metrics[] = {
#define X(name, metric, value) name,
	HISTORY_METRICS(X)
#undef X
};

/** Of each metric: "nps_n", "nps", "nps_ci_lower" .. */
static const char *const suffixes[] = {"_n",
				       "",
				       "_ci_lower",
				       "_ci_upper",
				       "_change",
				       "_change_ci_lower",
				       "_change_ci_upper",
				       "_change_p_value",
				       "_change_p_adjusted"};

static void head(struct csv_out *c)
{
	char name[64];

	for (size_t i = 0; i < COUNT_OF(first_columns); i++)
		csv_text(c, slice_of(first_columns[i]));
	for (size_t m = 0; m < COUNT_OF(metrics); m++)
		for (size_t i = 0; i < COUNT_OF(suffixes); i++) {
			snprintf(name, sizeof(name), "%s%s", metrics[m], suffixes[i]);
			csv_text(c, slice_of(name));
		}
	csv_text(c, SLICE("awards"));
	csv_end_row(c);
}

static void empties(struct csv_out *c, size_t count)
{
	for (size_t i = 0; i < count; i++)
		csv_empty(c);
}

static void standing_cells(struct csv_out *c, const struct programme *p,
			   const struct history_wave *w)
{
	if (w->company < 0) {
		empties(c, 5);
	} else {
		int sector = w->at->summary->companies[w->place].sector;

		csv_text(c, p->companies[w->company].code);
		csv_text(c, w->at->wave->sectors[sector].code);
		csv_text(c, slice_of(base_status_name(w->base.status)));
		csv_int(c, w->base.contacts);
		if (w->is_ranked)
			csv_int(c, (int64_t)w->rank);
		else
			csv_empty(c);
	}
	csv_int(c, (int64_t)w->ranked);
}

static void figure_cells(struct csv_out *c, const struct history_figure *f)
{
	csv_int(c, f->figure.sums.n);
	csv_double(c, f->figure.value);
	csv_double(c, f->figure.ci.lower);
	csv_double(c, f->figure.ci.upper);
	if (!f->change.given) {
		empties(c, 5);
		return;
	}
	csv_double(c, f->change.change.change);
	csv_double(c, f->change.change.ci.lower);
	csv_double(c, f->change.change.ci.upper);
	csv_double(c, f->change.change.p_value);
	csv_double(c, f->change.p_adjusted);
}

static void awards_cell(struct csv_out *c, const struct history_wave *w)
{
	struct buf codes;

	buf_init(&codes, (size_t)AWARDS_LIMIT * (PROGRAMME_CODE_BYTES + 1));
	for (size_t i = 0; i < w->awards_len; i++) {
		if (i > 0)
			buf_add_byte(&codes, ' ');
		buf_add(&codes, w->at->wave->awards[w->awards[i]].code);
	}
	csv_text(c, buf_slice(&codes));
	buf_fini(&codes);
}

static void wave_row(struct csv_out *c, const struct programme *p, const struct history_wave *w)
{
	csv_text(c, w->at->wave->code);
	csv_text(c, w->at->summary->state);
	csv_int(c, w->at->summary->revision);
	csv_text(c, p->instruments[w->at->wave->instrument].code);
	csv_text(c, slice_of(w->comparable ? "true" : "false"));
	standing_cells(c, p, w);
	for (size_t m = 0; m < COUNT_OF(metrics); m++) {
		if (history_wave_is_shown(w) && w->figures[m].asked)
			figure_cells(c, &w->figures[m]);
		else
			empties(c, COUNT_OF(suffixes));
	}
	awards_cell(c, w);
	csv_end_row(c);
}

void history_csv(const struct history *h, struct buf *to)
{
	struct csv_out c = csv_out_on(to);

	head(&c);
	for (size_t i = 0; i < h->len; i++)
		wave_row(&c, h->series.programme, &h->waves[i]);
}
