#include "mapping/propose_private.h"

#include <stdarg.h>
#include <stdio.h>

#include <cjson/cJSON.h>

#include "decode/fold.h"

#define SURE_LEAST 0.35

enum { MEMORY_BYTES = 64 * 1024 * 1024, ID_ROWS = 5, OFF_SCALE_MOST = 10 };

/** One way of filling a target. */
struct weighed {
	double sure;
	char because[PROPOSAL_WHY_BYTES];
};

static void because(struct weighed *w, double sure, const char *words, ...) PRINTF_LIKE(3, 4);

static void because(struct weighed *w, double sure, const char *words, ...)
{
	va_list arguments;
	va_start(arguments, words);
	vsnprintf(w->because, sizeof(w->because), words, arguments);
	va_end(arguments);
	w->sure = sure;
}

/* Names */

static struct slice folded_in(struct proposal *p, struct slice text)
{
	struct slice folded;
	return fold_text(text, &p->arena, &folded) == OK ? folded : SLICE("");
}

/** "q1", "q1. did they greet you?", "q1_1". */
static bool begins_with_code(struct slice name, struct slice code)
{
	if (!slice_starts_with(name, code) || name.len == code.len)
		return false;
	char next = name.at[code.len];
	bool letter = (next >= 'a' && next <= 'z') || (next >= '0' && next <= '9');
	return !letter && (unsigned char)next < 0x80;
}

static double likest_name(struct proposal *p, const struct column_facts *c, struct names names)
{
	double best = 0;
	cJSON *tree = cJSON_ParseWithLength(names.json.at, names.json.len);
	const cJSON *name = tree != NULL ? tree->child : NULL;
	for (; name != NULL; name = name->next) {
		struct arena_mark before = arena_mark(&p->arena);
		struct slice text = folded_in(p, slice_of(name->valuestring));
		double alike = text.len > 0 ? names_alike(c->folded, text) : 0;
		double label = text.len > 0 && c->label.len > 0 ? names_alike(c->label, text) : 0;
		best = alike > best ? alike : best;
		best = label > best ? label : best;
		arena_rewind(&p->arena, before);
	}
	cJSON_Delete(tree);
	return best;
}

static void weigh_asked_name(struct proposal *p, const struct target_facts *t,
			     const struct column_facts *c, struct weighed *w)
{
	bool item = t->item >= 0;
	struct names names = item ? p->instrument->items[t->item].name
				  : p->instrument->questions[t->question].name;
	double alike = likest_name(p, c, names);
	double measure = item ? 0
			      : word_names_measure(c->label.len > 0 ? c->label : c->folded,
						   p->instrument->questions[t->question].measure);
	const char *what = item ? "item" : "question";
	if (slice_equal(c->folded, t->folded))
		because(w, 1, "the column is called as the %s", what);
	else if (begins_with_code(c->folded, t->folded))
		because(w, 0.9, "the column's name begins with the code of the %s", what);
	else if (alike >= 0.999)
		because(w, 0.95, "the column has the text of the %s", what);
	else if (alike >= 0.6)
		because(w, 0.8 * alike, "the column's name is like the text of the %s", what);
	else if (measure > 0)
		because(w, measure, "the column's name asks what this question asks");
}

static void weigh_fixed_name(const struct proposal *p, const struct target_facts *t,
			     const struct column_facts *c, struct weighed *w)
{
	double known = word_names_column(c->folded, (enum column)t->fixed);
	bool contact_id = t->fixed == COLUMN_RESULT_ID && slice_is(c->folded, "contact_id");
	if (slice_equal(c->folded, t->folded) || contact_id)
		because(w, 1, "the column is called so");
	else if (known > 0 && p->producer != NULL)
		because(w, known, "a usual name, in a file of %s", p->producer);
	else if (known > 0)
		because(w, known, "a usual name for it");
}

/* Contents */

