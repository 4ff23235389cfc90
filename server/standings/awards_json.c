#include <math.h>

#include "standings/award_tree.h"
#include "standings/figures_json.h"
#include "standings/level_json.h"

static void day_json(struct json_out *j, const char *key, int32_t day)
{
	struct buf text;

	if (day == DAY_NONE)
		return;
	buf_init(&text, 16);
	day_print(&text, day);
	json_pair_text(j, key, buf_slice(&text));
	buf_fini(&text);
}

static bool overlap(struct span a, struct span b)
{
	bool starts = a.from == DAY_NONE || b.until == DAY_NONE || a.from <= b.until;
	bool lasts = a.until == DAY_NONE || b.from == DAY_NONE || a.until >= b.from;

	return starts && lasts;
}

static void channels_json(struct json_out *j, const struct programme *p, uint32_t channels)
{
	json_key(j, "channels");
	json_open_array(j);
	for (size_t i = 0; i < p->channels_len; i++)
		if (channels & (UINT32_C(1) << i))
			json_text(j, p->channels[i].code);
	json_close_array(j);
}

/** Who answered on behalf of the company while the wave was in the field. */
static void operated_json(struct json_out *j, const struct awards *a, int company)
{
	const struct programme *p = a->series.programme;

	json_key(j, "operated_by");
	json_open_array(j);
	for (size_t i = 0; i < p->operations_len; i++) {
		const struct operation *o = &p->operations[i];

		if (o->company != company || !overlap(o->span, a->at->wave->period))
			continue;
		json_open_object(j);
		if (o->centre >= 0)
			named_json(j, "centre", p->centres[o->centre].code,
				   p->centres[o->centre].name);
		if (o->country.len > 0)
			json_pair_text(j, "country", o->country);
		channels_json(j, p, o->channels);
		day_json(j, "from", o->span.from);
		day_json(j, "until", o->span.until);
		json_close_object(j);
	}
	json_close_array(j);
}

static void line_winner_json(struct json_out *j, const struct award *a,
			     const struct award_winner *w)
{
	json_pair_double(j, "figure", w->figure);
	text_json(j, "comparator", a->above ? "above" : "at_least");
	json_pair_double(j, "line", (double)a->line / AWARD_LINE_SCALE);
	text_json(j, "verdict", verdict_name(w->verdict));
	json_figure(j, "p_at_least", w->p_at_least,
		    a->metric == AWARD_COMBINED ? REASON_NOT_COMPUTED : REASON_ZERO_VARIANCE);
}

static void rank_winner_json(struct json_out *j, const struct award_winner *w)
{
	json_pair_double(j, "figure", w->figure);
	json_pair_int(j, "rank", w->outcome.number);
	if (w->has_interval) {
		json_pair_int(j, "rank_lower", (int64_t)w->interval.lower);
		json_pair_int(j, "rank_upper", (int64_t)w->interval.upper);
		json_pair_bool(j, "tied_with_best", w->tied_with_best);
	} else {
		json_undefined(j, "rank_lower", REASON_NOT_COMPUTED);
		json_undefined(j, "rank_upper", REASON_NOT_COMPUTED);
		json_undefined(j, "tied_with_best", REASON_NOT_COMPUTED);
	}
}

static void streak_winner_json(struct json_out *j, const struct awards *a,
			       const struct award_winner *w)
{
	const struct programme *p = a->series.programme;

	json_pair_int(j, "times", w->outcome.number);
	json_key(j, "waves");
	json_open_array(j);
	for (size_t i = 0; i < w->outcome.number; i++) {
		json_open_object(j);
		json_pair_text(j, "wave", p->waves[w->streak[i].wave].code);
		json_pair_text(j, "company", p->companies[w->streak[i].company].code);
		json_close_object(j);
	}
	json_close_array(j);
}

static void evidence_json(struct json_out *j, const struct awards *a, const struct award *award,
			  const struct award_winner *w)
{
	switch (award->kind) {
	case AWARD_LINE:
		line_winner_json(j, award, w);
		break;
	case AWARD_RANK:
		rank_winner_json(j, w);
		break;
	case AWARD_NO_NONCONFORMITY:
		json_pair_int(j, "minor", w->minor);
		json_pair_int(j, "major", w->major);
		break;
	case AWARD_RUNNING:
	case AWARD_TIMES:
		streak_winner_json(j, a, w);
		break;
	case AWARD_SOLE:
	case AWARD_ALL:
		break; /* rests on the awards that the rule names */
	}
}

static void winners_json(struct json_out *j, const struct awards *a, const struct award_answer *of)
{
	json_key(j, "winners");
	json_open_array(j);
	for (size_t i = 0; i < of->winners_len; i++) {
		const struct award_winner *w = &of->winners[i];
		const struct company *c = &a->series.programme->companies[w->company];

		json_open_object(j);
		named_json(j, "company", c->code, c->name);
		named_json(j, "sector", w->sector->code, w->sector->name);
		json_pair_int(j, "n", w->n);
		evidence_json(j, a, of->award, w);
		json_pair_int(j, "joint", w->outcome.joint);
		operated_json(j, a, w->company);
		json_close_object(j);
	}
	json_close_array(j);
}

