#include "survey/programme_parts.h"

#include <stdlib.h>

#include "survey/columns.h"
#include "survey/decimal.h"

enum { MILLION = 1000000, WEIGHT_LIMIT = 10000, NO_ANSWER_BYTES = 64, TABLE_LEN_LIMIT = 64 };
enum {
	ANSWER_LIMIT = 30000,
	ANSWER_UNREAD = INT16_MIN,
	SCALE_SPAN_LIMIT = 100,
	PROMOTERS_FROM = 9
};

/* In the order of enum measure, enum scoring, enum unanswered, enum conformity from CONFORMS. */
static const char *const measures[] = {"csat", "ces", "nps", "other", NULL};
static const char *const scorings[] = {"pooled", "weighted_areas", NULL};
static const char *const unanswered_rules[] = {"zero", "exclude", NULL};
static const char *const verdicts[] = {"conforms", "minor", "major", NULL};

static void read_area(struct reading *r, const struct node *at, struct area *made)
{
	static const char *const keys[] = {"code", "name", "weight", NULL};
	made->weight_millionths = MILLION;
	if (read_object(r, at, keys)) {
		struct node code = node_field(at, "code"), name = node_field(at, "name");
		struct node weight = node_field(at, "weight");
		made->code = read_code(r, &code);
		made->name = read_names(r, &name);
		read_decimal(r, &weight, MILLION, 1, (int64_t)WEIGHT_LIMIT * MILLION,
			     &made->weight_millionths);
	}
	made->weight = (double)made->weight_millionths / MILLION;
}

static void read_areas(struct reading *r, const struct node *list, struct instrument *made)
{
	size_t len = read_list(r, list, 0, PROGRAMME_AREAS_LIMIT);
	struct area *areas = reading_take(r, len, sizeof(*areas));
	struct node at = node_first(list);
	for (size_t i = 0; i < len; i++, node_next(&at)) {
		read_area(r, &at, &areas[i]);
		struct node code = node_field(&at, "code");
		fault_if_taken(r, &code, areas[i].code, areas, i, sizeof(*areas));
	}
	made->areas = areas;
	made->areas_len = len;
}

static const struct slice *read_no_answer(struct reading *r, const struct node *list, size_t *len)
{
	*len = read_list(r, list, 0, PROGRAMME_NO_ANSWER_LIMIT);
	struct slice *texts = reading_take(r, *len, sizeof(*texts));
	struct node at = node_first(list);
	for (size_t i = 0; i < *len; i++, node_next(&at))
		texts[i] = read_text(r, &at, NO_ANSWER_BYTES);
	return texts;
}

/** The fault of a text that would mean both an answer and no answer. */
static void fault_if_answer(struct reading *r, const struct node *list, size_t i)
{
	struct node at = node_first(list);
	for (; i > 0; i--)
		node_next(&at);
	reading_fault(r, &at, "is_an_answer", "a text that is not one of the answers");
}

uint32_t read_channel_mask(struct reading *r, const struct node *list, const struct programme *p)
{
	if (list->json == NULL)
		return (uint32_t)((UINT64_C(1) << p->channels_len) - 1);
	uint32_t mask = 0;
	size_t len = read_list(r, list, 1, PROGRAMME_CHANNELS_LIMIT);
	struct node at = node_first(list);
	for (size_t i = 0; i < len; i++, node_next(&at)) {
		int channel = -1;
		if (cJSON_IsString(at.json))
			channel = programme_find_channel(p, slice_of(at.json->valuestring));
		if (channel < 0)
			reading_fault(r, &at, "unknown_channel", "one of the codes in /channels");
		else if (mask & (1u << channel))
			reading_fault(r, &at, "duplicate", "each channel once");
		else
			mask |= 1u << channel;
	}
	return mask;
}

