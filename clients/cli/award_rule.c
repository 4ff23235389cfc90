#include "cli/award_rule.h"

#include <math.h>

#include "base/must.h"

struct metric_words {
	const char *code, *title, *words;
};

static const struct metric_words metric_words[] = {
	{"score", "Score", "score"}, {"answered", "Answered", "score of answered contacts"},
	{"nps", "NPS", "NPS"},	     {"csat", "CSAT %", "percent satisfied (CSAT)"},
	{"ces", "CES", "CES"},
};

static const struct metric_words *words_of(struct slice metric)
{
	for (size_t i = 0; i < COUNT_OF(metric_words); i++)
		if (slice_is(metric, metric_words[i].code))
			return &metric_words[i];
	return NULL;
}

static void add_safe(struct buf *to, const struct view *view, const cJSON *rule, const char *key)
{
	text_add_safe(to, answer_text(rule, key), view->set);
}

/** "area:agent" is "area agent". */
static void add_metric(struct buf *to, const cJSON *rule, const struct view *view)
{
	struct slice metric = answer_text(rule, "metric"), head, rest = metric;
	const struct metric_words *known = words_of(metric);
	struct slice channel = answer_text(rule, "channel");
	if (known != NULL) {
		buf_add_text(to, known->words);
	} else {
		(void)slice_next_part(&rest, ':', &head);
		text_add_safe(to, head, view->set);
		buf_add_byte(to, ' ');
		text_add_safe(to, rest, view->set);
	}
	if (channel.len == 0)
		return;
	buf_add_text(to, " in channel ");
	text_add_safe(to, channel, view->set);
}

void award_metric_title_add(struct buf *to, const cJSON *rule, const struct view *view)
{
	struct slice metric = answer_text(rule, "metric");
	const struct metric_words *known = words_of(metric);
	if (known != NULL)
		buf_add_text(to, known->title);
	else if (slice_starts_with(metric, SLICE("area:")))
		buf_add_text(to, "Area");
	else if (slice_starts_with(metric, SLICE("combined:")))
		buf_add_text(to, "Combined");
	else
		text_add_safe(to, metric, view->set);
}

static void add_line(struct buf *to, const cJSON *rule, const struct view *view)
{
	double at_least = answer_number(rule, "at_least");
	bool above = isnan(at_least);
	add_metric(to, rule, view);
	buf_print(to, above ? " above %.9g" : " at or above %.9g",
		  above ? answer_number(rule, "above") : at_least);
}

static const char *group_of(const cJSON *rule)
{
	return slice_is(answer_text(rule, "scope"), "field") ? "the field" : "its sector";
}

static void add_rank(struct buf *to, const cJSON *rule, const struct view *view)
{
	double most = answer_number(rule, "rank");
	if (most == 1)
		buf_print(to, "best of %s by ", group_of(rule));
	else
		buf_print(to, "among the %.0f best of %s by ", most, group_of(rule));
	add_metric(to, rule, view);
}

static void add_nonconformity(struct buf *to, const cJSON *rule, const struct view *view)
{
	buf_add_text(to, "no ");
	add_safe(to, view, rule, "conformity");
	buf_add_text(to, " nonconformity");
}

static void add_running(struct buf *to, const cJSON *rule, const struct view *view)
{
	double times = answer_number(rule, "times");
	add_safe(to, view, rule, "of");
	buf_print(to, times == 1 ? " in %.0f wave" : " in %.0f waves running", times);
}

static void add_times(struct buf *to, const cJSON *rule, const struct view *view)
{
	add_safe(to, view, rule, "of");
	buf_print(to, " in %.0f waves in all", answer_number(rule, "times"));
}

static void add_sole(struct buf *to, const cJSON *rule, const struct view *view)
{
	buf_print(to, "the only one of %s with ", group_of(rule));
	add_safe(to, view, rule, "of");
}

static void add_all(struct buf *to, const cJSON *rule, const struct view *view)
{
	const cJSON *of;
	bool first = true;
	cJSON_ArrayForEach(of, answer_member(rule, "of"))
	{
		if (!first)
			buf_add_text(to, " and ");
		first = false;
		if (cJSON_IsString(of))
			text_add_safe(to, slice_of(of->valuestring), view->set);
	}
}

static const struct {
	const char *kind;
	void (*add)(struct buf *to, const cJSON *rule, const struct view *view);
} kinds[] = {
	{"line", add_line},	  {"rank", add_rank},	{"no_nonconformity", add_nonconformity},
	{"running", add_running}, {"times", add_times}, {"sole", add_sole},
	{"all", add_all},
};

static void add_prerequisites(struct buf *to, const cJSON *rule, const struct view *view)
{
	const cJSON *word;
	const char *before = "; only with ";
	cJSON_ArrayForEach(word, answer_member(rule, "prerequisites"))
	{
		buf_add_text(to, before);
		if (cJSON_IsString(word))
			text_add_safe(to, slice_of(word->valuestring), view->set);
		before = ", ";
	}
}

void award_rule_add(struct buf *to, const cJSON *rule, const struct view *view)
{
	struct slice kind = answer_text(rule, "kind");
	size_t i = 0;
	while (i < COUNT_OF(kinds) && !slice_is(kind, kinds[i].kind))
		i++;
	if (i < COUNT_OF(kinds))
		kinds[i].add(to, rule, view);
	else
		text_add_safe(to, kind, view->set);
	add_prerequisites(to, rule, view);
}
