#include "mapping/preview.h"

#include "base/clock.h"
#include "base/json_out.h"
#include "mapping/mapping.h"
#include "mapping/propose.h"

enum { ROW_ARENA_BYTES = 4 * 1024 * 1024, FAULTS_ARENA_BYTES = 4 * 1024 * 1024 };

/** A preview on its way. */
struct showing {
	const struct preview *asked;
	struct sample *sample;
	struct proposal *proposal;
	struct mapping *mapping; /* NULL: columns are canonical, or nothing fits */
	const char *by;		 /* where the mapping is from */
	struct intake *intake;
	struct json_out *j;
};

/** The proposal, read as any other profile would be. */
static struct mapping *proposed_mapping(const struct showing *s)
{
	struct buf json;
	struct arena words;
	struct programme_faults faults;
	struct profile *profile = NULL;
	struct mapping *made = NULL;
	struct trouble why;
	buf_init(&json, PROPOSAL_BYTES);
	arena_init(&words, FAULTS_ARENA_BYTES);
	struct json_out j = json_out_on(&json);
	proposal_profile_json(s->proposal, s->asked->code, &j);
	if (!buf_over(&json) && profile_parse(buf_slice(&json), &words, &profile, &faults) == OK)
		made = mapping_new(&profile, s->asked->programme, s->asked->wave, &why);
	arena_fini(&words);
	buf_fini(&json);
	return made;
}

static enum status choose_mapping(struct showing *s, struct profile **profile, struct trouble *why)
{
	if (*profile != NULL) {
		s->by = "given";
		s->mapping = mapping_new(profile, s->asked->programme, s->asked->wave, why);
		return s->mapping != NULL ? OK : why->status;
	}
	if (proposal_is_canonical(s->proposal) || !proposal_is_complete(s->proposal))
		return OK;
	s->by = "proposed";
	s->mapping = proposed_mapping(s);
	return OK;
}

/* Rows */

static void add_faults(struct json_out *j, const struct fault *faults, size_t len)
{
	json_key(j, "faults");
	json_open_array(j);
	for (size_t i = 0; i < len; i++) {
		json_open_object(j);
		json_pair_text(j, "column", faults[i].column);
		json_pair_text(j, "code", slice_of(faults[i].code));
		json_pair_text(j, "value", faults[i].value);
		json_pair_text(j, "expected", faults[i].expected);
		json_close_object(j);
	}
	json_close_array(j);
}

/** What is read, by canonical column; what is not given is not there. */
static void add_fields(struct json_out *j, const struct record *record)
{
	json_key(j, "becomes");
	json_open_object(j);
	for (size_t i = 0; i < record->fields_len; i++) {
		const struct field *field = &record->fields[i];
		if (field->kind == FIELD_NULL || field->value.len == 0)
			continue;
		json_key_slice(j, field->name);
		json_text(j, field->value);
	}
	json_close_object(j);
}

static void add_read(struct showing *s, const struct record *record, struct arena *arena)
{
	struct result result;
	struct reject reject;
	enum status st = intake_read(s->intake, record, arena, &result, &reject);
	add_fields(s->j, record);
	if (st == OK && result.score != SCORE_NONE)
		json_pair_double(s->j, "score", result.score / 100.0);
	add_faults(s->j, st == E_INPUT ? reject.faults : NULL,
		   st == E_INPUT ? reject.faults_len : 0);
}

/** False where the file is none of the mapping's: nothing more is to be shown. */
static bool add_row(struct showing *s, size_t row, struct arena *arena)
{
	struct record record = sample_record(s->sample, row), made;
	struct reject reject;
	enum mapped mapped = MAPPED_MADE;
	if (s->mapping != NULL)
		mapped = mapping_apply(s->mapping, &record, arena, &made, &reject);
	if (mapped == MAPPED_BROKEN)
		return false;
	json_open_object(s->j);
	json_pair_int(s->j, "row", (int64_t)record.row);
	if (mapped == MAPPED_LEFT_OUT)
		json_pair_bool(s->j, "left_out", true);
	else if (mapped == MAPPED_REJECTED &&
		 mapping_reject(s->intake, &made, arena, &reject) == OK)
		add_faults(s->j, reject.faults, reject.faults_len);
	else if (mapped == MAPPED_MADE)
		add_read(s, s->mapping != NULL ? &made : &record, arena);
	json_close_object(s->j);
	return true;
}

