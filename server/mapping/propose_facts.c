#include "mapping/propose_private.h"

#include "base/clock.h"
#include "decode/fold.h"
#include "survey/written.h"

enum { DATE_BYTES = 80, VALUE_ARENA_BYTES = 256 * 1024, FOLDED_BYTES = 2000 };

/* Dates */

static bool is_instant(const struct proposal *p, struct slice text)
{
	int64_t instant;
	if (clock_parse(text, &instant))
		return true;
	return p->sample->has_reading &&
	       written_instant(&p->sample->reading, p->wave->time_zone_given ? p->wave->zone : NULL,
			       text, &instant) != WRITTEN_AS_IS;
}

static bool is_instant_with(const struct proposal *p, const char *before, struct slice text,
			    const char *behind)
{
	struct buf both;
	buf_init(&both, DATE_BYTES);
	buf_print(&both, "%s%.*s%s", before, SLICE_ARGS(slice_cut(text, DATE_BYTES)), behind);
	bool is = !buf_over(&both) && is_instant(p, buf_slice(&both));
	buf_fini(&both);
	return is;
}

static void note_date(const struct proposal *p, struct column_facts *c, struct slice text)
{
	bool digit = text.at[0] >= '0' && text.at[0] <= '9';
	if (!digit || text.len > DATE_BYTES / 2)
		return;
	if (is_instant(p, text))
		c->dates++;
	else if (is_instant_with(p, "", text, " 12:00"))
		c->days++;
	else if (is_instant_with(p, "2020-02-03 ", text, ""))
		c->clocks++;
}

/* Values */

static void note_value(struct proposal *p, struct column_facts *c, struct slice text)
{
	struct slice folded;
	if (fold_text(slice_cut(text, FOLDED_BYTES), &p->arena, &folded) < 0)
		return;
	c->given++;
	note_date(p, c, text);
	for (size_t i = 0; i < c->values_len; i++) {
		if (!slice_equal(c->values[i].folded, folded))
			continue;
		c->values[i].rows++;
		c->distinct = false;
		return;
	}
	c->over |= c->values_len == FACT_VALUES;
	if (c->values_len < FACT_VALUES)
		c->values[c->values_len++] = (struct fact_value){text, folded, 1};
}

static const struct table_variable *variable_of(const struct table_dictionary *d,
						struct slice column)
{
	const struct table_variable *v = d != NULL ? d->variables : NULL;
	while (v != NULL && !slice_equal(v->name, column))
		v = v->next;
	return v;
}

/** Different values beyond those that are kept: the rows are looked through. */
static bool are_distinct(const struct proposal *p, size_t column)
{
	const struct sample *s = p->sample;
	for (size_t r = 0; r < s->rows_len; r++)
		for (size_t q = 0; q < r; q++)
			if (slice_equal(sample_value(s, r, column), sample_value(s, q, column)))
				return false;
	return true;
}

static void take_column(struct proposal *p, size_t column, const struct table_dictionary *d)
{
	const struct sample *s = p->sample;
	struct column_facts *c = &p->columns[column];
	c->name = s->columns[column];
	c->distinct = true;
	c->best = -1;
	c->variable = variable_of(d, c->name);
	if (fold_text(slice_cut(c->name, FOLDED_BYTES), &p->arena, &c->folded) < 0)
		c->folded = SLICE("");
	if (c->variable == NULL || fold_text(c->variable->label, &p->arena, &c->label) < 0)
		c->label = SLICE("");
	for (size_t r = 0; r < s->rows_len; r++) {
		struct slice text = sample_value(s, r, column);
		if (slice_trim(text).len > 0)
			note_value(p, c, text);
	}
	c->distinct = c->distinct && c->given > 0 && c->given == s->rows_len &&
		      (!c->over || are_distinct(p, column));
}

void facts_take(struct proposal *p, const struct table_dictionary *dictionary)
{
	p->columns_len = p->sample->columns_len;
	p->columns = memory_new((p->columns_len + 1) * sizeof(*p->columns));
	for (size_t c = 0; c < p->columns_len; c++)
		take_column(p, c, dictionary);
}

/* What a value may be */

static bool number_in(const struct proposal *p, struct slice text, int64_t *number)
{
	struct csv_reading reading = p->sample->reading; /* a copy: nothing is to be noted */
	struct slice plain = text;
	struct arena arena;
	if (slice_to_int64(text, number))
		return true;
	if (!p->sample->has_reading)
		return false;
	arena_init(&arena, VALUE_ARENA_BYTES);
	bool is = text.len > 0 && text.len < DATE_BYTES &&
		  written_number(&reading, 1, text, &arena, &plain) == WRITTEN_READ &&
		  slice_to_int64(plain, number);
	arena_fini(&arena);
	return is;
}

