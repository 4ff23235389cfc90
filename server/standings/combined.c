#include "standings/combined.h"

#include <stdlib.h>

#include "base/json_out.h"
#include "standings/combined_parts.h"
#include "standings/figures_json.h"
#include "standings/level_json.h"

struct combined_row {
	const struct company *company;
	const struct sector *sector; /**< of the wave named first */
	int index;		     /**< of the company in the programme */
	struct combined_parts parts;
	struct standard figure;
	size_t rank, rank_in_sector;
};

struct combined_board {
	const struct programme *programme;
	const struct combined *combined;
	const struct wave_summary *const *summaries;
	const struct wave *first;  /**< named first: sectors and level are its */
	struct combined_row *rows; /**< in the order shown */
	size_t len, ranked;
};

void combined_needs(const struct programme *p, int combined, bool *needed)
{
	for (size_t i = 0; i < p->combined[combined].len; i++)
		needed[p->combined[combined].waves[i]] = true;
}

static bool has_figure(const struct combined_row *row)
{
	return row->parts.state == OUTCOME_NOT_WON;
}

/** Above 0 where `a` is better; exact. Both have a figure. */
static int compare(const struct combined_row *a, const struct combined_row *b)
{
	return exact_mean_compare(a->parts.terms, a->parts.len, b->parts.terms, b->parts.len);
}

static int in_order(const void *left, const void *right)
{
	const struct combined_row *a = left, *b = right;
	int better = 0;

	if (has_figure(a) != has_figure(b))
		return has_figure(a) ? -1 : 1;
	if (has_figure(a))
		better = compare(b, a);
	return better != 0 ? better : slice_compare(a->company->code, b->company->code);
}

/** Equal fractions share the better rank, "1224", in the field and in the sector. */
static void give_ranks(struct combined_board *b)
{
	for (size_t i = 0; i < b->ranked; i++) {
		struct combined_row *row = &b->rows[i];

		row->rank = i + 1;
		row->rank_in_sector = 1;
		if (i > 0 && compare(row, row - 1) == 0)
			row->rank = row[-1].rank;
		for (size_t other = 0; other + 1 < row->rank; other++)
			row->rank_in_sector += b->rows[other].sector == row->sector;
	}
}

static enum status take_rows(struct combined_board *b, int combined, struct arena *arena)
{
	const struct programme *p = b->programme;

	b->rows = arena_take_array(arena, p->companies_len + 1, sizeof(*b->rows));
	if (b->rows == NULL)
		return E_LIMIT;
	for (size_t i = 0; i < p->companies_len; i++) {
		struct combined_row *row = &b->rows[b->len];

		if (b->first->sector_of[i] < 0)
			continue;
		row->index = (int)i;
		row->company = &p->companies[i];
		row->sector = &b->first->sectors[b->first->sector_of[i]];
		row->parts = combined_parts_of(p, combined, b->summaries, (int)i);
		row->figure = combined_standard(&row->parts, b->first->level);
		b->ranked += has_figure(row);
		b->len++;
	}
	return OK;
}

enum status combined_make(const struct programme *p, int combined,
			  const struct wave_summary *const *summaries, struct arena *arena,
			  struct combined_board **made, struct trouble *why)
{
	struct combined_board *b = arena_take(arena, sizeof(*b));
	enum status st = wave_summaries_fit(p, summaries, why);

	*made = NULL;
	if (st < 0)
		return st;
	st = E_LIMIT;
	if (b != NULL) {
		*b = (struct combined_board){.programme = p,
					     .combined = &p->combined[combined],
					     .summaries = summaries,
					     .first = &p->waves[p->combined[combined].waves[0]]};
		st = take_rows(b, combined, arena);
	}
	if (st < 0)
		return trouble(why, st, "the combined figures do not fit into %zu bytes",
			       arena->limit_bytes);
	qsort(b->rows, b->len, sizeof(*b->rows), in_order);
	give_ranks(b);
	*made = b;
	return OK;
}

/** Why the row has no figure. */
static enum reason reason_of(const struct combined_board *b, const struct combined_row *row)
{
	switch (row->parts.state) {
	case OUTCOME_NOT_IN_WAVE:
		for (size_t i = 0; i < b->combined->len; i++)
			if (b->summaries[b->combined->waves[i]] == NULL)
				return REASON_WAVE_NOT_AVAILABLE;
		return REASON_NOT_IN_WAVE;
	case OUTCOME_SUPPRESSED:
	case OUTCOME_BELOW_BASE:
		return REASON_BELOW_MINIMUM_BASE;
	default:
		return REASON_NO_ANSWERS;
	}
}

