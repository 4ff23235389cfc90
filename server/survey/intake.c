#include "survey/result.h"

#include "base/clock.h"
#include "base/hash.h"
#include "sheet/csv_out.h"
#include "survey/breach.h"
#include "survey/decimal.h"
#include "survey/intake_row.h"
#include "survey/programme_parts.h"
#include "survey/written.h"

#define MICROSECONDS INT64_C(1000000)

enum { FUTURE_SECONDS = 5 * 60 };
enum { COLUMN_UNKNOWN = -1, COLUMN_IGNORED = -2, FIELD_NONE = -1 };

/* ---- columns ---- */

static void name_column(struct intake *in, struct slice name, int column)
{
	size_t at = hash_bytes(name) & (COLUMN_SLOTS - 1);
	while (in->slots[at] >= 0)
		at = (at + 1) & (COLUMN_SLOTS - 1);
	in->slots[at] = (int16_t)column;
	in->names[column] = name;
}

struct intake *intake_new(const struct programme *p, int wave, int64_t now)
{
	struct intake *in = memory_new(sizeof(*in));
	in->p = p;
	in->wave = &p->waves[wave];
	in->instrument = &p->instruments[in->wave->instrument];
	in->latest = now + FUTURE_SECONDS * MICROSECONDS;
	in->first_item = COLUMN_FIXED_COUNT + (int)in->instrument->questions_len;
	in->columns_len = in->first_item + (int)in->instrument->items_len;
	memset(in->slots, 0xFF, sizeof(in->slots));
	for (int c = 0; c < COLUMN_FIXED_COUNT; c++)
		name_column(in, slice_of(column_names[c]), c);
	for (size_t q = 0; q < in->instrument->questions_len; q++)
		name_column(in, in->instrument->questions[q].code, COLUMN_FIXED_COUNT + (int)q);
	for (size_t i = 0; i < in->instrument->items_len; i++)
		name_column(in, in->instrument->items[i].code, in->first_item + (int)i);
	return in;
}

void intake_free(struct intake *in)
{
	if (in != NULL)
		company_names_free(in->companies);
	memory_free(in);
}

static int find_column(const struct intake *in, struct slice name)
{
	if (slice_is(name, COLUMN_CONTACT_ID))
		return COLUMN_RESULT_ID;
	size_t at = hash_bytes(name) & (COLUMN_SLOTS - 1);
	for (; in->slots[at] >= 0; at = (at + 1) & (COLUMN_SLOTS - 1))
		if (slice_equal(in->names[in->slots[at]], name))
			return in->slots[at];
	return COLUMN_UNKNOWN;
}

static int column_of(struct intake *in, size_t position, const struct field *field)
{
	bool grouped = field->group.len > 0;
	if (!grouped && slice_starts_with(field->name, SLICE(COLUMN_ADDED)))
		return COLUMN_IGNORED;
	if (position >= FIELDS_LIMIT || field->name.len > PROGRAMME_CODE_BYTES ||
	    (grouped && !slice_is(field->group, COLUMN_ANSWERS)))
		return COLUMN_UNKNOWN;
	struct seat *seat = &in->seats[position];
	if (seat->len > 0 && seat->len == field->name.len && seat->grouped == grouped &&
	    memcmp(seat->name, field->name.at, seat->len) == 0)
		return seat->column;
	int column = find_column(in, field->name);
	if (grouped && column < in->first_item)
		column = COLUMN_UNKNOWN;
	if (column == COLUMN_UNKNOWN && !grouped && column_is_added(field->name))
		column = COLUMN_IGNORED;
	if (field->name.len > 0)
		memcpy(seat->name, field->name.at, field->name.len);
	seat->len = (uint8_t)field->name.len;
	seat->grouped = grouped;
	seat->column = (int16_t)column;
	return column;
}

/* ---- values ---- */

static const struct field *field_at(const struct row *row, int place)
{
	return &row->record->fields[place];
}

/** Text as it was before a CSV file was guarded against formulas: such a file cannot tell the
 * guard from an apostrophe of the text's own, so whoever guards doubles that. */
