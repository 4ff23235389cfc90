#include <math.h>
#include <stdio.h>

#include "sheet/csv_out.h"
#include "standings/board_tree.h"

#define FIGURE(name, field)                                                                        \
	{                                                                                          \
		(name), offsetof(struct standing, field)                                           \
	}

struct column {
	const char *name;
	size_t at;
};

/** Doubles of a shown company, in the order of the file. */
static const struct column score_columns[] = {
	FIGURE("no_answer_percent", figures.no_answer.percent),
	FIGURE("no_answer_ci_lower", figures.no_answer.ci.lower),
	FIGURE("no_answer_ci_upper", figures.no_answer.ci.upper),
	FIGURE("answered_mean", figures.answered_mean.mean),
	FIGURE("answered_ci_lower", figures.answered_mean.ci.lower),
	FIGURE("answered_ci_upper", figures.answered_mean.ci.upper),
	FIGURE("score", figures.score.mean.mean),
	FIGURE("score_ci_lower", figures.score_ci.lower),
	FIGURE("score_ci_upper", figures.score_ci.upper),
	FIGURE("score_sd", figures.score.mean.sd),
	FIGURE("score_se", figures.score.mean.se),
	FIGURE("score_min", figures.score.min),
	FIGURE("score_p25", figures.score.p25),
	FIGURE("score_median", figures.score.median),
	FIGURE("score_p75", figures.score.p75),
	FIGURE("score_max", figures.score.max),
	FIGURE("score_iqr", figures.score.iqr),
	FIGURE("score_mad", figures.score.mad),
	FIGURE("score_range", figures.score.range),
	FIGURE("score_trimmed_mean", figures.score.trimmed_mean),
	FIGURE("score_cv_percent", figures.score.cv_percent),
	FIGURE("score_gini_mean_difference", figures.score.gini_mean_difference),
	FIGURE("score_relative_sd", figures.score.relative_sd),
};

static const struct column standardised_columns[] = {
	FIGURE("score_standardised", standardised.score.value),
	FIGURE("score_standardised_se", standardised.score.se),
	FIGURE("score_standardised_ci_lower", standardised.score.ci.lower),
	FIGURE("score_standardised_ci_upper", standardised.score.ci.upper),
	FIGURE("score_standardised_n_effective", standardised.score.n_effective),
};

static const struct column nps_counts[] = {
	FIGURE("nps_n", figures.nps.n),
	FIGURE("promoters", figures.nps.promoters),
	FIGURE("passives", figures.nps.passives),
	FIGURE("detractors", figures.nps.detractors),
};

static const struct column nps_columns[] = {
	FIGURE("nps", figures.nps.nps),
	FIGURE("nps_sd", figures.nps.sd),
	FIGURE("nps_se", figures.nps.se),
	FIGURE("nps_ci_lower", figures.nps.ci.lower),
	FIGURE("nps_ci_upper", figures.nps.ci.upper),
	FIGURE("nps_consensus", figures.nps_consensus),
};

static const struct column csat_counts[] = {
	FIGURE("csat_n", figures.csat.rating.mean.n),
	FIGURE("csat_top2_count", figures.csat.rating.box.count),
};

static const struct column csat_columns[] = {
	FIGURE("csat_mean", figures.csat.rating.mean.mean),
	FIGURE("csat_sd", figures.csat.rating.mean.sd),
	FIGURE("csat_ci_lower", figures.csat.rating.mean.ci.lower),
	FIGURE("csat_ci_upper", figures.csat.rating.mean.ci.upper),
	FIGURE("csat_top2_percent", figures.csat.rating.box.percent),
	FIGURE("csat_top2_ci_lower", figures.csat.rating.box.ci.lower),
	FIGURE("csat_top2_ci_upper", figures.csat.rating.box.ci.upper),
	FIGURE("csat_consensus", figures.csat.consensus),
	FIGURE("csat_relative_variance", figures.csat.relative_variance),
};

static const struct column ces_counts[] = {
	FIGURE("ces_n", figures.ces.rating.mean.n),
	FIGURE("ces_easy_count", figures.ces.rating.box.count),
};

static const struct column ces_columns[] = {
	FIGURE("ces_mean", figures.ces.rating.mean.mean),
	FIGURE("ces_sd", figures.ces.rating.mean.sd),
	FIGURE("ces_ci_lower", figures.ces.rating.mean.ci.lower),
	FIGURE("ces_ci_upper", figures.ces.rating.mean.ci.upper),
	FIGURE("ces_score_0_100", figures.ces.rating.score_0_100),
	FIGURE("ces_easy_percent", figures.ces.rating.box.percent),
	FIGURE("ces_easy_ci_lower", figures.ces.rating.box.ci.lower),
	FIGURE("ces_easy_ci_upper", figures.ces.rating.box.ci.upper),
	FIGURE("ces_consensus", figures.ces.consensus),
	FIGURE("ces_agreement_a", figures.ces.agreement_a),
};

static const struct column area_columns[] = {
	FIGURE("area", figures.area.mean.mean),
	FIGURE("area_ci_lower", figures.area.mean.ci.lower),
	FIGURE("area_ci_upper", figures.area.mean.ci.upper),
	FIGURE("area_sd", figures.area.mean.sd),
	FIGURE("area_median", figures.area.median),
};

static const struct column severity_columns[] = {
	FIGURE("answered_mean_severity_adjusted", severity.adjusted_mean),
	FIGURE("answered_mean_severity_adjusted_se", severity.se),
};

static const struct column shrunken_columns[] = {
	FIGURE("shrunken", shrunken.mean),
	FIGURE("shrunken_sd", shrunken.sd),
	FIGURE("reliability", shrunken.reliability),
};

