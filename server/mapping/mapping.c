#include "mapping/mapping_private.h"

#include "decode/decoder.h"

enum { WORDS_ARENA_BYTES = 4 * 1024 * 1024 };

void mapped_fault(struct mapped_row *row, const char *code, struct slice name, struct slice value,
		  const char *expected)
{
	if (row->faults == NULL)
		row->faults = arena_take_array(row->arena, MAPPING_FAULTS, sizeof(*row->faults));
	if (row->faults == NULL || expected == NULL) {
		row->over = true;
		return;
	}
	if (row->faults_len == MAPPING_FAULTS)
		return;
	struct fault fault = {.code = code, .expected = slice_of(expected)};
	fault.column = arena_copy(row->arena, slice_cut(name, MAPPING_VALUE_BYTES));
	fault.value = arena_copy(row->arena, slice_cut(value, MAPPING_VALUE_BYTES));
	row->over |= fault.column.at == NULL || fault.value.at == NULL;
	row->faults[row->faults_len++] = fault;
}

static enum status fits(const struct profile *profile, const struct programme *p, int wave,
			struct trouble *why)
{
	struct programme_faults faults;
	struct arena words;
	arena_init(&words, WORDS_ARENA_BYTES);
	enum status st = profile_check(profile, p, wave, &words, &faults);
	if (st == E_INPUT)
		st = trouble_code(why, E_INPUT, "mapping_does_not_fit",
				  "the mapping does not fit the wave: %.*s: %s, expected %.*s",
				  SLICE_ARGS(slice_cut(faults.at[0].pointer, 100)),
				  faults.at[0].code,
				  SLICE_ARGS(slice_cut(faults.at[0].expected, 80)));
	else if (st < 0)
		st = trouble(why, st, "the mapping has more faults than can be told");
	arena_fini(&words);
	return st;
}

static bool is_answer_column(const struct instrument *i, struct slice name)
{
	return instrument_find_item(i, name) >= 0 || instrument_find_question(i, name) >= 0;
}

struct mapping *mapping_new(struct profile **profile, const struct programme *p, int wave,
			    struct trouble *why)
{
	struct profile *taken = *profile;
	*profile = NULL;
	if (fits(taken, p, wave, why) < 0) {
		profile_free(taken);
		return NULL;
	}
	struct mapping *m = memory_new(sizeof(*m));
	m->profile = taken;
	m->p = p;
	m->instrument = &p->instruments[p->waves[wave].instrument];
	m->wants_number = memory_new(taken->targets_len * sizeof(bool));
	for (size_t t = 0; t < taken->targets_len; t++)
		m->wants_number[t] = is_answer_column(m->instrument, taken->targets[t].name);
	m->place_of = memory_new((taken->columns_len + 1) * sizeof(*m->place_of));
	m->exactly = memory_new((taken->columns_len + 1) * sizeof(bool));
	m->left_out = memory_new((taken->rules_len + 1) * sizeof(*m->left_out));
	m->seats_len = DECODE_FIELDS;
	m->seats = memory_new(m->seats_len * sizeof(*m->seats));
	return m;
}

void mapping_free(struct mapping *m)
{
	if (m == NULL)
		return;
	profile_free(m->profile);
	company_names_free(m->companies);
	memory_free(m->wants_number);
	memory_free(m->place_of);
	memory_free(m->exactly);
	memory_free(m->left_out);
	memory_free(m->seats);
	memory_free(m);
}

/** The rule that leaves the row out; NULL: none. */
static uint64_t *rule_of(struct mapped_row *row)
{
	const struct profile *p = row->m->profile;
	for (size_t r = 0; r < p->rules_len; r++)
		if (mapped_holds(row, &p->rules[r].condition))
			return &row->m->left_out[r];
	return NULL;
}

static void make_fields(struct mapped_row *row, struct record *made)
{
	size_t len = row->m->profile->targets_len;
	struct field *fields = arena_take_array(row->arena, len, sizeof(*fields));
	struct field *sent = arena_take_array(row->arena, len, sizeof(*sent));
	if (fields == NULL || sent == NULL) {
		row->over = true;
		return;
	}
	for (size_t t = 0; t < len; t++)
		mapped_value(row, t, &fields[t], &sent[t]);
	*made = (struct record){.row = row->sent->row,
				.fields = fields,
				.fields_len = len,
				.reading = row->sent->reading,
				.sent = sent};
}

static enum mapped refused(const struct mapped_row *row, bool whole_file, struct reject *reject)
{
	if (row->over)
		return MAPPED_NO_ROOM;
	*reject = (struct reject){whole_file ? 0 : row->sent->row, row->faults, row->faults_len};
	return whole_file ? MAPPED_BROKEN : MAPPED_REJECTED;
}

enum mapped mapping_apply(struct mapping *m, const struct record *sent, struct arena *arena,
			  struct record *made, struct reject *reject)
{
	struct mapped_row row = {.m = m, .sent = sent, .arena = arena};
	*made = (struct record){.row = sent->row};
	mapping_place(&row);
	if (row.faults_len > 0 || row.over)
		return refused(&row, sent->reading != NULL, reject);
	uint64_t *rule = rule_of(&row);
	if (rule != NULL && !row.over) {
		(*rule)++;
		m->left_out_all++;
		return MAPPED_LEFT_OUT;
	}
	make_fields(&row, made);
	if (row.faults_len > 0 || row.over)
		return refused(&row, false, reject);
	return MAPPED_MADE;
}

static bool has_column(const struct fault *faults, size_t len, struct slice column)
{
	for (size_t i = 0; i < len; i++)
		if (slice_equal(faults[i].column, column))
			return true;
	return false;
}

enum status mapping_reject(struct intake *in, const struct record *made, struct arena *arena,
			   struct reject *reject)
{
	struct result result;
	struct reject more;
	if (made->fields == NULL)
		return OK; /* its columns are wrong already */
	enum status st = intake_read(in, made, arena, &result, &more);
	if (st != E_INPUT)
		return st;
	size_t len = reject->faults_len;
	struct fault *all = arena_take_array(arena, len + more.faults_len, sizeof(*all));
	if (all == NULL)
		return E_LIMIT;
	memcpy(all, reject->faults, len * sizeof(*all));
	for (size_t i = 0; i < more.faults_len; i++)
		if (!has_column(reject->faults, reject->faults_len, more.faults[i].column))
			all[len++] = more.faults[i];
	*reject = (struct reject){reject->row, all, len};
	return OK;
}

const struct profile *mapping_profile(const struct mapping *m)
{
	return m->profile;
}

uint64_t mapping_left_out(const struct mapping *m)
{
	return m->left_out_all;
}

void mapping_left_out_json(const struct mapping *m, struct json_out *j)
{
	json_open_array(j);
	for (size_t r = 0; r < m->profile->rules_len; r++) {
		json_open_object(j);
		json_pair_text(j, "why", m->profile->rules[r].why);
		json_pair_int(j, "rows", (int64_t)m->left_out[r]);
		json_close_object(j);
	}
	json_close_array(j);
}
