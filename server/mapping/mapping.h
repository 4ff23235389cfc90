/** A profile at work on one file: records as sent in, records as survey reads them out.
 *
 * Stands between decode and survey. What is made points at what was sent (record.sent), so
 * that a fault names the file's own column and value.
 * Lifetime: a mapping belongs to one file: it counts rows left out and remembers where columns
 *   stand. The profile is taken, the programme borrowed.
 * Promise: without a word of the profile nothing is changed, dropped or guessed: a text that is
 *   no label goes on as it is, but where a number is wanted; a company is found by its code, by a
 *   label or by exactly its name in one of the programme's languages, never by likeness.
 */
#pragma once

#include "base/json_out.h"
#include "mapping/profile.h"
#include "survey/result.h"

struct mapping;

enum mapped {
	MAPPED_MADE,	 /**< *made is a canonical record */
	MAPPED_LEFT_OUT, /**< a rule of the profile leaves the row out; it is counted */
	MAPPED_REJECTED, /**< *reject says what is wrong with the row, mapping_reject() the rest */
	MAPPED_BROKEN, /**< the file is not one of this profile's: *reject says why, its row is 0 */
	MAPPED_NO_ROOM /**< the arena is too small */
};

/** NULL where the profile does not fit the wave; *why says the first fault, by its pointer. */
struct mapping *mapping_new(struct profile **profile, const struct programme *p, int wave,
			    struct trouble *why) NODISCARD;
void mapping_free(struct mapping *m); /**< NULL is allowed */

/** Codes of faults: missing_column and unlisted_column (of a CSV file, row 0; unlisted_column also
 * of a row in JSON), column_twice, unknown_label, off_scale, not_an_integer, missing_part. All
 * that is made lives in `arena` or in the mapping. */
enum mapped mapping_apply(struct mapping *m, const struct record *sent, struct arena *arena,
			  struct record *made, struct reject *reject) NODISCARD;

/** A row that was MAPPED_REJECTED: what survey finds wrong with the rest of `made` is added to
 * *reject, so that all faults of a row are told at once. E_LIMIT: the arena is too small. */
enum status mapping_reject(struct intake *in, const struct record *made, struct arena *arena,
			   struct reject *reject) NODISCARD;

const struct profile *mapping_profile(const struct mapping *m);
uint64_t mapping_left_out(const struct mapping *m);
/** [{"why":"test responses","rows":12}], every rule. */
void mapping_left_out_json(const struct mapping *m, struct json_out *j);
