/** A mapping and one row on its way through it.
 *
 * Private to mapping: mapping.c leads, mapping_place.c finds columns, mapping_value.c makes values.
 */
#pragma once

#include "mapping/mapping.h"
#include "survey/company_names.h"

enum { SEAT_BYTES = 96, PLACE_NONE = -1, MAPPING_FAULTS = 64, MAPPING_VALUE_BYTES = 100 };

/** What the key at one position of a record was called before, and which column it is. */
struct seat {
	char name[SEAT_BYTES];
	uint8_t len, group_len;
	bool used, exact;
	int16_t column; /**< PLACE_NONE: not named by the profile */
};

struct mapping {
	struct profile *profile;
	const struct programme *p;
	const struct instrument *instrument;
	struct company_names *companies; /**< made for the first that is no code */
	bool *wants_number;		 /**< by target */
	bool placed;			 /**< of a CSV file: once for all rows */
	int16_t *place_of;		 /**< by column: field of the record, or PLACE_NONE */
	bool *exactly;			 /**< by column: under its very name */
	struct seat *seats;
	size_t seats_len;
	uint64_t *left_out; /**< by rule */
	uint64_t left_out_all;
};

struct mapped_row {
	struct mapping *m;
	const struct record *sent;
	struct arena *arena;
	struct fault *faults;
	size_t faults_len;
	bool over; /**< the arena is full */
};

/** `name` and `value` are copied; `expected` may be NULL: the arena was full. */
void mapped_fault(struct mapped_row *row, const char *code, struct slice name, struct slice value,
		  const char *expected);

/** Folded, as far as it could be a text of the profile. The caller rewinds the arena. */
struct slice mapped_fold(struct mapped_row *row, struct slice text);
bool mapped_is_among(const struct texts *texts, struct slice folded);

/** Fills place_of. What is missing or not named is a fault. */
void mapping_place(struct mapped_row *row);
/** The field of a column; NULL where the record has none, or nothing in it. */
const struct field *mapped_field(const struct mapped_row *row, int column);
bool mapped_holds(struct mapped_row *row, const struct condition *condition);

/** One target: the canonical field, and what it was made of. */
void mapped_value(struct mapped_row *row, size_t target, struct field *made, struct field *sent);