static struct slice text_at(const struct row *row, int place)
{
	struct slice value = field_at(row, place)->value;
	return row->record->reading != NULL ? csv_unguarded(value) : value;
}

/** A whole number in decimal, as text or as a JSON number; true and false are none. */
static bool whole_number(const struct row *row, int place, int64_t *number)
{
	struct slice text = row->number;
	if (text.len == 1 && text.at[0] >= '0' && text.at[0] <= '9') {
		*number = text.at[0] - '0';
		return true;
	}
	return field_at(row, place)->kind != FIELD_BOOL && slice_to_int64(text, number);
}

static struct slice read_id(struct row *row, int place, size_t limit, const char *expected)
{
	struct slice value = text_at(row, place);
	if (value.len > limit) {
		row_fault_at(row, place, "too_long", expected);
		return SLICE_NONE;
	}
	for (size_t i = 0; i < value.len; i++) {
		if ((unsigned char)value.at[i] < 0x20 || value.at[i] == 0x7F) {
			row_fault_at(row, place, "control_character",
				     "text without control characters");
			return SLICE_NONE;
		}
	}
	return row_copy(row, value);
}

static void read_result_id(struct row *row, int place)
{
	row->result->result_id = read_id(row, place, RESULT_ID_BYTES, "1 to 200 bytes");
}

static void read_shopper(struct row *row, int place)
{
	row->result->shopper = read_id(row, place, SHOPPER_BYTES, "100 bytes at most");
}

static void read_comment(struct row *row, int place)
{
	struct slice value = text_at(row, place);
	if (value.len > COMMENT_BYTES)
		row_fault_at(row, place, "too_long", "20000 bytes at most");
	else
		row->result->comment = row_copy(row, value);
}

static void read_company(struct row *row, int place)
{
	const struct intake *in = row->in;
	int company = programme_find_company(in->p, text_at(row, place));
	if (company < 0)
		row_fault_at(row, place, "unknown_company",
			     row_companies_like(row, field_at(row, place)->value));
	else if (in->wave->sector_of[company] < 0)
		row_fault_at(row, place, "not_in_wave", "a company of one of the wave's sectors");
	row->result->company = company;
}

static const char *codes_of_channels(struct row *row)
{
	const struct programme *p = row->in->p;
	const char *list = "one of";
	for (size_t c = 0; c < p->channels_len && list != NULL; c++)
		list = arena_print(row->arena, "%s%s %.*s", list, c > 0 ? "," : "",
				   SLICE_ARGS(p->channels[c].code));
	return list;
}

static void read_channel(struct row *row, int place)
{
	row->result->channel = programme_find_channel(row->in->p, text_at(row, place));
	if (row->result->channel < 0)
		row_fault_at(row, place, "unknown_channel", codes_of_channels(row));
}

/** A date and time as a spreadsheet writes it, in the wave's time zone. */
static bool read_local_time(struct row *row, int place, int64_t *instant)
{
	const struct csv_reading *reading = row->record->reading;
	const struct wave *wave = row->in->wave;
	enum written read = WRITTEN_AS_IS;
	if (reading != NULL)
		read = written_instant(reading, wave->time_zone_given ? wave->zone : NULL,
				       field_at(row, place)->value, instant);
	if (read != WRITTEN_READ)
		row_fault_written(row, place, read);
	return read == WRITTEN_READ;
}

static void read_contacted_at(struct row *row, int place)
{
	int64_t instant;
	if (!clock_parse(field_at(row, place)->value, &instant) &&
	    !read_local_time(row, place, &instant))
		return;
	if (instant > row->in->latest)
		row_fault_at(row, place, "in_the_future", "an instant that has passed");
	else
		row->result->contacted_at = instant;
}

static void read_boolean(struct row *row, int place, bool *made)
{
	struct slice value = field_at(row, place)->value;
	if (slice_is(value, "1") || slice_equal_ignoring_case(value, SLICE("true")))
		*made = true;
	else if (slice_is(value, "0") || slice_equal_ignoring_case(value, SLICE("false")))
		*made = false;
	else
		row_fault_at(row, place, "not_a_boolean", "1, 0, true or false");
}

