#include <stdio.h>

#include "base/json_out.h"
#include "standings/award_tree.h"
#include "standings/figures_json.h"

static const char *kind_word(enum award_kind kind)
{
	static const char *const of_kind[] = {
#define X(name, word, words) [AWARD_##name] = word,
		AWARD_KINDS(X)
#undef X
	};

	must((size_t)kind < COUNT_OF(of_kind));
	return of_kind[kind];
}

/** "score", "area:agent", "combined:2023". */
static void metric_json(struct json_out *j, const struct programme *p, const struct wave *w,
			const struct award *a)
{
	static const char *const words[] = {[AWARD_SCORE] = "score",
					    [AWARD_ANSWERED] = "answered",
					    [AWARD_NPS] = "nps",
					    [AWARD_CSAT] = "csat",
					    [AWARD_CES] = "ces"};
	char text[PROGRAMME_CODE_BYTES + sizeof("combined:")];

	if (a->metric == AWARD_AREA)
		snprintf(text, sizeof(text), "area:%.*s",
			 SLICE_ARGS(p->instruments[w->instrument].areas[a->area].code));
	else if (a->metric == AWARD_COMBINED)
		snprintf(text, sizeof(text), "combined:%.*s",
			 SLICE_ARGS(p->combined[a->combined].code));
	else
		snprintf(text, sizeof(text), "%s", words[a->metric]);
	text_json(j, "metric", text);
	if (a->channel >= 0)
		json_pair_text(j, "channel", p->channels[a->channel].code);
}

static void scope_json(struct json_out *j, const struct award *a)
{
	text_json(j, "scope", a->scope == SCOPE_SECTOR ? "sector" : "field");
}

static void streak_json(struct json_out *j, const struct award *a)
{
	const struct streak_rule *r = &a->streak;

	json_pair_int(j, "times", r->times);
	text_json(j, "missed", r->missed_skips ? "skips" : "breaks");
	text_json(j, "at_break", r->break_continues ? "continues" : "restarts");
	text_json(j, "joint", r->joint_counts ? "counts" : "breaks");
	text_json(j, "successors", r->successors_inherit ? "inherit" : "ignore");
}

static void prerequisites_json(struct json_out *j, const struct wave *w, const struct award *a)
{
	if (a->prerequisites == 0)
		return;
	json_key(j, "prerequisites");
	json_open_array(j);
	for (size_t i = 0; i < w->prerequisites_len; i++)
		if (a->prerequisites & (UINT32_C(1) << i))
			json_text(j, w->prerequisites[i]);
	json_close_array(j);
}

static void of_json(struct json_out *j, const struct wave *w, const struct award *a)
{
	if (a->of >= 0) {
		json_pair_text(j, "of", w->awards[a->of].code);
		return;
	}
	json_key(j, "of");
	json_open_array(j);
	for (size_t i = 0; i < a->all_of_len; i++)
		json_text(j, w->awards[a->all_of[i]].code);
	json_close_array(j);
}

static void what_decides_json(struct json_out *j, const struct programme *p, const struct wave *w,
			      const struct award *a)
{
	switch (a->kind) {
	case AWARD_LINE:
		metric_json(j, p, w, a);
		json_pair_double(j, a->above ? "above" : "at_least",
				 (double)a->line / AWARD_LINE_SCALE);
		break;
	case AWARD_RANK:
		metric_json(j, p, w, a);
		scope_json(j, a);
		json_pair_int(j, "rank", a->rank_most);
		break;
	case AWARD_NO_NONCONFORMITY:
		text_json(j, "conformity", a->conformity == CONFORMITY_MINOR ? "minor" : "major");
		break;
	case AWARD_RUNNING:
	case AWARD_TIMES:
		of_json(j, w, a);
		streak_json(j, a);
		break;
	case AWARD_SOLE:
		of_json(j, w, a);
		scope_json(j, a);
		break;
	case AWARD_ALL:
		of_json(j, w, a);
		break;
	}
}

void award_rule_json(struct json_out *j, const struct programme *p, const struct wave *w,
		     const struct award *a)
{
	json_key(j, "rule");
	json_open_object(j);
	text_json(j, "kind", kind_word(a->kind));
	what_decides_json(j, p, w, a);
	prerequisites_json(j, w, a);
	json_close_object(j);
}