static void add_rows(struct showing *s)
{
	bool readable = s->mapping != NULL || proposal_is_canonical(s->proposal);
	bool more = readable;
	json_key(s->j, "rows");
	json_open_array(s->j);
	for (size_t r = 0; more && r < s->sample->rows_len && r < PREVIEW_ROWS; r++) {
		struct arena arena;
		arena_init(&arena, ROW_ARENA_BYTES);
		more = add_row(s, r, &arena);
		arena_fini(&arena);
	}
	json_close_array(s->j);
}

/** What is wrong with the file as a whole, or with its first row that is none. */
static void add_file_faults(struct showing *s)
{
	const struct decode_fault *f = &s->sample->fault;
	struct arena arena;
	struct record made;
	struct reject reject = {0};
	arena_init(&arena, ROW_ARENA_BYTES);
	if (s->mapping != NULL && s->sample->rows_len > 0) {
		struct record first = sample_record(s->sample, 0);
		if (mapping_apply(s->mapping, &first, &arena, &made, &reject) != MAPPED_BROKEN)
			reject.faults_len = 0;
	}
	if (reject.faults_len > 0 || f->code == NULL) {
		add_faults(s->j, reject.faults, reject.faults_len);
	} else {
		const struct fault fault = {f->code, slice_of(f->column), slice_of(f->value),
					    slice_of(f->expected)};
		add_faults(s->j, &fault, 1);
	}
	arena_fini(&arena);
}

static void add_mapping(struct showing *s)
{
	if (s->mapping == NULL) {
		json_pair_null(s->j, "mapping");
		return;
	}
	json_key(s->j, "mapping");
	json_open_object(s->j);
	json_pair_text(s->j, "code", mapping_profile(s->mapping)->code);
	json_pair_text(s->j, "by", slice_of(s->by));
	json_close_object(s->j);
}

static void add_table_reading(const struct showing *s)
{
	struct buf *reading = s->asked->table_reading;
	if (s->sample->has_reading && s->asked->table->as_typed)
		table_report_add_texts(reading, &s->sample->reading);
	if (buf_over(reading))
		json_null(s->j);
	else
		json_raw(s->j, buf_slice(reading));
}

static void add_all(struct showing *s)
{
	struct json_out *j = s->j;
	json_open_object(j);
	json_key(j, "reading");
	if (s->asked->table != NULL)
		add_table_reading(s);
	else if (s->sample->has_reading)
		csv_reading_json(&s->sample->reading, j);
	else
		json_null(j);
	add_mapping(s);
	add_file_faults(s);
	add_rows(s);
	json_key(j, "reasons");
	proposal_reasons_json(s->proposal, j);
	json_key(j, "proposal");
	proposal_profile_json(s->proposal, s->asked->code, j);
	json_close_object(j);
}

enum status preview_json(const struct preview *asked, struct profile **profile, struct buf *to,
			 struct trouble *why)
{
	const struct csv_options csv = *profile != NULL ? profile_csv_options(*profile, &asked->csv)
							: asked->csv;
	struct json_out j = json_out_on(to);
	struct showing s = {.asked = asked, .j = &j};
	s.sample = sample_new(asked->bytes, asked->whole, asked->format, &csv);
	s.proposal = propose(s.sample, asked->programme, asked->wave, asked->dictionary);
	s.intake = intake_new(asked->programme, asked->wave, clock_now());
	enum status st = choose_mapping(&s, profile, why);
	if (st == OK)
		add_all(&s);
	if (st == OK && buf_over(to))
		st = trouble(why, E_LIMIT, "the preview is larger than an answer may be");
	mapping_free(s.mapping);
	intake_free(s.intake);
	proposal_free(s.proposal);
	sample_free(s.sample);
	return st;
}