static void read_answered(struct row *row, int place)
{
	read_boolean(row, place, &row->result->answered);
}

static void read_customer(struct row *row, int place)
{
	read_boolean(row, place, &row->result->customer);
}

static int read_count(struct row *row, int place, int least, int most, int otherwise)
{
	int64_t number;
	if (!whole_number(row, place, &number))
		row_fault_at(row, place, "not_an_integer",
			     arena_print(row->arena, "a whole number from %d to %d", least, most));
	else if (number < least || number > most)
		row_fault_at(row, place, "out_of_range",
			     arena_print(row->arena, "a whole number from %d to %d", least, most));
	else
		return (int)number;
	return otherwise;
}

static void read_attempt(struct row *row, int place)
{
	row->result->attempt = read_count(row, place, 1, ATTEMPT_LIMIT, ATTEMPT_NONE);
}

static void read_wait(struct row *row, int place)
{
	row->result->wait_seconds = read_count(row, place, 0, WAIT_SECONDS_LIMIT, SECONDS_NONE);
}

static void read_duration(struct row *row, int place)
{
	row->result->duration_seconds = read_count(row, place, 0, WAIT_SECONDS_LIMIT, SECONDS_NONE);
}

/** The sector is compared when the company is known. */
static void read_sector_later(struct row *row, int place)
{
	(void)row;
	(void)place;
}

static bool means_no_answer(const struct field *field, const struct slice *texts, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (field->kind != FIELD_BOOL && slice_equal(field->value, texts[i]))
			return true;
	return false;
}

static void read_measured_value(struct row *row, int place, size_t index)
{
	const struct item *item = &row->in->instrument->items[index];
	const struct measured *m = &item->measured;
	const struct field *field = field_at(row, place);
	int64_t value;
	enum decimal read = DECIMAL_NO_NUMBER;
	if (means_no_answer(field, item->no_answer, item->no_answer_len))
		return;
	if (field->kind != FIELD_BOOL)
		read = decimal_read(row->number, m->decimals, &value);
	if (read == DECIMAL_NO_NUMBER)
		row_fault_at(row, place, "not_a_number", row_values_of(row, m));
	else if (read == DECIMAL_TOO_LONG)
		row_fault_at(row, place, "too_many_decimals", row_values_of(row, m));
	else if (value < m->min || value > m->max)
		row_fault_at(row, place, "out_of_range", row_values_of(row, m));
	else
		row->result->answers[index] = (int16_t)value;
}

static void read_answer(struct row *row, int place, size_t index)
{
	const struct item *item = &row->in->instrument->items[index];
	const struct field *field = field_at(row, place);
	int64_t number;
	if (item->measured.given) {
		read_measured_value(row, place, index);
		return;
	}
	bool whole = whole_number(row, place, &number);
	if (whole && number > INT16_MIN && number <= INT16_MAX &&
	    item_points(item, (int16_t)number) != POINTS_NONE)
		row->result->answers[index] = (int16_t)number;
	else if (!means_no_answer(field, item->no_answer, item->no_answer_len))
		row_fault_at(row, place, whole ? "not_an_option" : "not_an_integer",
			     row_answers_of(row, item));
}

static void read_cx(struct row *row, int place, size_t index)
{
	const struct question *question = &row->in->instrument->questions[index];
	const struct field *field = field_at(row, place);
	int64_t number;
	bool whole = whole_number(row, place, &number);
	if (whole && number >= question->scale_min && number <= question->scale_max)
		row->result->cx[index] = (int16_t)number;
	else if (!means_no_answer(field, question->no_answer, question->no_answer_len))
		row_fault_at(row, place, whole ? "off_scale" : "not_an_integer",
			     arena_print(row->arena, "a whole number from %d to %d or empty",
					 question->scale_min, question->scale_max));
}

