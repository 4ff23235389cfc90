#include "inbox/merging_round.h"

#include <stdlib.h>

#include "base/json_out.h"
#include "inbox/hearing_value.h"
#include "store/stored_record.h"

enum {
	FATE_UNKNOWN = ROW_FATES_COUNT,
	COMES_AGAIN_MS = 100,	    /* somebody else was faster */
	COMES_AGAIN_LATER_MS = 2000 /* the database or the programme is not ready for it */
};

/* Columns of merging_read.sql. */
enum { INVITATION_ID, VERSION, CONTACT, RECORD, COLUMNS_ANSWERED, TEXTS };

struct invited {
	int64_t invitation_id;
	int32_t version;
	struct slice contact, record;
	struct record answers;
	struct stored_result *stored; /* NULL: no result has its id */
	unsigned fate;
};

struct merging_round {
	struct shared_programme *programme; /* held */
	int wave_id, wave, organisation_id;
	struct arena arena;
	struct pg_result *claimed, *rows, *results;
	struct invited *invited;
	size_t len, from, to; /* [from, to) is the group under way */
	struct buf text;
	struct arena ends; /* of the group */
};

struct merging_round *merging_round_new(const struct known_wave *wave, struct pg_result **claimed)
{
	struct merging_round *r = memory_new(sizeof(*r));
	*r = (struct merging_round){.programme = wave->programme,
				    .wave_id = wave->wave_id,
				    .wave = wave->index,
				    .organisation_id = wave->programme->organisation_id,
				    .claimed = *claimed,
				    .len = (size_t)pg_rows(*claimed)};
	*claimed = NULL;
	shared_programme_hold(r->programme);
	arena_init(&r->arena, MERGING_BYTES);
	arena_init(&r->ends, MERGING_BYTES);
	buf_init(&r->text, MERGING_BYTES);
	return r;
}

void merging_round_free(struct merging_round *r)
{
	if (r == NULL)
		return;
	shared_programme_release(&r->programme);
	arena_fini(&r->arena);
	arena_fini(&r->ends);
	buf_fini(&r->text);
	pg_result_free(&r->claimed);
	pg_result_free(&r->rows);
	pg_result_free(&r->results);
	memory_free(r);
}

/* Reading */

void merging_round_ask(struct merging_round *r, struct pg_value values[])
{
	int64_t *ids = arena_take_array(&r->arena, r->len, sizeof(*ids));
	int32_t *versions = arena_take_array(&r->arena, r->len, sizeof(*versions));
	must(r->len == 0 || (ids != NULL && versions != NULL));
	for (size_t i = 0; i < r->len; i++) {
		ids[i] = pg_get_int8(r->claimed, (int)i, 0);
		versions[i] = pg_get_int4(r->claimed, (int)i, 1);
	}
	values[0] = pg_int8_array(&r->arena, ids, r->len);
	values[1] = pg_int4_array(&r->arena, versions, r->len);
}

static const struct instrument *instrument_of(const struct merging_round *r)
{
	const struct programme *p = r->programme->programme;
	return &p->instruments[p->waves[r->wave].instrument];
}

/** A programme may have changed since an answer was heard, until its wave was opened. */
static enum status is_still_one(struct merging_round *r, const struct field *field, bool *still)
{
	const struct heard_answer heard = {.value = field->value};
	struct slice value;
	enum uncounted why;
	enum status st = hearing_value(instrument_of(r), field->name, &heard, &r->arena, &why,
				       &value);
	*still = st == OK && why == COUNTED;
	return st;
}

/** What is no answer any more must not cost the others; where it is all there is, its faults are
 * noted. */
static enum status leave_out(struct merging_round *r, struct field *fields, size_t *len)
{
	size_t kept = 0;
	for (size_t i = 0; i < *len; i++) {
		struct field field = fields[i];
		bool still;
		if (is_still_one(r, &field, &still) < 0)
			return E_LIMIT;
		if (!still)
			continue;
		fields[i] = fields[kept];
		fields[kept++] = field;
	}
	*len = kept > 0 ? kept : *len;
	return OK;
}