static void candidates_json(struct json_out *j, const struct award_answer *of)
{
	size_t companies = 0;

	json_key(j, "candidates");
	json_open_object(j);
	for (size_t i = OUTCOME_NOT_IN_WAVE + 1; i < OUTCOME_COUNT; i++)
		companies += of->candidates[i];
	json_pair_int(j, "companies", (int64_t)companies);
	for (size_t i = OUTCOME_NOT_IN_WAVE + 1; i < OUTCOME_COUNT; i++)
		json_pair_int(j, outcome_word((enum outcome_state)i), (int64_t)of->candidates[i]);
	json_close_object(j);
}

static void list_json(struct json_out *j, const struct programme *p, const char *key,
		      const struct company_list *list)
{
	json_key(j, key);
	json_open_array(j);
	for (size_t i = 0; i < list->len; i++)
		json_text(j, p->companies[list->at[i]].code);
	json_close_array(j);
}

static void sectors_json(struct json_out *j, const struct sectors_reaching *s)
{
	json_key(j, "sectors");
	json_open_object(j);
	json_pair_int(j, "compared", (int64_t)s->sectors);
	json_pair_int(j, "reaching", (int64_t)s->reaching);
	json_close_object(j);
}

static void since_json(struct json_out *j, const struct awards *a, const struct line_report *line)
{
	const struct programme *p = a->series.programme;

	if (!line->compared) {
		json_undefined(j, "since_last_wave", line->not_compared);
		return;
	}
	json_key(j, "since_last_wave");
	json_open_object(j);
	json_pair_text(j, "wave", a->series.at[a->series.len - 2].wave->code);
	json_pair_bool(j, "comparable", !programme_wave_breaks(p, a->at->index));
	list_json(j, p, "risen", &line->risen);
	list_json(j, p, "fallen", &line->fallen);
	list_json(j, p, "newcomers", &line->newcomers);
	list_json(j, p, "gone", &line->gone);
	json_pair_int(j, "stayed", (int64_t)line->stayed);
	sectors_json(j, &line->sectors_before);
	json_close_object(j);
}

static void line_json(struct json_out *j, const struct awards *a, const struct award_answer *of)
{
	const struct line_report *line = &of->line;

	if (of->award->kind != AWARD_LINE)
		return;
	json_key(j, "verdicts");
	json_open_object(j);
	for (size_t i = 0; i < COUNT_OF(line->verdicts); i++)
		json_pair_int(j, verdict_name((enum verdict)i), (int64_t)line->verdicts[i]);
	json_close_object(j);
	sectors_json(j, &line->sectors);
	since_json(j, a, line);
}

static void award_json(struct json_out *j, const struct awards *a, const struct award_answer *of)
{
	json_open_object(j);
	json_pair_text(j, "code", of->award->code);
	json_key(j, "name");
	json_raw(j, of->award->name.json.len > 0 ? of->award->name.json : SLICE("{}"));
	award_rule_json(j, a->series.programme, a->at->wave, of->award);
	candidates_json(j, of);
	line_json(j, a, of);
	winners_json(j, a, of);
	json_close_object(j);
}

static void definition_json_of_awards(struct json_out *j, const struct awards *a)
{
	static const char *const rules[][2] = {
		{"decided_by", "unrounded_figures_in_whole_numbers"},
		{"ranks", "highest_first_equals_share_1224"},
		{"sector_level", "mean_of_companies"},
		{"base_of_line_and_rank", "ranked"},
		{"base_of_no_nonconformity", "published"},
		{"verdict", "from_the_interval"},
		{"rank_interval_scope", "simultaneous"},
	};

	json_key(j, "definition");
	json_open_object(j);
	json_pair_text(j, "instrument",
		       a->series.programme->instruments[a->at->wave->instrument].code);
	json_pair_double(j, "level", a->at->summary->level);
	json_pair_int(j, "min_publish", a->at->wave->minimum.publish);
	json_pair_int(j, "min_rank", a->at->wave->minimum.rank);
	for (size_t i = 0; i < COUNT_OF(rules); i++)
		text_json(j, rules[i][0], rules[i][1]);
	json_close_object(j);
}

/** The waves looked at, oldest first: which revision of each, and which could not be seen. */
static void series_json(struct json_out *j, const struct awards *a)
{
	json_pair_text(j, "series", a->at->wave->series);
	json_key(j, "waves");
	json_open_array(j);
	for (size_t i = 0; i < a->series.len; i++) {
		const struct award_wave *w = &a->series.at[i];

		json_open_object(j);
		json_pair_text(j, "wave", w->wave->code);
		json_pair_bool(j, "available", w->summary != NULL);
		if (w->summary != NULL) {
			json_pair_text(j, "state", w->summary->state);
			json_pair_int(j, "revision", w->summary->revision);
		}
		json_pair_bool(j, "series_break", w->wave->series_breaks);
		json_close_object(j);
	}
	json_close_array(j);
}

void awards_json(const struct awards *a, struct buf *to)
{
	struct json_out j = json_out_on(to);
	const struct wave_summary *s = a->at->summary;

	json_open_object(&j);
	json_pair_text(&j, "programme", a->series.programme->code);
	json_pair_text(&j, "wave", s->code);
	json_pair_text(&j, "state", s->state);
	json_pair_int(&j, "revision", s->revision);
	json_pair_int(&j, "version", s->version);
	series_json(&j, a);
	definition_json_of_awards(&j, a);
	json_key(&j, "awards");
	json_open_array(&j);
	for (size_t i = 0; i < a->len; i++)
		award_json(&j, a, &a->of[i]);
	json_close_array(&j);
	json_close_object(&j);
}