static void (*const readers[COLUMN_FIXED_COUNT])(struct row *row, int place) = {
	[COLUMN_RESULT_ID] = read_result_id, [COLUMN_COMPANY] = read_company,
	[COLUMN_SECTOR] = read_sector_later, [COLUMN_CHANNEL] = read_channel,
	[COLUMN_SHOPPER] = read_shopper,     [COLUMN_CONTACTED_AT] = read_contacted_at,
	[COLUMN_ANSWERED] = read_answered,   [COLUMN_ATTEMPT] = read_attempt,
	[COLUMN_WAIT_SECONDS] = read_wait,   [COLUMN_DURATION_SECONDS] = read_duration,
	[COLUMN_COMMENT] = read_comment,     [COLUMN_CUSTOMER] = read_customer,
};

static bool wants_number(int column)
{
	return column >= COLUMN_FIXED_COUNT || column == COLUMN_ATTEMPT ||
	       column == COLUMN_WAIT_SECONDS || column == COLUMN_DURATION_SECONDS;
}

/** False where the number could mean two things. */
static bool read_written_number(struct row *row, int place)
{
	struct csv_reading *reading = row->record->reading;
	struct slice text = field_at(row, place)->value;
	row->number = text;
	if (reading == NULL || text.len == 1)
		return true;
	enum written read = written_number(reading, row->record->row, text, row->arena,
					   &row->number);
	if (read == WRITTEN_AS_IS || read == WRITTEN_READ)
		return true;
	row_fault_written(row, place, read);
	return false;
}

static void read_value(struct row *row, int place, int column)
{
	if (wants_number(column) && !read_written_number(row, place))
		return;
	if (column < COLUMN_FIXED_COUNT)
		readers[column](row, place);
	else if (column < row->in->first_item)
		read_cx(row, place, (size_t)(column - COLUMN_FIXED_COUNT));
	else
		read_answer(row, place, (size_t)(column - row->in->first_item));
}

static void read_fields(struct intake *in, struct row *row)
{
	for (size_t i = 0; i < row->record->fields_len; i++) {
		const struct field *field = &row->record->fields[i];
		int column = column_of(in, i, field);
		int place = (int)i;
		if (column == COLUMN_IGNORED)
			continue;
		if (column == COLUMN_UNKNOWN) {
			row_fault_unknown_column(row, place);
			continue;
		}
		if (row->given[column] != FIELD_NONE) {
			row_fault_at(row, place, "twice", "each column once");
			continue;
		}
		row->given[column] = (int16_t)place;
		if (field->value.len > 0 && field->kind != FIELD_NULL)
			read_value(row, place, column);
	}
}

/* ---- between columns ---- */

static bool is_given(const struct row *row, int column)
{
	int place = row->given[column];
	return place != FIELD_NONE && field_at(row, place)->kind != FIELD_NULL &&
	       field_at(row, place)->value.len > 0;
}

static void require(struct row *row, int column)
{
	int place = row->given[column];
	if (!is_given(row, column))
		row_fault(row, place != FIELD_NONE ? place : (int)row->record->fields_len,
			  "missing",
			  place != FIELD_NONE ? row_sent(row, place)->name
					      : slice_of(column_names[column]),
			  "a value: this column is required");
}

static void check_sector(struct row *row)
{
	const struct wave *wave = row->in->wave;
	int company = row->result->company;
	if (company < 0 || wave->sector_of[company] < 0 || !is_given(row, COLUMN_SECTOR))
		return;
	int place = row->given[COLUMN_SECTOR];
	struct slice code = wave->sectors[wave->sector_of[company]].code;
	if (!slice_equal(text_at(row, place), code))
		row_fault_at(row, place, "wrong_sector",
			     arena_print(row->arena, "%.*s, the company's sector in this wave",
					 SLICE_ARGS(code)));
}

static void check_channel_of_items(struct row *row)
{
	const struct instrument *instrument = row->in->instrument;
	if (row->result->channel < 0)
		return;
	for (size_t i = 0; i < instrument->items_len; i++)
		if (row->result->answers[i] != ANSWER_NONE &&
		    (instrument->items[i].channels & (1u << row->result->channel)) == 0)
			row_fault_at(row, row->given[row->in->first_item + (int)i],
				     "item_not_of_channel",
				     "empty: the item is not asked on this channel");
}