static void read_option(struct reading *r, const struct node *at, bool scored,
			struct answer_option *made)
{
	static const char *const keys[] = {"answer", "points", "conformity", NULL};
	if (!read_object(r, at, keys))
		return;
	int64_t number = ANSWER_UNREAD, points = 0;
	int verdict = CONFORMITY_NONE - 1;
	struct node answer = node_field(at, "answer"), gives = node_field(at, "points");
	struct node conformity = node_field(at, "conformity");
	if (read_given(r, &answer))
		read_integer(r, &answer, -ANSWER_LIMIT, ANSWER_LIMIT, &number);
	if (!scored || read_given(r, &gives))
		read_decimal(r, &gives, 100, 0, POINTS_LIMIT, &points);
	read_choice(r, &conformity, verdicts, &verdict);
	made->answer = (int16_t)number;
	made->points = (int32_t)points;
	made->conformity = (enum conformity)(verdict + 1);
}

static int by_answer(const void *a, const void *b)
{
	return ((const struct answer_option *)a)->answer -
	       ((const struct answer_option *)b)->answer;
}

static void read_options(struct reading *r, const struct node *list, struct item *made)
{
	size_t len = read_list(r, list, 1, PROGRAMME_OPTIONS_LIMIT);
	struct answer_option *options = reading_take(r, len, sizeof(*options));
	struct node at = node_first(list);
	for (size_t i = 0; i < len; i++, node_next(&at)) {
		options[i].answer = ANSWER_UNREAD;
		read_option(r, &at, made->scored, &options[i]);
		for (size_t before = 0; before < i; before++)
			if (options[i].answer != ANSWER_UNREAD &&
			    options[before].answer == options[i].answer)
				reading_fault(r, &at, "duplicate", "each answer once");
		if (options[i].points > made->points_max)
			made->points_max = options[i].points;
	}
	if (made->scored && len > 0 && made->points_max == 0)
		reading_fault(r, list, "no_points", "an answer with points, or \"scored\": false");
	if (len > 1)
		qsort(options, len, sizeof(*options), by_answer);
	made->options = options;
	made->options_len = len;
}

static void tabulate_points(struct reading *r, struct item *made)
{
	if (made->options_len == 0)
		return;
	int first = made->options[0].answer;
	int len = made->options[made->options_len - 1].answer - first + 1;
	if (len > TABLE_LEN_LIMIT)
		return;
	int32_t *table = reading_take(r, (size_t)len, sizeof(*table));
	for (int i = 0; i < len; i++)
		table[i] = POINTS_NONE;
	for (size_t i = 0; i < made->options_len; i++)
		table[made->options[i].answer - first] = made->options[i].points;
	made->points_by_answer = table;
	made->points_by_answer_len = len;
}

/** Options, or a key figure: one of them. */
static void read_answers(struct reading *r, const struct node *at, struct item *made)
{
	struct node options = node_field(at, "options"), measured = node_field(at, "measured");
	if (measured.json == NULL) {
		read_options(r, &options, made);
		tabulate_points(r, made);
	} else if (options.json != NULL) {
		reading_fault(r, &measured, "one_of", "options or measured, not both");
	} else {
		read_measured(r, &measured, made);
	}
}

static int read_item_area(struct reading *r, const struct node *at, const struct instrument *of)
{
	if (!read_given(r, at))
		return 0;
	int area = -1;
	if (cJSON_IsString(at->json))
		area = instrument_find_area(of, slice_of(at->json->valuestring));
	if (area < 0)
		reading_fault(r, at, "unknown_area", "one of the codes in this instrument's areas");
	return area < 0 ? 0 : area;
}

/** An item or question is a column of every file: no other column may have its name. */
static struct slice read_column(struct reading *r, const struct node *at)
{
	struct slice code = read_code(r, at);
	if (code.at != NULL && column_is_reserved(code))
		reading_fault(r, at, "reserved", "a code that no fixed column of a result has");
	return code;
}

static void check_item_no_answer(struct reading *r, const struct node *list,
				 const struct item *made)
{
	int decimals = made->measured.given ? made->measured.decimals : 0;
	for (size_t i = 0; i < made->no_answer_len; i++) {
		int64_t number;
		if (decimal_read(made->no_answer[i], decimals, &number) == DECIMAL_READ &&
		    number >= -ANSWER_LIMIT && number <= ANSWER_LIMIT &&
		    item_points(made, (int16_t)number) != POINTS_NONE)
			fault_if_answer(r, list, i);
	}
}

