/** What a source asks its customers itself, and in whose words. */
#include "channel/setup_parts.h"
#include "survey/columns.h"

static struct form_question comment(void)
{
	return (struct form_question){.column = slice_of(column_names[COLUMN_COMMENT]),
				      .measure = MEASURE_OTHER,
				      .is_comment = true};
}

static struct form_question asked(const struct question *q)
{
	return (struct form_question){.column = q->code,
				      .measure = q->measure,
				      .high_is_effort = q->high_is_effort,
				      .scale_min = q->scale_min,
				      .scale_max = q->scale_max};
}

static bool find_question(const struct instrument *i, struct slice column,
			  struct form_question *made)
{
	if (slice_is(column, column_names[COLUMN_COMMENT])) {
		*made = comment();
		return true;
	}
	int question = instrument_find_question(i, column);
	if (question >= 0)
		*made = asked(&i->questions[question]);
	return question >= 0;
}

static struct form_question *read_asked(struct setup_making *m, const struct node *list)
{
	struct reading *r = &m->reading;
	struct form *form = &m->setup->form;
	const struct instrument *i = setup_instrument(m->p, m->wave);
	size_t len = read_list(r, list, 1, FORM_QUESTIONS_MOST);
	struct form_question *made = reading_take(r, len, sizeof(*made));
	struct node at = node_first(list);
	for (size_t k = 0; k < len; k++, node_next(&at)) {
		struct slice column = read_code(r, &at);
		if (column.at == NULL || i == NULL)
			continue;
		for (size_t before = 0; before < form->len; before++)
			if (slice_equal(made[before].column, column))
				reading_fault(r, &at, "duplicate", "a question asked once");
		if (find_question(i, column, &made[form->len]))
			form->len++;
		else
			reading_fault(r, &at, "unknown_column",
				      "a question of the wave, or \"comment\"");
	}
	return made;
}

static struct form_question *ask_the_usual(struct setup_making *m)
{
	struct form *form = &m->setup->form, usual = {0};
	const struct instrument *i = setup_instrument(m->p, m->wave);
	if (i != NULL)
		must(form_usual(i, m->reading.memory, &usual, NULL) == OK);
	struct form_question *made = reading_take(&m->reading, usual.len, sizeof(*made));
	if (usual.len > 0)
		memcpy(made, usual.questions, usual.len * sizeof(*made));
	form->len = usual.len;
	return made;
}

static void read_languages(struct setup_making *m, const struct node *at, struct form_question *q)
{
	if (!read_object(&m->reading, at, setup_languages))
		return;
	for (int l = 0; l < FORM_LANGUAGE_COUNT; l++) {
		struct node text = node_field(at, setup_languages[l]);
		if (text.json != NULL)
			q->words[l] = read_text(&m->reading, &text, SETUP_WORDS_BYTES);
	}
}

static void read_words(struct setup_making *m, const struct node *at, struct form_question *made)
{
	struct form *form = &m->setup->form;
	size_t len = setup_read_members(m, at, FORM_QUESTIONS_MOST);
	for (const cJSON *field = len > 0 ? at->json->child : NULL; field != NULL;
	     field = field->next) {
		struct node place = {.json = field, .up = at, .key = field->string};
		struct form_question *q = NULL;
		for (size_t k = 0; k < form->len && q == NULL; k++)
			if (slice_is(made[k].column, field->string))
				q = &made[k];
		if (q != NULL)
			read_languages(m, &place, q);
		else if (setup_instrument(m->p, m->wave) != NULL)
			reading_fault_at_key(&m->reading, at, field->string, "unknown_column",
					     "a question of this form");
	}
}

/** There are no built-in words for a question of no measure. */
static void need_words(struct setup_making *m, const struct node *words)
{
	const struct form *form = &m->setup->form;
	if (m->setup->adapter->agi) /* it plays sounds */
		return;
	for (size_t k = 0; k < form->len; k++) {
		const struct form_question *q = &form->questions[k];
		struct node place = {.up = words, .key = q->column.at};
		if (q->measure == MEASURE_OTHER && !q->is_comment &&
		    q->words[form->language].at == NULL)
			reading_fault(&m->reading, &place, "missing",
				      "the words of the question in \"%s\" at least",
				      setup_languages[form->language]);
	}
}

void setup_read_form(struct setup_making *m, const struct node *at)
{
	static const char *const keys[] = {"questions", "words", "language", NULL};
	static const char *const agi_keys[] = {"questions", "sounds", "language", NULL};
	const struct adapter *a = m->setup->adapter;
	struct form *form = &m->setup->form;
	if (a == NULL || (a->may & SETUP_BIT(FORM)) == 0)
		return;
	if (at->json != NULL && !read_object(&m->reading, at, a->agi ? agi_keys : keys))
		return;
	struct node questions = node_field(at, "questions"), words = node_field(at, "words"),
		    sounds = node_field(at, "sounds"), language = node_field(at, "language");
	int choice = FORM_EN;
	read_choice(&m->reading, &language, setup_languages, &choice);
	form->language = (enum form_language)choice;
	struct form_question *made = questions.json != NULL ? read_asked(m, &questions)
							    : ask_the_usual(m);
	form->questions = made;
	read_words(m, &words, made);
	setup_read_sounds(m, &sounds, made);
	need_words(m, &words);
}
