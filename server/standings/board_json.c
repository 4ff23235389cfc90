#include <math.h>
#include <stdio.h>

#include "standings/level_json.h"
#include "standings/support.h"

enum { KEY_BYTES = 64, SENTENCE_BYTES = 512 };

/** Every ranked figure of a company, all undefined for one reason. */
static void unranked_json(struct json_out *j, enum reason reason)
{
	static const char *const keys[] = {"rank", "rank_lower", "rank_upper", "tied_with_best",
					   "group_letters"};

	for (size_t i = 0; i < COUNT_OF(keys); i++)
		json_undefined(j, keys[i], reason);
}

static void ranked_json(struct json_out *j, const struct board *b, const struct ranked *r)
{
	json_pair_int(j, "rank", (int64_t)r->rank);
	if (b->ranking.pairs == NULL) {
		json_undefined(j, "rank_lower", REASON_NOT_COMPUTED);
		json_undefined(j, "rank_upper", REASON_NOT_COMPUTED);
		json_undefined(j, "tied_with_best", REASON_NOT_COMPUTED);
	} else {
		json_pair_int(j, "rank_lower", (int64_t)r->interval.lower);
		json_pair_int(j, "rank_upper", (int64_t)r->interval.upper);
		json_pair_bool(j, "tied_with_best", r->tied_with_best);
	}
	if (r->letters != NULL)
		text_json(j, "group_letters", r->letters);
	else
		json_undefined(j, "group_letters", REASON_NOT_COMPUTED);
}

static enum reason reason_of_no_rank(const struct standing *s)
{
	return s->base.status == BASE_RANKED ? reason_of_base(s->sums.n)
					     : REASON_BELOW_MINIMUM_BASE;
}

static void channels_missing_json(struct json_out *j, const struct programme *p, uint32_t missing)
{
	json_key(j, "channels_missing");
	json_open_array(j);
	for (size_t i = 0; i < p->channels_len; i++)
		if (missing & (UINT32_C(1) << i))
			json_text(j, p->channels[i].code);
	json_close_array(j);
}

static void standardised_json(struct json_out *j, const struct board *b, const struct standing *s)
{
	const struct standard *standard = &s->standardised.score;
	enum reason reason = reason_of_base(standard->n);

	if (b->query.channel != BOARD_ALL_CHANNELS) {
		json_undefined(j, "score_standardised", REASON_NOT_COMPUTED);
		return;
	}
	json_key(j, "score_standardised");
	json_open_object(j);
	json_figure(j, "mean", standard->value, reason);
	json_figure(j, "se", standard->se, reason);
	json_figure(j, "df", standard->df, reason);
	json_figure(j, "ci_lower", standard->ci.lower, reason);
	json_figure(j, "ci_upper", standard->ci.upper, reason);
	text_json(j, "ci_method", isfinite(standard->ci.lower) ? "t" : "none");
	json_figure(j, "n_effective", standard->n_effective, reason);
	channels_missing_json(j, b->roster.programme, s->standardised.channels_missing);
	json_close_object(j);
}

/** Shrinking needs a spread inside companies. */
static enum reason reason_of_no_shrinkage(const struct board *b, const struct standing *s)
{
	if (s->sums.n == 0)
		return REASON_NO_ANSWERS;
	return isnan(b->components.sigma2) ? REASON_ONE_ANSWER : REASON_ZERO_VARIANCE;
}

/** "score_shrunken" and its kin, named by the metric. */
static void shrunken_json(struct json_out *j, const struct board *b, const struct standing *s,
			  enum reason reason)
{
	char key[KEY_BYTES];
	const struct shrunken *shrunken = &s->shrunken;
	const struct {
		const char *suffix;
		double value;
	} figures[] = {{"shrunken", shrunken->mean},
		       {"shrunken_sd", shrunken->sd},
		       {"reliability", shrunken->reliability}};

	for (size_t i = 0; i < COUNT_OF(figures); i++) {
		snprintf(key, sizeof(key), "%s_%s", b->metric.word, figures[i].suffix);
		if (standing_is_shown(s))
			json_figure(j, key, figures[i].value, reason);
		else
			json_undefined(j, key, reason);
	}
}

static enum reason reason_of_no_chances(const struct board *b, const struct standing *s)
{
	if (!s->is_ranked)
		return reason_of_no_rank(s);
	return b->ranking.len > BOARD_CHANCES_LIMIT ? REASON_NOT_COMPUTED : REASON_ZERO_VARIANCE;
}

static void chances_json(struct json_out *j, const struct board *b, const struct standing *s)
{
	struct ranked none = {.expected_rank = NAN, .p_best = NAN, .p_top3 = NAN};
	const struct ranked *r = s->is_ranked ? &s->ranked : &none;
	enum reason reason = reason_of_no_chances(b, s);

	json_figure(j, "expected_rank", r->expected_rank, reason);
	json_figure(j, "p_best", r->p_best, reason);
	json_figure(j, "p_top3", r->p_top3, reason);
}

static void threshold_json(struct json_out *j, const struct board *b, const struct standing *s,
			   enum reason reason)
{
	if (isnan(b->query.threshold) || !standing_is_shown(s)) {
		json_undefined(j, "p_at_least", reason);
		json_undefined(j, "threshold_verdict", reason);
		return;
	}
	json_figure(j, "p_at_least", s->p_at_least, reason_of_no_shrinkage(b, s));
	text_json(j, "threshold_verdict", verdict_name(s->verdict));
}

