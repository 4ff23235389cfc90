#include "survey/programme_parts.h"

enum { ALL_LEAST = 2 };

/** What the rules of a wave's list refer to, and those read so far. */
struct rules {
	const struct programme *p;
	const struct wave *wave;
	const struct instrument *instrument;
	const struct award *awards;
	size_t len;
};

static const char *const kinds[] = {
#define X(name, word, words) word,
	AWARD_KINDS(X)
#undef X
		NULL};

/* In the order of enum award_metric, enum award_scope, enum conformity from MINOR. */
static const char *const metrics[] = {"score", "answered", "nps",	   "csat",
				      "ces",   "area:...", "combined:...", NULL};
static const char *const scopes[] = {"sector", "field", NULL};
static const char *const nonconformities[] = {"minor", "major", NULL};

/** What a figure can be, in whole units. */
struct range {
	int64_t least, most;
};

/** The words "area:..." and "combined:..." stand for every code. */
static bool names_code(const struct node *at, const char *prefix, struct slice *code)
{
	if (!cJSON_IsString(at->json))
		return false;
	struct slice text = slice_of(at->json->valuestring);
	if (!slice_starts_with(text, slice_of(prefix)))
		return false;
	*code = slice_from(text, strlen(prefix));
	return true;
}

static void need_question(struct reading *r, const struct node *at, const struct rules *of,
			  enum award_metric metric)
{
	static const enum measure measures[] = {
		[AWARD_NPS] = MEASURE_NPS, [AWARD_CSAT] = MEASURE_CSAT, [AWARD_CES] = MEASURE_CES};
	if (instrument_find_measure(of->instrument, measures[metric]) < 0)
		reading_fault(r, at, "not_a_choice",
			      "a figure of the wave's instrument, which has no such question");
}

static void read_metric(struct reading *r, const struct node *at, const struct rules *of,
			struct award *made)
{
	struct slice code;
	if (names_code(at, "area:", &code)) {
		made->metric = AWARD_AREA;
		made->area = instrument_find_area(of->instrument, code);
		if (made->area < 0)
			reading_fault(r, at, "unknown_area",
				      "one of the codes in the areas of the wave's instrument");
		return;
	}
	if (names_code(at, "combined:", &code)) {
		made->metric = AWARD_COMBINED;
		made->combined = programme_find_combined(of->p, code);
		if (made->combined < 0)
			reading_fault(r, at, "unknown_combined", "one of the codes in /combined");
		return;
	}
	int choice = AWARD_SCORE;
	read_choice(r, at, metrics, &choice);
	if (choice >= AWARD_AREA) {
		reading_fault(r, at, "not_a_choice", "a code in place of the three dots");
		return;
	}
	made->metric = (enum award_metric)choice;
	if (choice >= AWARD_NPS)
		need_question(r, at, of, made->metric);
}

static void read_channel_of(struct reading *r, const struct node *at, const struct rules *of,
			    struct award *made)
{
	if (at->json == NULL)
		return;
	made->channel = read_place(r, at, of->p->channels, of->p->channels_len,
				   sizeof(*of->p->channels), "unknown_channel",
				   "one of the codes in /channels");
	if (made->metric == AWARD_COMBINED)
		reading_fault(r, at, "one_of", "a combined figure, or one of a channel");
}

static struct range range_of(const struct rules *of, const struct award *award)
{
	int question = -1;
	if (award->metric == AWARD_NPS)
		return (struct range){-100, 100};
	if (award->metric == AWARD_CES)
		question = instrument_find_measure(of->instrument, MEASURE_CES);
	if (question < 0)
		return (struct range){0, 100};
	const struct question *q = &of->instrument->questions[question];
	return (struct range){q->scale_min, q->scale_max};
}

static void read_line(struct reading *r, const struct node *at, const struct rules *of,
		      struct award *made)
{
	struct node metric = node_field(at, "metric"), channel = node_field(at, "channel");
	struct node at_least = node_field(at, "at_least"), above = node_field(at, "above");
	read_metric(r, &metric, of, made);
	read_channel_of(r, &channel, of, made);
	if (at_least.json == NULL && above.json == NULL) {
		reading_fault(r, at, "missing", "at_least or above");
		return;
	}
	if (at_least.json != NULL && above.json != NULL) {
		reading_fault(r, &above, "one_of", "at_least or above, not both");
		return;
	}
	struct range range = range_of(of, made);
	made->above = above.json != NULL;
	read_decimal(r, made->above ? &above : &at_least, AWARD_LINE_SCALE,
		     range.least * AWARD_LINE_SCALE, range.most * AWARD_LINE_SCALE, &made->line);
}

static void read_scope(struct reading *r, const struct node *of, struct award *made)
{
	struct node scope = node_field(of, "scope");
	int choice = SCOPE_SECTOR;
	read_choice(r, &scope, scopes, &choice);
	made->scope = (enum award_scope)choice;
}

static void read_rank(struct reading *r, const struct node *at, const struct rules *of,
		      struct award *made)
{
	struct node metric = node_field(at, "metric"), channel = node_field(at, "channel");
	struct node rank = node_field(at, "rank");
	int64_t most = 1;
	read_scope(r, at, made);
	read_metric(r, &metric, of, made);
	read_channel_of(r, &channel, of, made);
	if (read_given(r, &rank))
		read_integer(r, &rank, 1, AWARD_RANK_LIMIT, &most);
	made->rank_most = (int)most;
}