static const struct column chance_columns[] = {
	FIGURE("expected_rank", ranked.expected_rank),
	FIGURE("p_best", ranked.p_best),
	FIGURE("p_top3", ranked.p_top3),
};

static const char *const first_columns[] = {
	"rank",	  "rank_lower", "rank_upper",  "tied_with_best", "group_letters",
	"sector", "company",	"base_status", "contacts",	 "answered"};

/** Columns of one kind, and when their cells hold something. */
struct block {
	const struct column *columns;
	size_t len;
	enum { DOUBLES, COUNTS, METRIC_DOUBLES } kind;
	enum { EVERY_BOARD, WHOLE_BOARDS, AREA_BOARDS } boards;
	bool ranked_only;
};

#define BLOCK(table, kind_, boards_, ranked_)                                                      \
	{                                                                                          \
		.columns = (table), .len = COUNT_OF(table), .kind = (kind_), .boards = (boards_),  \
		.ranked_only = (ranked_)                                                           \
	}

static const struct block blocks[] = {
	BLOCK(score_columns, DOUBLES, EVERY_BOARD, false),
	BLOCK(standardised_columns, DOUBLES, WHOLE_BOARDS, false),
	BLOCK(nps_counts, COUNTS, EVERY_BOARD, false),
	BLOCK(nps_columns, DOUBLES, EVERY_BOARD, false),
	BLOCK(csat_counts, COUNTS, EVERY_BOARD, false),
	BLOCK(csat_columns, DOUBLES, EVERY_BOARD, false),
	BLOCK(ces_counts, COUNTS, EVERY_BOARD, false),
	BLOCK(ces_columns, DOUBLES, EVERY_BOARD, false),
	BLOCK(area_columns, DOUBLES, AREA_BOARDS, false),
	BLOCK(severity_columns, DOUBLES, WHOLE_BOARDS, false),
	BLOCK(shrunken_columns, METRIC_DOUBLES, EVERY_BOARD, false),
	BLOCK(chance_columns, DOUBLES, EVERY_BOARD, true),
};

static bool is_on_board(const struct board *b, const struct block *block)
{
	if (block->boards == WHOLE_BOARDS)
		return b->query.channel == BOARD_ALL_CHANNELS;
	return block->boards != AREA_BOARDS || b->query.metric == BOARD_AREA;
}

static void head_of_block(struct csv_out *c, const struct board *b, const struct block *block)
{
	char name[80];

	for (size_t i = 0; i < block->len; i++) {
		const char *prefix = block->kind == METRIC_DOUBLES ? b->metric.word : "";

		snprintf(name, sizeof(name), "%s%s%s", prefix, *prefix ? "_" : "",
			 block->columns[i].name);
		csv_text(c, slice_of(name));
	}
}

static void cells_of_block(struct csv_out *c, const struct standing *s, const struct block *block)
{
	bool empty = !standing_is_shown(s) || (block->ranked_only && !s->is_ranked);

	for (size_t i = 0; i < block->len; i++) {
		const char *at = (const char *)s + block->columns[i].at;
		int64_t count;
		double number;

		if (empty) {
			csv_empty(c);
		} else if (block->kind == COUNTS) {
			memcpy(&count, at, sizeof(count));
			csv_int(c, count);
		} else {
			memcpy(&number, at, sizeof(number));
			csv_double(c, number);
		}
	}
}

static void rank_cells(struct csv_out *c, const struct board *b, const struct standing *s)
{
	bool compared = s->is_ranked && b->ranking.pairs != NULL;

	if (s->is_ranked)
		csv_int(c, (int64_t)s->ranked.rank);
	else
		csv_empty(c);
	if (compared) {
		csv_int(c, (int64_t)s->ranked.interval.lower);
		csv_int(c, (int64_t)s->ranked.interval.upper);
		csv_text(c, slice_of(s->ranked.tied_with_best ? "true" : "false"));
	} else {
		csv_empty(c);
		csv_empty(c);
		csv_empty(c);
	}
	csv_text(c, slice_of(s->is_ranked ? s->ranked.letters : NULL));
}

static void threshold_cells(struct csv_out *c, const struct board *b, const struct standing *s)
{
	if (isnan(b->query.threshold))
		return;
	csv_double(c, standing_is_shown(s) ? s->p_at_least : NAN);
	csv_text(c, slice_of(standing_is_shown(s) ? verdict_name(s->verdict) : NULL));
}

static void standing_row(struct csv_out *c, const struct board *b, const struct standing *s)
{
	rank_cells(c, b, s);
	csv_text(c, b->roster.wave->sectors[s->company->sector].code);
	csv_text(c, b->roster.programme->companies[s->company->company].code);
	csv_text(c, slice_of(base_status_name(s->base.status)));
	csv_int(c, s->base.contacts);
	if (standing_is_shown(s))
		csv_int(c, s->figures.answered);
	else
		csv_empty(c);
	for (size_t i = 0; i < COUNT_OF(blocks); i++)
		if (is_on_board(b, &blocks[i]))
			cells_of_block(c, s, &blocks[i]);
	threshold_cells(c, b, s);
	csv_end_row(c);
}

void board_csv(const struct board *b, struct buf *to)
{
	struct csv_out c = csv_out_on(to);

	for (size_t i = 0; i < COUNT_OF(first_columns); i++)
		csv_text(&c, slice_of(first_columns[i]));
	for (size_t i = 0; i < COUNT_OF(blocks); i++)
		if (is_on_board(b, &blocks[i]))
			head_of_block(&c, b, &blocks[i]);
	if (!isnan(b->query.threshold)) {
		csv_text(&c, SLICE("p_at_least"));
		csv_text(&c, SLICE("threshold_verdict"));
	}
	csv_end_row(&c);
	for (size_t i = 0; i < b->len; i++)
		standing_row(&c, b, &b->standings[i]);
}