static void beside_json(struct json_out *j, const struct board *b, const struct standing *s)
{
	static const char *const adjusted = "answered_mean_severity_adjusted";
	static const char *const adjusted_se = "answered_mean_severity_adjusted_se";
	enum reason hidden = REASON_BELOW_MINIMUM_BASE;

	if (standing_is_shown(s)) {
		standardised_json(j, b, s);
		json_figure(j, adjusted, s->severity.adjusted_mean, REASON_NOT_COMPUTED);
		json_figure(j, adjusted_se, s->severity.se, REASON_NOT_COMPUTED);
		shrunken_json(j, b, s, reason_of_no_shrinkage(b, s));
		threshold_json(j, b, s, REASON_NOT_COMPUTED);
	} else {
		json_undefined(j, "score_standardised", hidden);
		json_undefined(j, adjusted, hidden);
		json_undefined(j, adjusted_se, hidden);
		shrunken_json(j, b, s, hidden);
		threshold_json(j, b, s, hidden);
	}
	chances_json(j, b, s);
}

static void standing_json(struct json_out *j, const struct board *b, const struct standing *s)
{
	const struct company *c = &b->roster.programme->companies[s->company->company];
	const struct sector *sector = &b->roster.wave->sectors[s->company->sector];
	struct figures_style style = {
		.roster = &b->roster,
		.bins = (b->query.include & BOARD_DISTRIBUTION) != 0,
		.area = b->query.metric == BOARD_AREA,
	};

	json_open_object(j);
	if (s->is_ranked)
		ranked_json(j, b, &s->ranked);
	else
		unranked_json(j, reason_of_no_rank(s));
	named_json(j, "company", c->code, c->name);
	json_pair_text(j, "sector", sector->code);
	text_json(j, "base_status", base_status_name(s->base.status));
	json_pair_int(j, "n", s->base.contacts);
	if (standing_is_shown(s))
		figures_json(j, &s->figures, style);
	else
		figures_json_hidden(j, style);
	if (s->channels != NULL)
		channel_counts_json(j, b->roster.programme, s->channels);
	beside_json(j, b, s);
	json_close_object(j);
}

static void support_json(struct json_out *j, const struct board *b)
{
	struct support support = support_of(b);
	struct buf sentence;

	buf_init(&sentence, SENTENCE_BYTES);
	support_sentence(b, &sentence);
	json_key(j, "ranking");
	json_open_object(j);
	json_pair_bool(j, "ranking_supported", support.supported);
	text_json(j, "reason", support.reason);
	json_pair_text(j, "sentence", buf_slice(&sentence));
	json_close_object(j);
	buf_fini(&sentence);
}

static void summary_json(struct json_out *j, const struct board *b)
{
	json_key(j, "summary");
	json_open_object(j);
	level_json(j, &b->level);
	if (b->ranking.pairs != NULL)
		json_pair_int(j, "tied_with_best", (int64_t)b->ranking.tied_with_best);
	else
		json_undefined(j, "tied_with_best", REASON_NOT_COMPUTED);
	components_json(j, &b->components);
	severity_json(j, b->severity);
	support_json(j, b);
	json_close_object(j);
}

static void pair_json(struct json_out *j, const struct board *b, size_t first, size_t second)
{
	size_t at = pairs_index(b->ranking.len, first, second);
	const struct company *companies = b->roster.programme->companies;
	const struct pair *pair = &b->ranking.pairs[at];
	double p = b->ranking.p_values[at];

	json_open_object(j);
	json_pair_text(j, "a", companies[b->ranked_companies[first]].code);
	json_pair_text(j, "b", companies[b->ranked_companies[second]].code);
	json_pair_double(j, "difference", pair->difference);
	json_pair_double(j, "se", pair->se);
	json_figure(j, "t", pair->t, REASON_ZERO_VARIANCE);
	json_figure(j, "df", pair->df, REASON_ZERO_VARIANCE);
	json_figure(j, "p_value", p, REASON_NOT_COMPUTED);
	json_pair_bool(j, "significant", pair->significant);
	json_close_object(j);
}

static void pairs_json(struct json_out *j, const struct board *b)
{
	if (!(b->query.include & BOARD_PAIRS))
		return;
	if (b->ranking.p_values == NULL && b->ranking.len > 0) {
		json_undefined(j, "pairs", REASON_NOT_COMPUTED);
		return;
	}
	json_key(j, "pairs");
	json_open_array(j);
	for (size_t first = 0; first < b->ranking.len; first++)
		for (size_t second = first + 1; second < b->ranking.len; second++)
			pair_json(j, b, first, second);
	json_close_array(j);
}

static void query_json(struct json_out *j, const struct board *b)
{
	const struct wave *w = b->roster.wave;
	const struct programme *p = b->roster.programme;
	struct buf metric;

	/* The query itself, not an undefined figure: null means "all", and has no reason. */
	if (b->query.sector == BOARD_FIELD)
		json_pair_null(j, "sector");
	else
		named_json(j, "sector", w->sectors[b->query.sector].code,
			   w->sectors[b->query.sector].name);
	if (b->query.channel == BOARD_ALL_CHANNELS)
		json_pair_null(j, "channel");
	else
		named_json(j, "channel", p->channels[b->query.channel].code,
			   p->channels[b->query.channel].name);
	buf_init(&metric, 4096);
	metric_print(&b->metric, b->roster.instrument, &metric);
	json_pair_text(j, "metric", buf_slice(&metric));
	buf_fini(&metric);
}

void board_json(const struct board *b, struct buf *to)
{
	struct json_out j = json_out_on(to);

	json_open_object(&j);
	source_json(&j, &b->source);
	query_json(&j, b);
	definition_json(&j, &b->roster, &b->metric, b->query.threshold);
	summary_json(&j, b);
	json_key(&j, "standings");
	json_open_array(&j);
	for (size_t i = 0; i < b->len; i++)
		standing_json(&j, b, &b->standings[i]);
	json_close_array(&j);
	pairs_json(&j, b);
	json_close_object(&j);
}