static void add_words(struct weighed *w, const char *words, ...) PRINTF_LIKE(2, 3);

static void add_words(struct weighed *w, const char *words, ...)
{
	size_t len = strlen(w->because);
	va_list arguments;
	va_start(arguments, words);
	vsnprintf(w->because + len, sizeof(w->because) - len, words, arguments);
	va_end(arguments);
}

/** How much of what is given the target can take. */
static void weigh_answers(const struct proposal *p, const struct target_facts *t,
			  const struct column_facts *c, struct weighed *w)
{
	size_t rows[4] = {0}, looked_at = 0;
	int64_t code;
	for (size_t i = 0; i < c->values_len; i++) {
		rows[read_as_answer(p, t, &c->values[i], c->variable, &code)] += c->values[i].rows;
		looked_at += c->values[i].rows;
	}
	if (looked_at == 0) {
		w->sure *= 0.8;
		add_words(w, "; no row has anything in it");
		return;
	}
	double fits = 1 - (double)rows[READ_NOT] / (double)looked_at;
	bool many_missing = rows[READ_MISSING] * 2 > looked_at;
	w->sure *= fits < 0.5 ? 0.3 : 0.4 + 0.6 * fits;
	w->sure *= many_missing && rows[READ_ANSWER] + rows[READ_LABEL] == 0 ? 0.5 : 1;
	add_words(w, "; of %zu values %zu are answers, %zu words for one, %zu look missing",
		  looked_at, rows[READ_ANSWER], rows[READ_LABEL], rows[READ_MISSING]);
}

static void weigh_companies(const struct proposal *p, const struct column_facts *c,
			    struct weighed *w)
{
	size_t found = 0, looked_at = 0;
	bool exact;
	for (size_t i = 0; i < c->values_len; i++) {
		looked_at += c->values[i].rows;
		if (read_as_company(p, &c->values[i], c->variable, &exact) >= 0)
			found += c->values[i].rows;
	}
	if (looked_at == 0)
		return;
	double share = (double)found / (double)looked_at;
	if (w->sure == 0 && share >= 0.8)
		because(w, 0.85 * share, "its values are companies");
	else
		w->sure *= 0.5 + 0.5 * share;
	add_words(w, "; %zu of %zu values are a company's code or name", found, looked_at);
}

static void weigh_channels(const struct proposal *p, const struct column_facts *c,
			   struct weighed *w)
{
	size_t found = 0, looked_at = 0;
	bool exact;
	for (size_t i = 0; i < c->values_len; i++) {
		looked_at += c->values[i].rows;
		if (read_as_channel(p, &c->values[i], c->variable, &exact) >= 0)
			found += c->values[i].rows;
	}
	if (looked_at == 0)
		return;
	double share = (double)found / (double)looked_at;
	if (w->sure == 0 && share >= 0.9)
		because(w, 0.8 * share, "its values are channels");
	else
		w->sure *= 0.2 + 0.8 * share;
	add_words(w, "; %zu of %zu values are a channel", found, looked_at);
}

/** A sector is only compared: what is none would be refused in every row. */
static void weigh_sectors(const struct proposal *p, const struct column_facts *c, struct weighed *w)
{
	size_t found = 0, looked_at = 0;
	for (size_t i = 0; i < c->values_len; i++) {
		looked_at += c->values[i].rows;
		if (wave_find_sector(p->wave, c->values[i].text) >= 0)
			found += c->values[i].rows;
	}
	if (looked_at == 0)
		return;
	w->sure *= found == looked_at ? 1 : 0.2;
	add_words(w, "; %zu of %zu values are codes of sectors", found, looked_at);
}