static void read_item(struct reading *r, const struct node *at, const struct programme *p,
		      const struct instrument *of, struct item *made)
{
	static const char *const keys[] = {"code",  "area",    "name",	   "channels",	"scored",
					   "bonus", "options", "measured", "no_answer", NULL};
	if (!read_object(r, at, keys))
		return;
	struct node code = node_field(at, "code"), area = node_field(at, "area");
	struct node name = node_field(at, "name"), channels = node_field(at, "channels");
	struct node scored = node_field(at, "scored"), bonus = node_field(at, "bonus");
	struct node no_answer = node_field(at, "no_answer");
	made->code = read_column(r, &code);
	made->area = read_item_area(r, &area, of);
	made->name = read_names(r, &name);
	made->channels = read_channel_mask(r, &channels, p);
	/* A wrong value counts as false, so that the options are not at fault for it. */
	made->scored = scored.json == NULL;
	read_bool(r, &scored, &made->scored);
	read_bool(r, &bonus, &made->bonus);
	if (made->bonus && scored.json != NULL && !made->scored)
		reading_fault(r, &bonus, "no_points", "false: only what is scored can be a bonus");
	read_answers(r, at, made);
	made->no_answer = read_no_answer(r, &no_answer, &made->no_answer_len);
	check_item_no_answer(r, &no_answer, made);
}

static void read_items(struct reading *r, const struct node *list, const struct programme *p,
		       struct instrument *made)
{
	size_t len = read_list(r, list, 0, PROGRAMME_ITEMS_LIMIT);
	struct item *items = reading_take(r, len, sizeof(*items));
	struct node at = node_first(list);
	for (size_t i = 0; i < len; i++, node_next(&at)) {
		read_item(r, &at, p, made, &items[i]);
		struct node code = node_field(&at, "code");
		fault_if_taken(r, &code, items[i].code, items, i, sizeof(*items));
	}
	made->items = items;
	made->items_len = len;
}

static void read_scale(struct reading *r, const struct node *at, struct question *made)
{
	static const char *const keys[] = {"min", "max", NULL};
	if (!read_given(r, at) || !read_object(r, at, keys))
		return;
	int64_t least = 0, most = 0;
	struct node min = node_field(at, "min"), max = node_field(at, "max");
	if (read_given(r, &min))
		read_integer(r, &min, -ANSWER_LIMIT, ANSWER_LIMIT, &least);
	if (read_given(r, &max))
		read_integer(r, &max, -ANSWER_LIMIT, ANSWER_LIMIT, &most);
	if (most <= least || most - least > SCALE_SPAN_LIMIT)
		reading_fault(r, at, "not_a_scale", "max above min, by %d at most",
			      SCALE_SPAN_LIMIT);
	else if (made->measure == MEASURE_NPS && (least != 0 || most != 10))
		reading_fault(r, at, "not_a_scale", "0 to 10: nothing else is an NPS");
	made->scale_min = (int16_t)least;
	made->scale_max = (int16_t)most;
}

static void read_direction(struct reading *r, const struct node *at, struct question *made)
{
	static const char *const good_or_bad[] = {"high_is_good", "high_is_bad", NULL};
	static const char *const easy_or_effort[] = {"high_is_easy", "high_is_effort", NULL};
	static const char *const good[] = {"high_is_good", NULL};
	int choice = 0;
	if (made->measure == MEASURE_CES)
		read_choice(r, at, easy_or_effort, &choice);
	else
		read_choice(r, at, made->measure == MEASURE_NPS ? good : good_or_bad, &choice);
	made->high_is_effort = choice == 1;
}

/** The top box: two of five, easy from 5 of 7 and 4 of 5 (statistics.md 2); a CES on another
 * scale has no custom to follow, so its file must say. */
static void read_good_from(struct reading *r, const struct node *at, struct question *made)
{
	int span = made->scale_max - made->scale_min;
	int64_t from = made->scale_max - 1;
	if (made->measure == MEASURE_CES && span == 6)
		from = made->scale_max - 2;
	bool known = made->measure != MEASURE_CES || span == 6 || span == 4;
	if (span <= 0 || (!known && !read_given(r, at)))
		return;
	read_integer(r, at, made->scale_min, made->scale_max, &from);
	if (made->measure == MEASURE_NPS && from != PROMOTERS_FROM)
		reading_fault(r, at, "out_of_range", "9: promoters are 9 and 10");
	made->good_from = (int16_t)from;
}

