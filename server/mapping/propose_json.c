#include "mapping/propose_private.h"

enum { SAMPLES = 3, SAMPLE_TEXT_BYTES = 100 };

static bool only_company(const struct proposal *p, struct slice *code)
{
	size_t found = 0;
	for (size_t i = 0; i < p->p->companies_len; i++) {
		if (p->wave->sector_of[i] < 0)
			continue;
		*code = p->p->companies[i].code;
		found++;
	}
	return found == 1;
}

bool proposal_is_complete(const struct proposal *p)
{
	struct slice code;
	return (p->targets[COLUMN_COMPANY].column >= 0 || only_company(p, &code)) &&
	       (p->targets[COLUMN_CHANNEL].column >= 0 || p->p->channels_len == 1);
}

/* The profile */

static const struct column_facts *column_of(const struct proposal *p, const struct target_facts *t)
{
	return &p->columns[t->column];
}

/** {"code":["spelling",...]}; `code_of` gives the code of a value that is a label of one. */
static void add_labels(const struct proposal *p, const struct target_facts *t, struct json_out *j,
		       bool (*code_of)(const struct proposal *p, const struct target_facts *t,
				       const struct fact_value *v, char *code))
{
	const struct column_facts *c = column_of(p, t);
	char code[FACT_VALUES][PROGRAMME_CODE_BYTES + 1];
	bool any = false;
	for (size_t i = 0; i < c->values_len; i++) {
		code[i][0] = '\0';
		any |= code_of(p, t, &c->values[i], code[i]);
	}
	if (!any)
		return;
	json_key(j, "labels");
	json_open_object(j);
	for (size_t i = 0; i < c->values_len; i++) {
		if (code[i][0] == '\0')
			continue;
		json_key(j, code[i]);
		json_open_array(j);
		for (size_t k = c->values_len; k-- > i;) {
			if (k == i || strcmp(code[k], code[i]) != 0)
				continue;
			json_text(j, c->values[k].text);
			code[k][0] = '\0';
		}
		json_text(j, c->values[i].text);
		json_close_array(j);
	}
	json_close_object(j);
}

static bool write_code(char *code, struct slice text)
{
	must(text.len <= PROGRAMME_CODE_BYTES);
	memcpy(code, text.at, text.len);
	code[text.len] = '\0';
	return true;
}

static bool answer_code(const struct proposal *p, const struct target_facts *t,
			const struct fact_value *v, char *code)
{
	struct buf text;
	int64_t number;
	if (read_as_answer(p, t, v, column_of(p, t)->variable, &number) != READ_LABEL)
		return false;
	buf_init(&text, PROGRAMME_CODE_BYTES);
	buf_add_int(&text, number);
	bool made = write_code(code, buf_slice(&text));
	buf_fini(&text);
	return made;
}

static bool company_code(const struct proposal *p, const struct target_facts *t,
			 const struct fact_value *v, char *code)
{
	bool exact;
	int company = read_as_company(p, v, column_of(p, t)->variable, &exact);
	return company >= 0 && !exact && write_code(code, p->p->companies[company].code);
}

static bool channel_code(const struct proposal *p, const struct target_facts *t,
			 const struct fact_value *v, char *code)
{
	bool exact;
	int channel = read_as_channel(p, v, column_of(p, t)->variable, &exact);
	return channel >= 0 && !exact && write_code(code, p->p->channels[channel].code);
}

static void add_missing(const struct proposal *p, const struct target_facts *t, struct json_out *j)
{
	const struct column_facts *c = column_of(p, t);
	bool any = false;
	int64_t code;
	for (size_t i = 0; i < c->values_len; i++) {
		if (read_as_answer(p, t, &c->values[i], c->variable, &code) != READ_MISSING)
			continue;
		if (!any) {
			json_key(j, "missing");
			json_open_array(j);
		}
		any = true;
		json_text(j, c->values[i].text);
	}
	if (any)
		json_close_array(j);
}

