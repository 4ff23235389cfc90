/** Does a profile speak of what the programme has? */
#include "mapping/profile.h"
#include "survey/columns.h"
#include "survey/programme_read.h"

struct checking {
	struct reading reading;
	const struct programme *p;
	int wave; /* -1: any */
};

static const struct instrument *instrument_of(const struct checking *c)
{
	return &c->p->instruments[c->p->waves[c->wave].instrument];
}

static bool asks(const struct instrument *i, struct slice name)
{
	return instrument_find_item(i, name) >= 0 || instrument_find_question(i, name) >= 0;
}

static bool is_canonical(const struct checking *c, struct slice name)
{
	for (int i = 0; i < COLUMN_FIXED_COUNT; i++)
		if (slice_is(name, column_names[i]))
			return true;
	if (c->wave >= 0)
		return asks(instrument_of(c), name);
	for (size_t i = 0; i < c->p->instruments_len; i++)
		if (asks(&c->p->instruments[i], name))
			return true;
	return false;
}

/** What a question or an item of the wave takes. */
static bool is_answer(const struct instrument *i, struct slice name, struct slice code)
{
	int item = instrument_find_item(i, name), question = instrument_find_question(i, name);
	int64_t number = 0;
	bool whole = slice_to_int64(code, &number) && number > INT16_MIN && number <= INT16_MAX;
	if (item >= 0 && i->items[item].measured.given)
		return true; /* a value of its own, not an option */
	if (item >= 0)
		return whole && item_points(&i->items[item], (int16_t)number) != POINTS_NONE;
	const struct question *q = question >= 0 ? &i->questions[question] : NULL;
	return q == NULL || (whole && number >= q->scale_min && number <= q->scale_max);
}

static void check_code(struct checking *c, const struct node *at, const struct target *t,
		       struct slice code)
{
	struct reading *r = &c->reading;
	bool scaled = t->scale.reversed || t->scale.shift != 0;
	if (slice_is(t->name, "company")) {
		if (programme_find_company(c->p, code) < 0)
			reading_fault(r, at, "unknown_company",
				      "the code of a company of the programme");
	} else if (slice_is(t->name, "channel")) {
		if (programme_find_channel(c->p, code) < 0)
			reading_fault(r, at, "unknown_channel", "the code of a channel");
	} else if (c->wave >= 0 && !scaled && !is_answer(instrument_of(c), t->name, code)) {
		reading_fault(r, at, "not_an_answer", "an answer of the item or question");
	}
}

/** A key or a code as a C string, as nodes have them. */
static const char *key_of(struct checking *c, struct slice text)
{
	struct slice copy = arena_copy(c->reading.words, text);
	c->reading.over |= copy.at == NULL;
	return copy.at != NULL ? copy.at : "";
}

static void check_codes(struct checking *c, const struct node *at, const struct target *t)
{
	struct node labels = {.up = at, .key = "labels"}, constant = {.up = at, .key = "constant"};
	for (size_t i = 0; i < t->labels_len; i++) {
		struct node code = {.up = &labels, .key = key_of(c, t->labels[i].code)};
		check_code(c, &code, t, t->labels[i].code);
	}
	if (t->made_of == MADE_OF_CONSTANT)
		check_code(c, &constant, t, t->text);
}

static void check_target(struct checking *c, const struct node *columns, const struct target *t)
{
	struct node at = {.up = columns, .key = key_of(c, t->name)};
	if (is_canonical(c, t->name))
		check_codes(c, &at, t);
	else
		reading_fault(&c->reading, &at, "unknown_column",
			      "a column of a result, an item or a question of the %s",
			      c->wave >= 0 ? "wave" : "programme");
}

static void check_required(struct checking *c, const struct node *columns,
			   const struct profile *profile)
{
	static const char *const required[] = {"result_id", "company", "channel"};
	for (size_t i = 0; i < COUNT_OF(required); i++) {
		bool given = false;
		for (size_t t = 0; t < profile->targets_len && !given; t++)
			given = slice_is(profile->targets[t].name, required[i]);
		struct node at = {.up = columns, .key = required[i]};
		if (!given)
			reading_fault(&c->reading, &at, "missing",
				      "a source: every result has this column");
	}
}

enum status profile_check(const struct profile *profile, const struct programme *p, int wave,
			  struct arena *arena, struct programme_faults *faults)
{
	struct checking c = {.reading = {.words = arena}, .p = p, .wave = wave};
	struct node root = {.json = NULL}, columns = {.up = &root, .key = "columns"};
	for (size_t i = 0; i < profile->targets_len; i++)
		check_target(&c, &columns, &profile->targets[i]);
	check_required(&c, &columns, profile);
	*faults = (struct programme_faults){c.reading.faults, c.reading.len, c.reading.total};
	if (c.reading.over)
		return E_LIMIT;
	return c.reading.total == 0 ? OK : E_INPUT;
}
