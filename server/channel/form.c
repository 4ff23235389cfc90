#include "channel/form.h"

#include "base/must.h"

static const struct slice tags[FORM_LANGUAGE_COUNT] = {
#define X(name, tag, own_name) {tag, sizeof(tag) - 1},
	FORM_LANGUAGES(X)
#undef X
};

bool form_language_from(struct slice tag, enum form_language *language)
{
	size_t len = 0;
	while (len < tag.len && tag.at[len] != '-' && tag.at[len] != '_')
		len++;
	tag.len = len;
	for (size_t i = 0; i < FORM_LANGUAGE_COUNT; i++)
		if (slice_equal_ignoring_case(tag, tags[i])) {
			*language = (enum form_language)i;
			return true;
		}
	if (!slice_equal_ignoring_case(tag, SLICE("no")) &&
	    !slice_equal_ignoring_case(tag, SLICE("nn")))
		return false;
	*language = FORM_NB;
	return true;
}

const char *form_language_tag(enum form_language language)
{
	must(language < FORM_LANGUAGE_COUNT);
	return tags[language].at;
}

/** The weight of "nb;q=0.8" in thousandths; what is no weight is none. Source: RFC 9110, 12.4.2. */
static int weight_of(struct slice parameters)
{
	struct slice q = slice_trim(parameters);
	int weight = 0;
	if (q.len == 0)
		return 1000;
	if (q.len < 3 || (q.at[0] != 'q' && q.at[0] != 'Q') || q.at[1] != '=')
		return 0;
	if (q.at[2] == '1')
		return 1000;
	for (size_t i = 4, unit = 100; i < q.len && unit > 0; i++, unit /= 10) {
		if (q.at[i] < '0' || q.at[i] > '9')
			return 0;
		weight += (q.at[i] - '0') * (int)unit;
	}
	return weight;
}

enum form_language form_language_accepted(struct slice header, enum form_language otherwise)
{
	enum form_language best = otherwise;
	int best_weight = 0;
	struct slice part;
	for (int i = 0; i < FORM_ACCEPTED_MOST && slice_next_part(&header, ',', &part); i++) {
		enum form_language language;
		struct slice tag = SLICE_NONE;
		(void)slice_next_part(&part, ';', &tag);
		int weight = weight_of(part);
		if (weight <= best_weight || !form_language_from(slice_trim(tag), &language))
			continue;
		best = language;
		best_weight = weight;
	}
	return best;
}

struct slice form_words(const struct form_question *question, enum form_language language)
{
	must(language < FORM_LANGUAGE_COUNT);
	if (question->words[language].len > 0)
		return question->words[language];
	if (question->is_comment)
		return form_word(FORM_WORD_COMMENT, language);
	switch (question->measure) {
	case MEASURE_CSAT:
		return form_word(FORM_WORD_CSAT, language);
	case MEASURE_CES:
		return form_word(question->high_is_effort ? FORM_WORD_EFFORT : FORM_WORD_CES,
				 language);
	case MEASURE_NPS:
		return form_word(FORM_WORD_NPS, language);
	case MEASURE_OTHER:
		break;
	}
	for (size_t i = 0; i < FORM_LANGUAGE_COUNT; i++)
		if (question->words[i].len > 0)
			return question->words[i];
	return question->column;
}

/** The words of the good end and of the bad one. FORM_WORD_COUNT: there are none. */
static void ends_of(const struct form_question *question, enum form_word *low, enum form_word *high)
{
	*low = *high = FORM_WORD_COUNT;
	if (question->is_comment)
		return;
	switch (question->measure) {
	case MEASURE_CSAT:
		*low = question->high_is_effort ? FORM_WORD_CSAT_HIGH : FORM_WORD_CSAT_LOW;
		*high = question->high_is_effort ? FORM_WORD_CSAT_LOW : FORM_WORD_CSAT_HIGH;
		break;
	case MEASURE_CES:
		*low = question->high_is_effort ? FORM_WORD_EFFORT_LOW : FORM_WORD_CES_LOW;
		*high = question->high_is_effort ? FORM_WORD_EFFORT_HIGH : FORM_WORD_CES_HIGH;
		break;
	case MEASURE_NPS:
		*low = FORM_WORD_NPS_LOW;
		*high = FORM_WORD_NPS_HIGH;
		break;
	case MEASURE_OTHER:
		break;
	}
}

struct slice form_low_end(const struct form_question *question, enum form_language language)
{
	enum form_word low, high;
	ends_of(question, &low, &high);
	return low == FORM_WORD_COUNT ? SLICE("") : form_word(low, language);
}

struct slice form_high_end(const struct form_question *question, enum form_language language)
{
	enum form_word low, high;
	ends_of(question, &low, &high);
	return high == FORM_WORD_COUNT ? SLICE("") : form_word(high, language);
}

enum status form_usual(const struct instrument *instrument, struct arena *arena, struct form *form,
		       struct trouble *why)
{
	static const enum measure asked[] = {MEASURE_CSAT, MEASURE_CES, MEASURE_NPS};
	struct form_question *questions = arena_take_array(arena, COUNT_OF(asked) + 1,
							   sizeof(*questions));
	size_t len = 0;
	if (questions == NULL)
		return trouble(why, E_LIMIT, "the form does not fit");
	for (size_t i = 0; i < COUNT_OF(asked); i++) {
		int at = instrument_find_measure(instrument, asked[i]);
		if (at < 0)
			continue;
		const struct question *q = &instrument->questions[at];
		questions[len++] = (struct form_question){.column = q->code,
							  .measure = q->measure,
							  .high_is_effort = q->high_is_effort,
							  .scale_min = q->scale_min,
							  .scale_max = q->scale_max};
	}
	questions[len++] = (struct form_question){
		.column = SLICE("comment"), .measure = MEASURE_OTHER, .is_comment = true};
	*form = (struct form){.questions = questions, .len = len, .language = FORM_EN};
	return OK;
}

const struct form_question *form_find(const struct form *form, struct slice column)
{
	for (size_t i = 0; i < form->len; i++)
		if (slice_equal(form->questions[i].column, column))
			return &form->questions[i];
	return NULL;
}