static void scale_of(const struct proposal *p, const struct target_facts *t, int64_t *least,
		     int64_t *most)
{
	*least = *most = 0;
	if (t->question >= 0) {
		*least = p->instrument->questions[t->question].scale_min;
		*most = p->instrument->questions[t->question].scale_max;
	} else {
		const struct item *item = &p->instrument->items[t->item];
		*least = item->options_len > 0 ? item->options[0].answer : 0;
		*most = item->options_len > 0 ? item->options[item->options_len - 1].answer : 0;
	}
}

static bool is_answer(const struct proposal *p, const struct target_facts *t, int64_t number)
{
	int64_t least, most;
	scale_of(p, t, &least, &most);
	if (number < least || number > most)
		return false;
	return t->item < 0 ||
	       item_points(&p->instrument->items[t->item], (int16_t)number) != POINTS_NONE;
}

static bool is_no_answer(const struct proposal *p, const struct target_facts *t, struct slice text)
{
	const struct slice *texts = t->item >= 0 ? p->instrument->items[t->item].no_answer
						 : p->instrument->questions[t->question].no_answer;
	size_t len = t->item >= 0 ? p->instrument->items[t->item].no_answer_len
				  : p->instrument->questions[t->question].no_answer_len;
	for (size_t i = 0; i < len; i++)
		if (slice_equal(texts[i], text))
			return true;
	return false;
}

/** "5 - very satisfied", "1: not at all". */
static bool leading_number(struct slice text, int64_t *number)
{
	size_t len = 0;
	while (len < text.len && len < 3 && text.at[len] >= '0' && text.at[len] <= '9')
		len++;
	return len > 0 && len < text.len && (text.at[len] < '0' || text.at[len] > '9') &&
	       text.at[len] != '.' && text.at[len] != ',' &&
	       slice_to_int64((struct slice){text.at, len}, number);
}

static bool is_word_for(const struct proposal *p, const struct target_facts *t, struct slice folded,
			int64_t *code)
{
	int64_t least, most;
	int on_five = word_on_five(folded), yes = word_yes_no(folded);
	bool item = t->item >= 0;
	scale_of(p, t, &least, &most);
	*code = on_five;
	if (on_five > 0 && least == 1 && most == 5 && is_answer(p, t, on_five))
		return true;
	*code = yes == 1 ? most : least;
	if (yes >= 0 && item && p->instrument->items[t->item].options_len >= 2)
		return true;
	return leading_number(folded, code) && is_answer(p, t, *code);
}

enum reading_of read_as_answer(const struct proposal *p, const struct target_facts *t,
			       const struct fact_value *v, const struct table_variable *variable,
			       int64_t *code)
{
	int64_t number, least, most;
	bool whole = number_in(p, v->text, &number);
	const struct table_value *known = variable != NULL ? variable->values : NULL;
	if (is_no_answer(p, t, v->text) || (whole && is_answer(p, t, number)))
		return READ_ANSWER;
	if (t->item >= 0 && p->instrument->items[t->item].measured.given)
		return word_is_missing(v->folded) ? READ_MISSING : READ_ANSWER;
	if (is_word_for(p, t, v->folded, code))
		return READ_LABEL;
	for (; known != NULL; known = known->next)
		if (slice_equal(known->code, v->text) && known->missing)
			return READ_MISSING;
	scale_of(p, t, &least, &most);
	bool beside = whole && (number == least - 1 || number == most + 1);
	return word_is_missing(v->folded) || beside ? READ_MISSING : READ_NOT;
}

static struct slice label_of(const struct fact_value *v, const struct table_variable *variable)
{
	const struct table_value *value = variable != NULL ? variable->values : NULL;
	for (; value != NULL; value = value->next)
		if (slice_equal(value->code, v->text))
			return value->label;
	return SLICE_NONE;
}

int read_as_company(const struct proposal *p, const struct fact_value *v,
		    const struct table_variable *variable, bool *exact)
{
	int company = programme_find_company(p->p, v->text);
	struct slice label = label_of(v, variable);
	*exact = company >= 0;
	if (company < 0)
		company = company_names_find(p->companies, v->text);
	*exact |= company >= 0;
	if (company < 0 && label.len > 0)
		company = company_names_find(p->companies, label);
	return company >= 0 ? company : -1;
}

int read_as_channel(const struct proposal *p, const struct fact_value *v,
		    const struct table_variable *variable, bool *exact)
{
	struct slice label = label_of(v, variable), folded;
	struct arena arena;
	int channel = programme_find_channel(p->p, v->text);
	*exact = channel >= 0;
	if (channel < 0)
		channel = programme_find_channel(p->p, v->folded);
	if (channel < 0)
		channel = word_channel(p->p, v->folded);
	if (channel >= 0 || label.len == 0)
		return channel;
	arena_init(&arena, VALUE_ARENA_BYTES);
	if (fold_text(label, &arena, &folded) == OK) {
		channel = programme_find_channel(p->p, folded);
		channel = channel >= 0 ? channel : word_channel(p->p, folded);
	}
	arena_fini(&arena);
	return channel;
}