static void check_question_no_answer(struct reading *r, const struct node *list,
				     const struct question *made)
{
	for (size_t i = 0; i < made->no_answer_len; i++) {
		int64_t number;
		if (made->scale_min < made->scale_max &&
		    slice_to_int64(made->no_answer[i], &number) && number >= made->scale_min &&
		    number <= made->scale_max)
			fault_if_answer(r, list, i);
	}
}

static void read_question(struct reading *r, const struct node *at, struct question *made)
{
	static const char *const keys[] = {"code",	"name",	     "measure",	  "scale",
					   "direction", "good_from", "no_answer", NULL};
	made->measure = MEASURE_OTHER;
	if (!read_object(r, at, keys))
		return;
	struct node code = node_field(at, "code"), name = node_field(at, "name");
	struct node measure = node_field(at, "measure"), scale = node_field(at, "scale");
	struct node direction = node_field(at, "direction"), good = node_field(at, "good_from");
	struct node no_answer = node_field(at, "no_answer");
	made->code = read_column(r, &code);
	made->name = read_names(r, &name);
	int choice = MEASURE_OTHER;
	if (read_given(r, &measure))
		read_choice(r, &measure, measures, &choice);
	made->measure = (enum measure)choice;
	read_scale(r, &scale, made);
	read_direction(r, &direction, made);
	read_good_from(r, &good, made);
	made->no_answer = read_no_answer(r, &no_answer, &made->no_answer_len);
	check_question_no_answer(r, &no_answer, made);
}

/** One CSAT, one CES, one NPS an instrument: a board shows one figure of each. */
static void fault_if_measured(struct reading *r, const struct node *at,
			      const struct question *questions, size_t i)
{
	for (size_t before = 0; before < i; before++)
		if (questions[i].measure != MEASURE_OTHER &&
		    questions[before].measure == questions[i].measure)
			reading_fault(r, at, "duplicate", "each of csat, ces and nps once");
}

static void read_questions(struct reading *r, const struct node *list, struct instrument *made)
{
	size_t len = read_list(r, list, 0, PROGRAMME_QUESTIONS_LIMIT);
	struct question *questions = reading_take(r, len, sizeof(*questions));
	struct node at = node_first(list);
	for (size_t i = 0; i < len; i++, node_next(&at)) {
		read_question(r, &at, &questions[i]);
		struct node code = node_field(&at, "code"), measure = node_field(&at, "measure");
		fault_if_taken(r, &code, questions[i].code, questions, i, sizeof(*questions));
		fault_if_taken(r, &code, questions[i].code, made->items, made->items_len,
			       sizeof(*made->items));
		fault_if_measured(r, &measure, questions, i);
	}
	made->questions = questions;
	made->questions_len = len;
}

void read_instrument(struct reading *r, const struct node *at, const struct programme *p,
		     struct instrument *made)
{
	static const char *const keys[] = {"code",  "scoring",	 "unanswered", "areas",
					   "items", "questions", NULL};
	if (!read_object(r, at, keys))
		return;
	struct node code = node_field(at, "code"), scoring = node_field(at, "scoring");
	struct node rule = node_field(at, "unanswered"), areas = node_field(at, "areas");
	struct node items = node_field(at, "items"), questions = node_field(at, "questions");
	int choice = SCORING_POOLED;
	made->code = read_code(r, &code);
	read_choice(r, &scoring, scorings, &choice);
	made->scoring = (enum scoring)choice;
	choice = UNANSWERED_ZERO;
	read_choice(r, &rule, unanswered_rules, &choice);
	made->unanswered = (enum unanswered)choice;
	read_areas(r, &areas, made);
	read_items(r, &items, p, made);
	read_questions(r, &questions, made);
	if (items.json == NULL && questions.json == NULL)
		reading_fault(r, at, "missing", "items, questions or both");
}
