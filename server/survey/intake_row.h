/** A record on its way to a result: which column each field is, and its faults.
 *
 * Private to survey. Nothing of a row outlives intake_read() but what is in its arena.
 */
#pragma once

#include "survey/columns.h"
#include "survey/company_names.h"
#include "survey/result.h"
#include "survey/written.h"

enum {
	FIELDS_LIMIT = 512, /**< fields whose column is remembered; decode gives no more */
	FAULTS_LIMIT = 64,
	COLUMNS_LIMIT = COLUMN_FIXED_COUNT + PROGRAMME_QUESTIONS_LIMIT + PROGRAMME_ITEMS_LIMIT,
	COLUMN_SLOTS = 1024, /**< a power of two, more than twice the columns */
	SUGGESTING_LIMIT =
		200 /**< unknown companies of a file for which likely ones are looked for */
};

/** What the field at one position was called in the record before. Names are compared byte
 * by byte, never by address: arenas give the same address to the next record's names. */
struct seat {
	char name[PROGRAMME_CODE_BYTES];
	uint8_t len;
	bool grouped;
	int16_t column;
};

struct intake {
	const struct programme *p;
	const struct wave *wave;
	const struct instrument *instrument;
	int64_t latest; /**< no contact is made after this instant */
	int first_item; /**< column of item 0; questions stand before it */
	int columns_len;
	struct slice names[COLUMNS_LIMIT];
	int16_t slots[COLUMN_SLOTS];
	struct seat seats[FIELDS_LIMIT];
	struct company_names *companies; /**< made for the first unknown one */
	int suggested;
};

/** One record on its way. */
struct row {
	struct intake *in;
	const struct record *record;
	struct arena *arena;
	struct result *result;
	struct slice number; /**< the field being read, where a number is wanted (written.h) */
	int16_t given[COLUMNS_LIMIT]; /**< field of each column */
	struct fault *faults;
	int places[FAULTS_LIMIT]; /**< field each fault is at */
	size_t faults_len;
	bool over;
};

/** A copy in the row's arena; `over` where it is full. */
struct slice row_copy(struct row *row, struct slice text);

/** The field as the file has it: a mapping may have made another one of it. */
const struct field *row_sent(const struct row *row, int place);

/** `place` is the field it is at; fields_len where the record has no such field. `expected`
 * may be NULL: the arena was full. */
void row_fault(struct row *row, int place, const char *code, struct slice column,
	       const char *expected);
void row_fault_at(struct row *row, int place, const char *code, const char *expected);
void row_fault_unknown_column(struct row *row, int place);
void row_sort_faults(struct row *row); /**< into the order of the fields */

/** A number or an instant that cannot be read, or in two ways. */
void row_fault_written(struct row *row, int place, enum written read);

/** Of an unknown company: what is expected, and which may be meant. */
const char *row_companies_like(struct row *row, struct slice name);
/** What an item's field may say, in words; NULL where the arena is full. */
const char *row_answers_of(struct row *row, const struct item *item);
const char *row_values_of(struct row *row, const struct measured *m);
