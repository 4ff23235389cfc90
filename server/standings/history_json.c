#include <math.h>

#include "standings/figures_json.h"
#include "standings/history_tree.h"
#include "standings/level_json.h"

static const struct {
	const char *name, *value;
} metrics[] = {
#define X(name, metric, value) {name, value},
	HISTORY_METRICS(X)
#undef X
};

static void change_json(struct json_out *j, const struct history_change *c, bool comparable)
{
	enum reason reason = REASON_ONE_ANSWER;

	if (!c->given) {
		json_undefined(j, "change", c->reason);
		return;
	}
	if (c->change.se == 0)
		reason = REASON_ZERO_VARIANCE;
	json_key(j, "change");
	json_open_object(j);
	json_pair_double(j, "change", c->change.change);
	json_figure(j, "adjusted_change", c->change.adjusted, reason);
	json_figure(j, "se", c->change.se, reason);
	json_figure(j, "ci_lower", c->change.ci.lower, reason);
	json_figure(j, "ci_upper", c->change.ci.upper, reason);
	json_figure(j, "p_value", c->change.p_value, reason);
	if (!comparable) {
		json_undefined(j, "p_adjusted", REASON_NOT_COMPARABLE);
		json_undefined(j, "significant", REASON_NOT_COMPARABLE);
	} else if (isnan(c->p_adjusted)) {
		json_undefined(j, "p_adjusted", reason);
		json_undefined(j, "significant", reason);
	} else {
		json_pair_double(j, "p_adjusted", c->p_adjusted);
		json_pair_bool(j, "significant", c->significant);
	}
	json_close_object(j);
}

static void figure_json(struct json_out *j, size_t metric, const struct history_wave *w)
{
	const struct history_figure *f = &w->figures[metric];
	enum reason reason = reason_of_base(f->figure.sums.n);

	if (!f->asked) {
		json_undefined(j, metrics[metric].name, REASON_NOT_APPLICABLE_SCALE);
		return;
	}
	json_key(j, metrics[metric].name);
	json_open_object(j);
	json_pair_int(j, "n", f->figure.sums.n);
	json_figure(j, metrics[metric].value, f->figure.value, reason);
	json_figure(j, "ci_lower", f->figure.ci.lower, reason);
	json_figure(j, "ci_upper", f->figure.ci.upper, reason);
	text_json(j, "ci_method", ci_method_name(f->figure.method));
	change_json(j, &f->change, w->comparable);
	json_close_object(j);
}

static void figures_json_of(struct json_out *j, const struct history_wave *w)
{
	enum reason hidden = w->place < 0 ? w->absent : REASON_BELOW_MINIMUM_BASE;

	for (size_t m = 0; m < COUNT_OF(metrics); m++) {
		if (history_wave_is_shown(w))
			figure_json(j, m, w);
		else
			json_undefined(j, metrics[m].name, hidden);
	}
}

static void rank_json(struct json_out *j, const struct history_wave *w)
{
	if (w->place < 0)
		json_undefined(j, "rank", w->absent);
	else if (!w->is_ranked)
		json_undefined(j, "rank",
			       w->base.status == BASE_RANKED
				       ? reason_of_base(w->figures[0].figure.sums.n)
				       : REASON_BELOW_MINIMUM_BASE);
	else
		json_pair_int(j, "rank", (int64_t)w->rank);
	json_pair_int(j, "companies_ranked", (int64_t)w->ranked);
}

static void awards_won_json(struct json_out *j, const struct history_wave *w)
{
	json_key(j, "awards");
	json_open_array(j);
	for (size_t i = 0; i < w->awards_len; i++)
		json_text(j, w->at->wave->awards[w->awards[i]].code);
	json_close_array(j);
}

/** Whether figures may be held against those of the wave before, and what keeps them. */
static void comparable_json(struct json_out *j, const struct history *h,
			    const struct history_wave *w)
{
	json_pair_bool(j, "comparable", w->comparable);
	if (w->at == h->series.at)
		text_json(j, "comparable_reason", reason_word(REASON_FIRST_WAVE));
	else if (!w->comparable)
		text_json(j, "comparable_reason", w->marked ? "series_break" : "instrument");
	if (w->marked) {
		json_key(j, "series_break");
		json_raw(j, w->at->wave->series_break.json.len > 0 ? w->at->wave->series_break.json
								   : SLICE("{}"));
	}
}