static void add_target(const struct proposal *p, const struct target_facts *t, struct json_out *j)
{
	json_key_slice(j, t->name);
	json_open_object(j);
	if (t->also >= 0) {
		json_key(j, "joined");
		json_open_array(j);
		json_text(j, p->columns[t->column].name);
		json_text(j, p->columns[t->also].name);
		json_close_array(j);
		json_pair_text(j, "by", SLICE(" "));
	} else {
		json_pair_text(j, "column", p->columns[t->column].name);
	}
	if (t->fixed < 0) {
		add_labels(p, t, j, answer_code);
		add_missing(p, t, j);
	} else if (t->fixed == COLUMN_COMPANY) {
		add_labels(p, t, j, company_code);
	} else if (t->fixed == COLUMN_CHANNEL) {
		add_labels(p, t, j, channel_code);
	}
	json_close_object(j);
}

static void add_constant(struct json_out *j, const char *name, const char *way, struct slice text)
{
	json_key(j, name);
	json_open_object(j);
	json_pair_text(j, way, text);
	json_close_object(j);
}

static void add_targets(const struct proposal *p, struct slice code, struct json_out *j)
{
	struct slice company;
	json_key(j, "columns");
	json_open_object(j);
	for (size_t t = 0; t < p->targets_len; t++)
		if (p->targets[t].column >= 0)
			add_target(p, &p->targets[t], j);
	if (p->targets[COLUMN_RESULT_ID].column < 0)
		add_constant(j, "result_id", "row_number", code);
	if (p->targets[COLUMN_COMPANY].column < 0 && only_company(p, &company))
		add_constant(j, "company", "constant", company);
	if (p->targets[COLUMN_CHANNEL].column < 0 && p->p->channels_len == 1)
		add_constant(j, "channel", "constant", p->p->channels[0].code);
	json_close_object(j);
}

static bool is_used(const struct proposal *p, size_t column)
{
	for (size_t t = 0; t < p->targets_len; t++)
		if (p->targets[t].column == (int)column || p->targets[t].also == (int)column)
			return true;
	return false;
}

/** What survey tools write of responses that are none. */
static bool has_previews(const struct proposal *p, size_t *column)
{
	for (size_t c = 0; c < p->columns_len; c++)
		for (size_t i = 0; i < p->columns[c].values_len; i++)
			if (slice_is(p->columns[c].folded, "status") &&
			    slice_is(p->columns[c].values[i].folded, "survey preview")) {
				*column = c;
				return true;
			}
	return false;
}

static void add_rules(const struct proposal *p, struct json_out *j)
{
	size_t column;
	if (!has_previews(p, &column))
		return;
	json_key(j, "leave_out");
	json_open_array(j);
	json_open_object(j);
	json_pair_text(j, "why", SLICE("previews of the survey"));
	json_pair_text(j, "column", p->columns[column].name);
	json_key(j, "is");
	json_open_array(j);
	json_text(j, SLICE("Survey Preview"));
	json_close_array(j);
	json_close_object(j);
	json_close_array(j);
}

void proposal_profile_json(const struct proposal *p, struct slice code, struct json_out *j)
{
	json_open_object(j);
	json_pair_text(j, "mapping", code);
	add_targets(p, code, j);
	add_rules(p, j);
	json_key(j, "ignored");
	json_open_array(j);
	for (size_t c = 0; c < p->columns_len; c++)
		if (!is_used(p, c))
			json_text(j, p->columns[c].name);
	json_close_array(j);
	json_close_object(j);
}

/* The reasons */

static const struct target_facts *target_of(const struct proposal *p, size_t column)
{
	for (size_t t = 0; t < p->targets_len; t++)
		if (p->targets[t].column == (int)column || p->targets[t].also == (int)column)
			return &p->targets[t];
	return NULL;
}