/** A JSON string each: whether it is a number is for intake to say. */
static enum status read_answers(struct merging_round *r, int row, struct record *answers)
{
	size_t len, texts_len;
	struct slice *columns = pg_get_text_array(r->rows, row, COLUMNS_ANSWERED, &r->arena, &len);
	struct slice *texts = pg_get_text_array(r->rows, row, TEXTS, &r->arena, &texts_len);
	struct field *fields = arena_take_array(&r->arena, len, sizeof(*fields));
	if (len > 0 && (columns == NULL || texts == NULL || fields == NULL))
		return E_LIMIT;
	must(len == texts_len);
	for (size_t i = 0; i < len; i++)
		fields[i] = (struct field){
			.name = columns[i], .value = texts[i], .kind = FIELD_TEXT};
	if (leave_out(r, fields, &len) < 0)
		return E_LIMIT;
	*answers = (struct record){.row = 1, .fields = fields, .fields_len = len};
	return OK;
}

enum status merging_round_read(struct merging_round *r, struct pg_result **rows,
			       struct pg_value values[], struct trouble *why)
{
	r->rows = *rows;
	*rows = NULL;
	r->len = (size_t)pg_rows(r->rows);
	r->invited = arena_take_array(&r->arena, r->len, sizeof(*r->invited));
	struct slice *contacts = arena_take_array(&r->arena, r->len, sizeof(*contacts));
	if (r->len > 0 && (r->invited == NULL || contacts == NULL))
		return trouble(why, E_LIMIT, "the answers are more than a round may have");
	for (size_t i = 0; i < r->len; i++) {
		struct invited *in = &r->invited[i];
		in->invitation_id = pg_get_int8(r->rows, (int)i, INVITATION_ID);
		in->version = pg_get_int4(r->rows, (int)i, VERSION);
		in->contact = pg_get_bytes(r->rows, (int)i, CONTACT);
		in->record = pg_get_bytes(r->rows, (int)i, RECORD);
		contacts[i] = in->contact;
		if (read_answers(r, (int)i, &in->answers) < 0)
			return trouble(why, E_LIMIT, "the answers are more than a round may have");
	}
	values[0] = pg_int4(r->wave_id);
	values[1] = pg_text_array(&r->arena, contacts, r->len);
	return OK;
}

static int32_t revision_of(const struct invited *in)
{
	return in->stored != NULL ? in->stored->revision : 0;
}

static int by_revision(const void *a, const void *b)
{
	int32_t left = revision_of(a), right = revision_of(b);
	return (left > right) - (left < right);
}

enum status merging_round_meet(struct merging_round *r, struct pg_result **rows,
			       struct trouble *why)
{
	const struct instrument *in = instrument_of(r);
	enum status st = OK;
	r->results = *rows;
	*rows = NULL;
	for (int row = 0; row < pg_rows(r->results) && st == OK; row++) {
		struct stored_result *stored = arena_take(&r->arena, sizeof(*stored));
		int64_t place = pg_get_int8(r->results, row, STORED_RESULT_COLUMNS);
		if (stored == NULL)
			return trouble(why, E_LIMIT, "the results are more than a round may have");
		st = stored_result_read(r->results, row, in, &r->arena, stored, why);
		r->invited[place - 1].stored = stored;
	}
	if (r->len > 0)
		qsort(r->invited, r->len, sizeof(*r->invited), by_revision);
	return st;
}

/* Records */

static void write_field(struct json_out *j, const struct field *field)
{
	json_key_slice(j, field->name);
	if (field->kind == FIELD_NUMBER)
		json_raw(j, field->value);
	else
		json_text(j, field->value);
}

/** The record's own object goes on with the contact's id and its answers. */
static void write_new(struct merging_round *r, const struct invited *in)
{
	struct json_out j = json_out_on(&r->text);
	struct slice known = in->record;
	must(known.len >= 2 && known.at[known.len - 1] == '}');
	buf_add(&r->text, (struct slice){known.at, known.len - 1});
	j.first = known.len == 2;
	json_key(&j, "result_id");
	json_text(&j, in->contact);
	for (size_t i = 0; i < in->answers.fields_len; i++)
		write_field(&j, &in->answers.fields[i]);
	json_close_object(&j);
}

