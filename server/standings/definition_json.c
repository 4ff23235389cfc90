#include <math.h>

#include "standings/level_json.h"
#include "stats/nps.h"

/** How the figures are made; changes when a formula does. */
static const char *const methods[][2] = {
	{"statistics", "1"},
	{"sector_level", "mean_of_companies"},
	{"sd", "n_minus_1"},
	{"quantiles", "hyndman_fan_7"},
	{"trimmed_mean", "floor_n_over_10_each_end"},
	{"ci_mean", "t_or_zero_variance_bound"},
	{"ci_share", "wilson"},
	{"ci_nps", "adjusted_wald"},
	{"ranking", "observed_highest_first_equals_share_1224"},
	{"pairs", "games_howell"},
	{"rank_interval_scope", "simultaneous"},
	{"shrinkage", "blup_one_variance_pair_a_wave"},
	{"severity", "reml_shoppers_random"},
};

void named_json(struct json_out *j, const char *key, struct slice code, struct names name)
{
	json_key(j, key);
	json_open_object(j);
	json_pair_text(j, "code", code);
	json_key(j, "name");
	json_raw(j, name.json.len > 0 ? name.json : SLICE("{}"));
	json_close_object(j);
}

void source_json(struct json_out *j, const struct board_source *source)
{
	const struct programme *p = source->programme;

	json_pair_text(j, "programme", p->code);
	json_pair_text(j, "wave", p->waves[source->wave].code);
	json_pair_text(j, "state", source->state);
	json_pair_int(j, "revision", source->revision);
	json_pair_int(j, "version", source->version);
}

static void weights_json(struct json_out *j, const struct roster *r)
{
	json_key(j, "channel_weights");
	json_open_object(j);
	for (size_t i = 0; i < r->programme->channels_len; i++) {
		if (!(r->wave->channel_weights[i] > 0))
			continue;
		json_key_slice(j, r->programme->channels[i].code);
		json_double(j, r->wave->channel_weights[i]);
	}
	json_close_object(j);
}

static const char *measure_word(enum measure measure)
{
	static const char *const words[] = {[MEASURE_CSAT] = "csat",
					    [MEASURE_CES] = "ces",
					    [MEASURE_NPS] = "nps",
					    [MEASURE_OTHER] = "other"};

	must((size_t)measure < COUNT_OF(words));
	return words[measure];
}

static void questions_json(struct json_out *j, const struct instrument *i)
{
	json_key(j, "questions");
	json_open_array(j);
	for (size_t q = 0; q < i->questions_len; q++) {
		const struct question *question = &i->questions[q];

		json_open_object(j);
		json_pair_text(j, "code", question->code);
		text_json(j, "measure", measure_word(question->measure));
		json_pair_int(j, "scale_min", question->scale_min);
		json_pair_int(j, "scale_max", question->scale_max);
		text_json(j, "direction",
			  question->high_is_effort ? "recoded_high_is_good" : "high_is_good");
		json_pair_int(j, "good_from", question->good_from);
		json_close_object(j);
	}
	json_close_array(j);
}

/** The states of review whose results are in the figures. */
static void counts_json(struct json_out *j, unsigned counts)
{
	json_key(j, "counts");
	json_open_array(j);
	for (int state = 0; state < REVIEW_COUNT; state++)
		if (counts & (1u << state))
			json_text(j, slice_of(review_state_name((enum review_state)state)));
	json_close_array(j);
}

static void metric_json(struct json_out *j, const struct metric *metric, double threshold)
{
	if (metric == NULL)
		return;
	text_json(j, "ranked_by", metric->ranked_by);
	json_figure(j, "threshold", threshold, REASON_NOT_COMPUTED);
}

void definition_json(struct json_out *j, const struct roster *r, const struct metric *metric,
		     double threshold)
{
	const struct instrument *i = r->instrument;
	bool zero = i->unanswered == UNANSWERED_ZERO;

	json_key(j, "definition");
	json_open_object(j);
	json_pair_text(j, "instrument", i->code);
	json_pair_double(j, "level", r->wave->level);
	text_json(j, "unanswered", zero ? "zero" : "exclude");
	text_json(j, "ci_score", zero ? "two_part" : "t_or_zero_variance_bound");
	text_json(j, "scoring", i->scoring == SCORING_POOLED ? "pooled" : "weighted_areas");
	json_pair_int(j, "min_publish", r->wave->minimum.publish);
	json_pair_int(j, "min_rank", r->wave->minimum.rank);
	json_pair_int(j, "min_cell", r->wave->minimum.cell);
	counts_json(j, r->wave->counts);
	if (r->wave->series_breaks) {
		json_key(j, "series_break");
		json_raw(j, r->wave->series_break.json);
	}
	metric_json(j, metric, threshold);
	for (size_t m = 0; m < COUNT_OF(methods); m++)
		text_json(j, methods[m][0], methods[m][1]);
	json_pair_double(j, "familywise_alpha", 1 - r->wave->level);
	json_pair_double(j, "reliability_wanted", LEVEL_RELIABILITY_WANTED);
	json_pair_double(j, "contacts_needed_reliability", LEVEL_CONTACTS_NEEDED_RELIABILITY);
	json_pair_int(j, "nps_promoter_from", NPS_PROMOTER_FROM);
	json_pair_int(j, "nps_passive_from", NPS_PASSIVE_FROM);
	weights_json(j, r);
	questions_json(j, i);
	json_close_object(j);
}