static void weigh_times(const struct column_facts *c, struct weighed *w)
{
	double instants = c->given > 0 ? (double)c->dates / (double)c->given : 0;
	double days = c->given > 0 ? (double)c->days / (double)c->given : 0;
	if (w->sure == 0 && instants >= 0.9)
		because(w, 0.45, "its values are dates with a time");
	else if (w->sure > 0 && instants >= 0.5)
		add_words(w, "; %zu of %zu values are dates with a time", c->dates, c->given);
	else if (w->sure > 0 && days >= 0.5)
		add_words(w, "; %zu of %zu values are dates", c->days, c->given);
	else
		w->sure *= c->given > 0 ? 0.2 : 0.8;
}

static void weigh_ids(const struct column_facts *c, struct weighed *w)
{
	bool serial = c->variable != NULL && c->variable->use == TABLE_USE_SERIAL;
	if (serial)
		because(w, 0.95, "the file says that it numbers the answers");
	else if (w->sure > 0 && c->distinct)
		add_words(w, "; no two rows are alike in it");
	else if (w->sure > 0)
		w->sure *= c->given > 0 ? 0.3 : 0.1;
	else if (c->distinct && c->given >= ID_ROWS && c->dates + c->days < c->given)
		because(w, 0.3, "no two rows are alike in it");
}

static void weigh(struct proposal *p, const struct target_facts *t, const struct column_facts *c,
		  struct weighed *w)
{
	*w = (struct weighed){0};
	if (t->fixed < 0) {
		weigh_asked_name(p, t, c, w);
		if (w->sure > 0)
			weigh_answers(p, t, c, w);
		return;
	}
	weigh_fixed_name(p, t, c, w);
	if (t->fixed == COLUMN_COMPANY)
		weigh_companies(p, c, w);
	else if (t->fixed == COLUMN_CHANNEL)
		weigh_channels(p, c, w);
	else if (t->fixed == COLUMN_SECTOR)
		weigh_sectors(p, c, w);
	else if (t->fixed == COLUMN_CONTACTED_AT)
		weigh_times(c, w);
	else if (t->fixed == COLUMN_RESULT_ID)
		weigh_ids(c, w);
}

/* Who gets which */

static bool is_used(const struct proposal *p, size_t column)
{
	for (size_t t = 0; t < p->targets_len; t++)
		if (p->targets[t].column == (int)column || p->targets[t].also == (int)column)
			return true;
	return false;
}

/** The surest pair that is left; of equals the first column, then the first target. */
static bool take_surest(struct proposal *p, const double *all)
{
	double best = SURE_LEAST;
	size_t at = 0;
	bool found = false;
	for (size_t c = 0; c < p->columns_len; c++) {
		if (is_used(p, c))
			continue;
		for (size_t t = 0; t < p->targets_len; t++) {
			size_t here = c * p->targets_len + t;
			if (p->targets[t].column >= 0 || all[here] < best ||
			    (found && all[here] <= best))
				continue;
			best = all[here];
			at = here;
			found = true;
		}
	}
	if (!found)
		return false;
	struct target_facts *t = &p->targets[at % p->targets_len];
	struct weighed w;
	t->column = (int)(at / p->targets_len);
	weigh(p, t, &p->columns[t->column], &w);
	t->sure = w.sure;
	memcpy(t->because, w.because, sizeof(t->because));
	return true;
}

static void note_best(struct column_facts *c, int target, const struct weighed *w)
{
	if (w->sure <= c->best_sure)
		return;
	c->best = target;
	c->best_sure = w->sure;
	memcpy(c->because, w->because, sizeof(c->because));
}

static void assign(struct proposal *p)
{
	size_t len = p->columns_len * p->targets_len;
	double *all = memory_new((len + 1) * sizeof(*all));
	struct weighed w;
	for (size_t c = 0; c < p->columns_len; c++) {
		for (size_t t = 0; t < p->targets_len; t++) {
			weigh(p, &p->targets[t], &p->columns[c], &w);
			all[c * p->targets_len + t] = w.sure;
			note_best(&p->columns[c], (int)t, &w);
		}
	}
	while (take_surest(p, all))
		;
	memory_free(all);
}

