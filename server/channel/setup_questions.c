/** Which question of ours a provider's question is, and on which scale. */
#include "channel/setup_parts.h"
#include "survey/columns.h"

static const char *const measure_words[MEASURE_OTHER] = {
	[MEASURE_CSAT] = "csat", [MEASURE_CES] = "ces", [MEASURE_NPS] = "nps"};

const char *setup_measure_word(enum measure measure)
{
	must(measure < MEASURE_OTHER);
	return measure_words[measure];
}

const struct instrument *setup_instrument(const struct programme *p, int wave)
{
	return p != NULL && wave >= 0 ? &p->instruments[p->waves[wave].instrument] : NULL;
}

struct slice setup_column(const struct setup *setup, const struct programme *p, int wave,
			  struct slice heard)
{
	const struct instrument *i = setup_instrument(p, wave);
	for (size_t q = 0; q < setup->questions_len; q++)
		if (slice_equal(setup->questions[q].heard, heard))
			return setup->questions[q].column;
	for (size_t q = 0; q < setup->form.len; q++)
		if (slice_equal(setup->form.questions[q].column, heard))
			return setup->form.questions[q].column;
	if (slice_is(heard, column_names[COLUMN_COMMENT]))
		return slice_of(column_names[COLUMN_COMMENT]);
	for (int m = 0; i != NULL && m < MEASURE_OTHER; m++) {
		int question = instrument_find_measure(i, (enum measure)m);
		if (slice_is(heard, measure_words[m]))
			return question < 0 ? SLICE_NONE : i->questions[question].code;
	}
	return SLICE_NONE;
}

/** What a column takes; false: text, or nothing on a scale. */
static bool scale_of(const struct instrument *i, struct slice column, struct adapter_scale *scale)
{
	int question = instrument_find_question(i, column), item = instrument_find_item(i, column);
	if (question >= 0) {
		const struct question *q = &i->questions[question];
		*scale = (struct adapter_scale){q->scale_min, q->scale_max};
		return true;
	}
	if (item < 0 || i->items[item].options_len == 0)
		return false;
	const struct answer_option *options = i->items[item].options;
	*scale = (struct adapter_scale){options[0].answer,
					options[i->items[item].options_len - 1].answer};
	return true;
}

/** A value of another scale would be counted in a neighbouring bucket. */
static void check_scales(struct setup_making *m, const struct node *at)
{
	const struct instrument *i = setup_instrument(m->p, m->wave);
	const struct adapter *a = m->setup->adapter;
	for (int measure = 0; i != NULL && a != NULL && measure < MEASURE_OTHER; measure++) {
		struct adapter_scale own = a->scales[measure], ours = {0, 0};
		const char *word = measure_words[measure];
		struct slice column = setup_column(m->setup, m->p, m->wave, slice_of(word));
		struct node place = {.up = at, .key = word};
		if (own.max == 0 || column.at == NULL)
			continue;
		if (!scale_of(i, column, &ours) || ours.min != own.min || ours.max != own.max)
			reading_fault(&m->reading, &place, "other_scale",
				      "a question of %d to %d, as %s asks it; null: not taken",
				      own.min, own.max, a->kind);
	}
}

static bool is_column(const struct instrument *i, struct slice name)
{
	return slice_is(name, column_names[COLUMN_COMMENT]) ||
	       instrument_find_question(i, name) >= 0 || instrument_find_item(i, name) >= 0;
}

static void read_question(struct setup_making *m, const struct node *at,
			  struct setup_question *made)
{
	struct reading *r = &m->reading;
	const struct instrument *i = setup_instrument(m->p, m->wave);
	struct slice heard = slice_of(at->key);
	made->heard = setup_take(m, heard);
	if (heard.len == 0 || heard.len > SETUP_NAME_BYTES)
		reading_fault_at_key(r, at->up, at->key, "wrong_length",
				     "a name of 1 to 200 bytes");
	if (cJSON_IsNull(at->json))
		return;
	made->column = read_code(r, at);
	if (made->column.at != NULL && i != NULL && !is_column(i, made->column))
		reading_fault(r, at, "unknown_column",
			      "a question or an item of the wave, \"comment\", or null");
}

void setup_read_questions(struct setup_making *m, const struct node *at)
{
	size_t len = setup_read_members(m, at, SETUP_QUESTIONS_MOST), made = 0;
	struct setup_question *questions = reading_take(&m->reading, len, sizeof(*questions));
	const cJSON *field = len > 0 ? at->json->child : NULL;
	size_t faults = m->reading.total;
	for (; field != NULL; field = field->next) {
		struct node place = {.json = field, .up = at, .key = field->string};
		read_question(m, &place, &questions[made++]);
	}
	m->setup->questions = questions;
	m->setup->questions_len = len;
	if (m->reading.total == faults)
		check_scales(m, at);
}