static void read_no_nonconformity(struct reading *r, const struct node *at, const struct rules *of,
				  struct award *made)
{
	(void)of;
	struct node conformity = node_field(at, "conformity");
	int choice = 0;
	if (read_given(r, &conformity))
		read_choice(r, &conformity, nonconformities, &choice);
	made->conformity = (enum conformity)(CONFORMITY_MINOR + choice);
}

static int read_award_named(struct reading *r, const struct node *at, const struct rules *of)
{
	return read_place(r, at, of->awards, of->len, sizeof(*of->awards), "unknown_award",
			  "the code of an award that stands before this one");
}

/** One of two words, which the file must give: true for the second. */
static bool read_either(struct reading *r, const struct node *of, const char *key,
			const char *first, const char *second)
{
	const char *const words[] = {first, second, NULL};
	struct node at = node_field(of, key);
	int choice = 0;
	if (read_given(r, &at))
		read_choice(r, &at, words, &choice);
	return choice == 1;
}

static void read_streak(struct reading *r, const struct node *at, const struct rules *of,
			struct award *made)
{
	struct node named = node_field(at, "of"), times = node_field(at, "times");
	int64_t waves = 1;
	made->of = read_award_named(r, &named, of);
	if (read_given(r, &times))
		read_integer(r, &times, 1, AWARD_TIMES_LIMIT, &waves);
	made->streak.times = (int)waves;
	made->streak.missed_skips = read_either(r, at, "missed", "breaks", "skips");
	made->streak.break_continues = read_either(r, at, "at_break", "restarts", "continues");
	made->streak.joint_counts = read_either(r, at, "joint", "breaks", "counts");
	made->streak.successors_inherit = read_either(r, at, "successors", "ignore", "inherit");
}

static void read_sole(struct reading *r, const struct node *at, const struct rules *of,
		      struct award *made)
{
	struct node named = node_field(at, "of");
	made->of = read_award_named(r, &named, of);
	read_scope(r, at, made);
}

static void read_all(struct reading *r, const struct node *at, const struct rules *of,
		     struct award *made)
{
	struct node list = node_field(at, "of");
	size_t len = read_list(r, &list, ALL_LEAST, AWARDS_LIMIT);
	int *named = reading_take(r, len, sizeof(*named));
	struct node element = node_first(&list);
	for (size_t i = 0; i < len; i++, node_next(&element)) {
		named[i] = read_award_named(r, &element, of);
		for (size_t before = 0; before < i; before++)
			if (named[i] >= 0 && named[before] == named[i])
				reading_fault(r, &element, "duplicate", "each award once");
	}
	made->all_of = named;
	made->all_of_len = len;
}

typedef void read_kind(struct reading *r, const struct node *at, const struct rules *of,
		       struct award *made);

#define KEYS(...)                                                                                  \
	{                                                                                          \
		"code", "name", "kind", "prerequisites", __VA_ARGS__, NULL                         \
	}
#define STREAK_KEYS KEYS("of", "times", "missed", "at_break", "joint", "successors")

enum { KEYS_LIMIT = 12 };

/** By kind: what an award may say, and who reads it. */
static const struct {
	const char *keys[KEYS_LIMIT];
	read_kind *read;
} rules_of[] = {
	[AWARD_LINE] = {KEYS("metric", "channel", "at_least", "above"), read_line},
	[AWARD_RANK] = {KEYS("scope", "metric", "channel", "rank"), read_rank},
	[AWARD_NO_NONCONFORMITY] = {KEYS("conformity"), read_no_nonconformity},
	[AWARD_RUNNING] = {STREAK_KEYS, read_streak},
	[AWARD_TIMES] = {STREAK_KEYS, read_streak},
	[AWARD_SOLE] = {KEYS("of", "scope"), read_sole},
	[AWARD_ALL] = {KEYS("of"), read_all},
};

/** -1 and a fault where it says none. */
static int read_award_kind(struct reading *r, const struct node *of)
{
	struct node at = node_field(of, "kind");
	int choice = -1;
	if (read_given(r, &at))
		read_choice(r, &at, kinds, &choice);
	return choice;
}

static void read_award(struct reading *r, const struct node *at, const struct rules *of,
		       struct award *made)
{
	made->area = made->combined = made->channel = made->of = -1;
	if (!cJSON_IsObject(at->json)) {
		reading_fault(r, at, "not_an_object", "an object");
		return;
	}
	struct node code = node_field(at, "code"), name = node_field(at, "name");
	struct node prerequisites = node_field(at, "prerequisites");
	made->code = read_code(r, &code);
	made->name = read_names(r, &name);
	int kind = read_award_kind(r, at);
	if (kind < 0)
		return;
	made->kind = (enum award_kind)kind;
	read_object(r, at, rules_of[kind].keys);
	rules_of[kind].read(r, at, of, made);
	made->prerequisites = read_prerequisite_mask(r, &prerequisites, of->wave);
}

void read_awards(struct reading *r, const struct node *list, const struct programme *p,
		 struct wave *made)
{
	size_t len = read_list(r, list, 0, AWARDS_LIMIT);
	struct award *awards = reading_take(r, len, sizeof(*awards));
	struct rules rules = {.p = p, .wave = made, .awards = awards};
	struct node at = node_first(list);
	made->awards = awards;
	made->awards_len = len;
	if (p->instruments_len == 0)
		return;
	rules.instrument = &p->instruments[made->instrument];
	for (size_t i = 0; i < len; i++, node_next(&at)) {
		rules.len = i;
		read_award(r, &at, &rules, &awards[i]);
		struct node code = node_field(&at, "code");
		fault_if_taken(r, &code, awards[i].code, awards, i, sizeof(*awards));
	}
}