static void figure_json(struct json_out *j, const struct combined_board *b,
			const struct combined_row *row)
{
	const struct standard *s = &row->figure;
	bool varies = s->se > 0;

	if (!has_figure(row)) {
		json_undefined(j, "score", reason_of(b, row));
		return;
	}
	json_key(j, "score");
	json_open_object(j);
	json_pair_int(j, "n", s->n);
	json_figure(j, "mean", s->value, REASON_NO_ANSWERS);
	json_figure(j, "se", s->se, REASON_ONE_ANSWER);
	json_figure(j, "df", s->df, REASON_ZERO_VARIANCE);
	json_figure(j, "ci_lower", s->ci.lower, REASON_ZERO_VARIANCE);
	json_figure(j, "ci_upper", s->ci.upper, REASON_ZERO_VARIANCE);
	text_json(j, "ci_method", varies ? "t" : "none");
	json_close_object(j);
}

/** Figures of a company that may not be shown in a wave are not shown here either. */
static void part_figures_json(struct json_out *j, const struct wave_summary *s,
			      const struct sums *sums, int company)
{
	int place = s == NULL ? -1 : wave_summary_place(s, company);
	const struct summary_base *base;

	if (place < 0) {
		json_undefined(j, "n", s == NULL ? REASON_WAVE_NOT_AVAILABLE : REASON_NOT_IN_WAVE);
		json_undefined(j, "mean",
			       s == NULL ? REASON_WAVE_NOT_AVAILABLE : REASON_NOT_IN_WAVE);
		return;
	}
	base = wave_summary_base(s, place, SUMMARY_ALL_CHANNELS);
	json_pair_int(j, "n", base->contacts);
	if (base->status == BASE_SUPPRESSED)
		json_undefined(j, "mean", REASON_BELOW_MINIMUM_BASE);
	else
		json_figure(j, "mean", sums_mean(sums, SCALE_SCORE.per_unit), REASON_NO_ANSWERS);
}

static void parts_json(struct json_out *j, const struct combined_board *b,
		       const struct combined_row *row)
{
	json_key(j, "parts");
	json_open_array(j);
	for (size_t i = 0; i < b->combined->len; i++) {
		int wave = b->combined->waves[i];

		json_open_object(j);
		json_pair_text(j, "wave", b->programme->waves[wave].code);
		part_figures_json(j, b->summaries[wave], &row->parts.sums[i], row->index);
		json_close_object(j);
	}
	json_close_array(j);
}

static void row_json(struct json_out *j, const struct combined_board *b,
		     const struct combined_row *row)
{
	json_open_object(j);
	if (has_figure(row)) {
		json_pair_int(j, "rank", (int64_t)row->rank);
		json_pair_int(j, "rank_in_sector", (int64_t)row->rank_in_sector);
	} else {
		json_undefined(j, "rank", reason_of(b, row));
		json_undefined(j, "rank_in_sector", reason_of(b, row));
	}
	named_json(j, "company", row->company->code, row->company->name);
	named_json(j, "sector", row->sector->code, row->sector->name);
	figure_json(j, b, row);
	parts_json(j, b, row);
	json_close_object(j);
}

/** The waves it is of: weight, state and revision of each. */
static void waves_json(struct json_out *j, const struct combined_board *b)
{
	json_key(j, "of");
	json_open_array(j);
	for (size_t i = 0; i < b->combined->len; i++) {
		const struct wave_summary *s = b->summaries[b->combined->waves[i]];

		json_open_object(j);
		json_pair_text(j, "wave", b->programme->waves[b->combined->waves[i]].code);
		json_pair_double(j, "weight", (double)b->combined->weights_millionths[i] / 1e6);
		json_pair_bool(j, "available", s != NULL);
		if (s != NULL) {
			json_pair_text(j, "state", s->state);
			json_pair_int(j, "revision", s->revision);
		}
		json_close_object(j);
	}
	json_close_array(j);
}

void combined_json(const struct combined_board *b, struct buf *to)
{
	struct json_out j = json_out_on(to);

	json_open_object(&j);
	json_pair_text(&j, "programme", b->programme->code);
	named_json(&j, "combined", b->combined->code, b->combined->name);
	waves_json(&j, b);
	json_key(&j, "definition");
	json_open_object(&j);
	text_json(&j, "figure", "weighted_mean_of_scores");
	json_pair_double(&j, "level", b->first->level);
	text_json(&j, "ci", "t_satterthwaite");
	text_json(&j, "ranks", "highest_first_equals_share_1224");
	text_json(&j, "base", "ranked_in_every_wave");
	json_pair_text(&j, "sectors_of", b->first->code);
	json_close_object(&j);
	json_key(&j, "summary");
	json_open_object(&j);
	json_pair_int(&j, "companies", (int64_t)b->len);
	json_pair_int(&j, "companies_ranked", (int64_t)b->ranked);
	json_close_object(&j);
	json_key(&j, "standings");
	json_open_array(&j);
	for (size_t i = 0; i < b->len; i++)
		row_json(&j, b, &b->rows[i]);
	json_close_array(&j);
	json_close_object(&j);
}