/** A date in one column and the time of day in another: both together are when it was. */
static void join_time(struct proposal *p)
{
	struct target_facts *t = &p->targets[COLUMN_CONTACTED_AT];
	if (t->column < 0 || p->columns[t->column].days == 0)
		return;
	for (size_t c = 0; c < p->columns_len; c++) {
		const struct column_facts *clock = &p->columns[c];
		if (is_used(p, c) || clock->clocks == 0 || clock->clocks * 10 < clock->given * 9)
			continue;
		t->also = (int)c;
		return;
	}
	/* A day alone is no instant: it would be refused in every row. */
	t->column = -1;
}

static void list_companies(struct proposal *p)
{
	const struct target_facts *t = &p->targets[COLUMN_COMPANY];
	bool exact;
	if (t->column < 0)
		return;
	const struct column_facts *c = &p->columns[t->column];
	for (size_t i = 0; i < c->values_len && p->likely_len < LIKELY_COMPANIES; i++) {
		if (read_as_company(p, &c->values[i], c->variable, &exact) >= 0)
			continue;
		struct likely_company *l = &p->likely[p->likely_len++];
		l->value = c->values[i].text;
		l->rows = c->values[i].rows;
		l->guesses_len = company_names_suggest(p->companies, l->value, l->guesses);
	}
}

static void add_target(struct proposal *p, struct slice name, int fixed, int question, int item)
{
	p->targets[p->targets_len++] = (struct target_facts){.name = name,
							     .folded = folded_in(p, name),
							     .fixed = fixed,
							     .question = question,
							     .item = item,
							     .column = -1,
							     .also = -1};
}

static void list_targets(struct proposal *p)
{
	for (int c = 0; c < COLUMN_FIXED_COUNT; c++)
		add_target(p, slice_of(column_names[c]), c, -1, -1);
	for (size_t q = 0; q < p->instrument->questions_len; q++)
		add_target(p, p->instrument->questions[q].code, -1, (int)q, -1);
	for (size_t i = 0; i < p->instrument->items_len; i++)
		add_target(p, p->instrument->items[i].code, -1, -1, (int)i);
}

/** Every column is called canonically, and what a result must have is there. */
static bool is_canonical(const struct proposal *p)
{
	bool id = false, company = false, channel = false;
	for (size_t c = 0; c < p->columns_len; c++) {
		struct slice name = p->columns[c].name;
		if (slice_starts_with(name, SLICE(COLUMN_ANSWERS ".")))
			name = slice_from(name, sizeof(COLUMN_ANSWERS));
		bool known = slice_is(name, COLUMN_CONTACT_ID) || column_is_added(name);
		for (size_t t = 0; t < p->targets_len && !known; t++)
			known = slice_equal(p->targets[t].name, name);
		if (!known)
			return false;
		id |= slice_is(name, "result_id") || slice_is(name, COLUMN_CONTACT_ID);
		company |= slice_is(name, "company");
		channel |= slice_is(name, "channel");
	}
	return id && company && channel;
}

struct proposal *propose(struct sample *s, const struct programme *programme, int wave,
			 const struct table_dictionary *dictionary)
{
	struct proposal *p = memory_new(sizeof(*p));
	arena_init(&p->arena, MEMORY_BYTES);
	p->sample = s;
	p->p = programme;
	p->wave = &programme->waves[wave];
	p->instrument = &programme->instruments[p->wave->instrument];
	p->companies = company_names_new(programme);
	list_targets(p);
	facts_take(p, dictionary);
	p->producer = producer_of(p);
	p->canonical = is_canonical(p);
	assign(p);
	join_time(p);
	list_companies(p);
	return p;
}

void proposal_free(struct proposal *p)
{
	if (p == NULL)
		return;
	company_names_free(p->companies);
	memory_free(p->columns);
	arena_fini(&p->arena);
	memory_free(p);
}

bool proposal_is_canonical(const struct proposal *p)
{
	return p->canonical;
}