static bool has_answers(const struct row *row)
{
	for (size_t i = 0; i < row->in->instrument->items_len; i++)
		if (row->result->answers[i] != ANSWER_NONE)
			return true;
	for (size_t q = 0; q < row->in->instrument->questions_len; q++)
		if (row->result->cx[q] != ANSWER_NONE)
			return true;
	return false;
}

static void check_together(struct row *row)
{
	require(row, COLUMN_RESULT_ID);
	require(row, COLUMN_COMPANY);
	require(row, COLUMN_CHANNEL);
	check_sector(row);
	check_channel_of_items(row);
	if (!row->result->answered && has_answers(row))
		row_fault_at(row, row->given[COLUMN_ANSWERED], "unanswered_with_answers",
			     "1, or every item and question empty");
}

/* ---- rules of fieldwork ---- */

/** The column whose value breaks the rule: it was given, or there were no breach. */
static int column_of_breach(enum breach breach)
{
	if (breach == BREACH_CUSTOMER)
		return COLUMN_CUSTOMER;
	return breach == BREACH_OVER_LIMIT ? COLUMN_WAIT_SECONDS : COLUMN_CONTACTED_AT;
}

/** Of a row without a fault so far. */
static void check_breaches(struct row *row)
{
	const struct fieldwork_rules *rules = &row->in->wave->fieldwork;
	uint32_t breaches = breaches_of_result(row->in->p, row->in->wave, row->result);
	if (breaches == 0)
		return;
	row->result->breaches = breaches;
	if (breaches & breaches_with_action(rules, BREACH_EXCLUDES))
		row->result->status = REVIEW_EXCLUDED;
	breaches &= breaches_with_action(rules, BREACH_REJECTS);
	for (int b = 0; b < BREACH_COUNT; b++)
		if (breaches & (UINT32_C(1) << b))
			row_fault_at(row, row->given[column_of_breach((enum breach)b)],
				     breach_code((enum breach)b), breach_expected((enum breach)b));
}

/* ---- a row ---- */

static bool make_room(struct row *row)
{
	const struct instrument *instrument = row->in->instrument;
	struct result *result = row->result;
	size_t items = instrument->items_len, questions = instrument->questions_len;
	*result = (struct result){
		.company = -1,
		.channel = -1,
		.contacted_at = CLOCK_NO_INSTANT,
		.answered = true,
		.attempt = ATTEMPT_NONE,
		.wait_seconds = SECONDS_NONE,
		.duration_seconds = SECONDS_NONE,
		.answers = arena_take_array(row->arena, items, sizeof(int16_t)),
		.cx = arena_take_array(row->arena, questions, sizeof(int16_t)),
		.area_scores = arena_take_array(row->arena, instrument->areas_len, sizeof(int32_t)),
	};
	if (result->answers == NULL || result->cx == NULL || result->area_scores == NULL)
		return false;
	for (size_t i = 0; i < items; i++)
		result->answers[i] = ANSWER_NONE;
	for (size_t q = 0; q < questions; q++)
		result->cx[q] = ANSWER_NONE;
	return true;
}

enum status intake_read(struct intake *in, const struct record *record, struct arena *arena,
			struct result *result, struct reject *reject)
{
	struct row row;
	row.in = in;
	row.record = record;
	row.arena = arena;
	row.result = result;
	row.faults = NULL;
	row.faults_len = 0;
	row.over = false;
	memset(row.given, 0xFF, (size_t)in->columns_len * sizeof(row.given[0]));
	if (!make_room(&row))
		return E_LIMIT;
	read_fields(in, &row);
	check_together(&row);
	if (row.faults_len == 0 && !row.over)
		check_breaches(&row);
	if (row.over)
		return E_LIMIT;
	if (row.faults_len > 0) {
		row_sort_faults(&row);
		*reject = (struct reject){record->row, row.faults, row.faults_len};
		return E_INPUT;
	}
	result_score(in->instrument, result);
	return OK;
}