static void write_stored(struct merging_round *r, const struct invited *in)
{
	struct arena arena;
	struct json_out j = json_out_on(&r->text);
	struct record record;
	arena_init(&arena, RECORD_ARENA_BYTES);
	must(stored_record_write(r->programme->programme, r->wave, in->stored, &in->answers, &arena,
				 &record, NULL) == OK);
	json_open_object(&j);
	for (size_t i = 0; i < record.fields_len; i++)
		write_field(&j, &record.fields[i]);
	json_close_object(&j);
	arena_fini(&arena);
}

/** False where the text has no room for it: it comes with the next group. */
static bool write_record(struct merging_round *r, const struct invited *in)
{
	size_t before = r->text.len;
	if (in->stored == NULL)
		write_new(r, in);
	else
		write_stored(r, in);
	buf_add_byte(&r->text, '\n');
	if (!buf_over(&r->text))
		return true;
	r->text.len = before;
	r->text.over = false;
	return false;
}

bool merging_round_next(struct merging_round *r, struct upload_request *request, struct slice *text)
{
	int32_t revision;
	r->from = r->to;
	if (r->from == r->len)
		return false;
	buf_clear(&r->text);
	revision = revision_of(&r->invited[r->from]);
	while (r->to < r->len && revision_of(&r->invited[r->to]) == revision &&
	       write_record(r, &r->invited[r->to]))
		r->invited[r->to++].fate = FATE_UNKNOWN;
	must(r->to > r->from);
	*text = buf_slice(&r->text);
	*request = (struct upload_request){.wave_id = r->wave_id,
					   .organisation_id = r->organisation_id,
					   .programme = r->programme,
					   .wave = r->wave,
					   .key_id = SLICE(MERGING_KEY_ID),
					   .format = DECODE_NDJSON,
					   .replace = revision != 0,
					   .stored_only = revision != 0,
					   .revision = revision};
	return true;
}

void merging_round_row(struct merging_round *r, uint64_t row, enum row_fate fate)
{
	must(row >= 1 && row <= r->to - r->from);
	r->invited[r->from + row - 1].fate = fate;
}

/* Fates */

/** The wave takes no results, now and for good, as far as is known. */
static bool is_closed(const struct upload_report *report)
{
	return report->upload_id == 0 && (strcmp(report->why.code, "wave_not_fielding") == 0 ||
					  strcmp(report->why.code, "reason_required") == 0);
}

static bool comes_again(const struct upload_report *report, unsigned fate)
{
	if (report->status != OK)
		return !is_closed(report);
	return fate == ROW_DIFFERS || fate == ROW_CHANGED || fate == ROW_CLASH ||
	       fate == ROW_ABSENT;
}

/** `at` NULL: the upload has noted its faults. */
static struct slice note_of(const struct upload_report *report, unsigned fate)
{
	if (report->status != OK)
		return SLICE("wave_not_fielding");
	if (fate == ROW_DECIDED)
		return SLICE("decided");
	return fate == FATE_UNKNOWN ? SLICE_NONE : SLICE("");
}

void merging_round_end(struct merging_round *r, const struct upload_report *report,
		       struct pg_value values[])
{
	struct arena *a = &r->ends;
	size_t len = r->to - r->from;
	arena_fini(a);
	arena_init(a, MERGING_BYTES);
	int64_t *ids = arena_take_array(a, len, sizeof(*ids));
	int32_t *versions = arena_take_array(a, len, sizeof(*versions));
	int64_t *rows = arena_take_array(a, len, sizeof(*rows));
	struct slice *notes = arena_take_array(a, len, sizeof(*notes));
	bool *again = arena_take_array(a, len, sizeof(*again));
	must(ids && versions && rows && notes && again);
	for (size_t i = 0; i < len; i++) {
		const struct invited *in = &r->invited[r->from + i];
		ids[i] = in->invitation_id;
		versions[i] = in->version;
		rows[i] = (int64_t)i + 1;
		again[i] = comes_again(report, in->fate);
		notes[i] = note_of(report, in->fate);
	}
	values[0] = pg_int8_array(a, ids, len);
	values[1] = pg_int4_array(a, versions, len);
	values[2] = pg_int8_array(a, rows, len);
	values[3] = pg_text_array(a, notes, len);
	values[4] = report->upload_id != 0 ? pg_int8(report->upload_id) : pg_null();
	values[5] = pg_bool_array(a, again, len);
	values[6] = pg_int4(report->status == OK ? COMES_AGAIN_MS : COMES_AGAIN_LATER_MS);
}