static void standing_json(struct json_out *j, const struct programme *p,
			  const struct history_wave *w)
{
	const struct sector *sector;

	if (w->company < 0) {
		json_undefined(j, "company", w->absent);
		json_undefined(j, "sector", w->absent);
		json_undefined(j, "base_status", w->absent);
		json_undefined(j, "n", w->absent);
		return;
	}
	sector = &w->at->wave->sectors[w->at->summary->companies[w->place].sector];
	named_json(j, "company", p->companies[w->company].code, p->companies[w->company].name);
	named_json(j, "sector", sector->code, sector->name);
	text_json(j, "base_status", base_status_name(w->base.status));
	json_pair_int(j, "n", w->base.contacts);
}

static void wave_json(struct json_out *j, const struct history *h, const struct history_wave *w)
{
	const struct programme *p = h->series.programme;

	json_open_object(j);
	named_json(j, "wave", w->at->wave->code, w->at->wave->name);
	json_pair_text(j, "state", w->at->summary->state);
	json_pair_int(j, "revision", w->at->summary->revision);
	json_pair_text(j, "instrument", p->instruments[w->at->wave->instrument].code);
	json_pair_double(j, "level", w->at->summary->level);
	comparable_json(j, h, w);
	standing_json(j, p, w);
	figures_json_of(j, w);
	rank_json(j, w);
	awards_won_json(j, w);
	json_close_object(j);
}

static void streak_json(struct json_out *j, const struct history *h, const struct history_streak *s)
{
	const struct programme *p = h->series.programme;
	const struct wave *last = h->series.at[h->last].wave;

	json_open_object(j);
	json_pair_text(j, "award", s->award->code);
	award_rule_json(j, p, last, s->award);
	json_pair_int(j, "times", (int64_t)s->len);
	json_pair_bool(j, "won", s->won);
	json_key(j, "waves");
	json_open_array(j);
	for (size_t i = 0; i < s->len; i++) {
		json_open_object(j);
		json_pair_text(j, "wave", p->waves[s->waves[i].wave].code);
		json_pair_text(j, "company", p->companies[s->waves[i].company].code);
		json_close_object(j);
	}
	json_close_array(j);
	json_close_object(j);
}

/** Whom it took over from (`before`), or who took over from it. */
static void successors_json(struct json_out *j, const struct history *h, const char *key,
			    bool before)
{
	static const char *const kinds[] = {[SUCCESSION_RENAMED] = "renamed",
					    [SUCCESSION_MERGED] = "merged",
					    [SUCCESSION_SPLIT] = "split"};
	const struct programme *p = h->series.programme;

	json_key(j, key);
	json_open_array(j);
	for (size_t i = 0; i < p->successors_len; i++) {
		const struct successor *s = &p->successors[i];
		const struct company *c = &p->companies[before ? s->of : s->company];
		struct buf day;

		if ((before ? s->company : s->of) != h->company)
			continue;
		buf_init(&day, 16);
		day_print(&day, s->from);
		json_open_object(j);
		named_json(j, "company", c->code, c->name);
		text_json(j, "kind", kinds[s->kind]);
		json_pair_text(j, "from", buf_slice(&day));
		json_close_object(j);
		buf_fini(&day);
	}
	json_close_array(j);
}

static void definition_json_of_history(struct json_out *j)
{
	static const char *const methods[][2] = {
		{"change_mean", "welch"},
		{"change_nps", "adjusted_wald_difference"},
		{"change_share", "agresti_caffo"},
		{"p_adjusted", "benjamini_hochberg"},
		{"family", "changes_of_this_answer_by_metric"},
		{"rank", "by_score_in_the_sector_equals_share_1224"},
	};

	json_key(j, "definition");
	json_open_object(j);
	for (size_t i = 0; i < COUNT_OF(methods); i++)
		text_json(j, methods[i][0], methods[i][1]);
	json_close_object(j);
}

void history_json(const struct history *h, struct buf *to)
{
	struct json_out j = json_out_on(to);
	const struct programme *p = h->series.programme;
	const struct company *c = &p->companies[h->company];

	json_open_object(&j);
	json_pair_text(&j, "programme", p->code);
	named_json(&j, "company", c->code, c->name);
	json_pair_text(&j, "series", h->series.at[0].wave->series);
	successors_json(&j, h, "succeeds", true);
	successors_json(&j, h, "succeeded_by", false);
	definition_json_of_history(&j);
	json_key(&j, "waves");
	json_open_array(&j);
	for (size_t i = 0; i < h->len; i++)
		wave_json(&j, h, &h->waves[i]);
	json_close_array(&j);
	json_key(&j, "streaks");
	json_open_array(&j);
	for (size_t i = 0; i < h->streaks_len; i++)
		streak_json(&j, h, &h->streaks[i]);
	json_close_array(&j);
	json_close_object(&j);
}