static void add_why_not(const struct proposal *p, const struct column_facts *c, bool personal,
			struct json_out *j)
{
	struct buf words;
	buf_init(&words, (size_t)2 * PROPOSAL_WHY_BYTES);
	if (personal)
		buf_add_text(&words, "personal data: it is proposed to be ignored");
	else if (c->given == 0)
		buf_add_text(&words, "nothing stands in it");
	else if (c->best < 0)
		buf_add_text(&words, "nothing says what it would be");
	else
		buf_print(&words, "%s %.*s: %s",
			  p->targets[c->best].column >= 0 ? "another column is surer to be"
							  : "too unsure to be",
			  SLICE_ARGS(p->targets[c->best].name), c->because);
	json_text(j, buf_slice(&words));
	buf_fini(&words);
}

static void add_column(const struct proposal *p, size_t column, struct json_out *j)
{
	const struct column_facts *c = &p->columns[column];
	const struct target_facts *t = target_of(p, column);
	bool personal = word_is_personal(c->folded);
	json_open_object(j);
	json_pair_text(j, "column", c->name);
	json_key(j, "samples");
	json_open_array(j);
	for (size_t i = 0; i < c->values_len && i < SAMPLES && !personal; i++)
		json_text(j, slice_cut(c->values[i].text, SAMPLE_TEXT_BYTES));
	json_close_array(j);
	if (t != NULL) {
		json_pair_text(j, "becomes", t->name);
		json_pair_double(j, "sure", t->sure);
		json_pair_text(j, "because",
			       t->also == (int)column ? SLICE("times of day, joined to the dates")
						      : slice_of(t->because));
	} else {
		json_pair_null(j, "becomes");
		json_pair_double(j, "sure", 0);
		json_key(j, "because");
		add_why_not(p, c, personal, j);
	}
	json_close_object(j);
}

static void add_absent(const struct proposal *p, enum column column, const char *words,
		       struct json_out *j)
{
	if (p->targets[column].column >= 0)
		return;
	json_open_object(j);
	json_pair_text(j, "column", slice_of(column_names[column]));
	json_pair_text(j, "because", slice_of(words));
	json_close_object(j);
}

static void add_all_absent(const struct proposal *p, struct json_out *j)
{
	struct slice code;
	json_key(j, "missing");
	json_open_array(j);
	add_absent(
		p, COLUMN_RESULT_ID,
		"no column tells the rows apart: their numbers do, if each file has a text of its own",
		j);
	add_absent(p, COLUMN_COMPANY,
		   only_company(p, &code) ? "no column says it: the wave has only one"
					  : "no column says it: name it, or give a constant",
		   j);
	add_absent(p, COLUMN_CHANNEL,
		   p->p->channels_len == 1 ? "no column says it: the programme has only one"
					   : "no column says it: name it, or give a constant",
		   j);
	json_close_array(j);
}

static void add_likely(const struct proposal *p, const struct likely_company *l, struct json_out *j)
{
	json_open_object(j);
	json_pair_text(j, "value", slice_cut(l->value, SAMPLE_TEXT_BYTES));
	json_pair_int(j, "rows", (int64_t)l->rows);
	json_key(j, "perhaps");
	json_open_array(j);
	for (size_t g = 0; g < l->guesses_len; g++) {
		const struct company *company = &p->p->companies[l->guesses[g].company];
		json_open_object(j);
		json_pair_text(j, "company", company->code);
		json_key(j, "name");
		json_raw(j, company->name.json);
		json_pair_double(j, "alike", l->guesses[g].alike);
		json_close_object(j);
	}
	json_close_array(j);
	json_close_object(j);
}

void proposal_reasons_json(const struct proposal *p, struct json_out *j)
{
	json_open_object(j);
	if (p->producer != NULL)
		json_pair_text(j, "producer", slice_of(p->producer));
	else
		json_pair_null(j, "producer");
	json_pair_bool(j, "complete", proposal_is_complete(p));
	json_pair_bool(j, "canonical", p->canonical);
	json_key(j, "columns");
	json_open_array(j);
	for (size_t c = 0; c < p->columns_len; c++)
		add_column(p, c, j);
	json_close_array(j);
	add_all_absent(p, j);
	json_key(j, "companies");
	json_open_array(j);
	for (size_t l = 0; l < p->likely_len; l++)
		add_likely(p, &p->likely[l], j);
	json_close_array(j);
	json_close_object(j);
}
