/** The invitations of one round of a wave: what was claimed, the records made of them, and what
 * becomes of each.
 *
 * Private to inbox/. Records go in groups, one upload each: the new ones first, then those whose
 * result is stored, by its revision. Lifetime: everything until merging_round_free().
 */
#pragma once

#include "inbox/merging.h"
#include "ingest/upload.h"

struct merging_round;

/** `claimed` (merging_claim.sql) is taken. Holds the wave's programme. */
struct merging_round *merging_round_new(const struct known_wave *wave, struct pg_result **claimed);
void merging_round_free(struct merging_round *r);

/** Of merging_read.sql. */
enum { MERGING_READ_VALUES = 2 };
void merging_round_ask(struct merging_round *r, struct pg_value values[]);
/** The answer is taken; values of merging_stored.sql. E_LIMIT: it is more than a round may have. */
enum { MERGING_STORED_VALUES = 2 };
enum status merging_round_read(struct merging_round *r, struct pg_result **rows,
			       struct pg_value values[], struct trouble *why) NODISCARD;
/** The same of merging_stored.sql. */
enum status merging_round_meet(struct merging_round *r, struct pg_result **rows,
			       struct trouble *why) NODISCARD;

/** The next group: its upload and, in *text, its records. false: there is none. */
bool merging_round_next(struct merging_round *r, struct upload_request *request,
			struct slice *text);
/** Records of the group that is uploaded are numbered from 1. */
void merging_round_row(struct merging_round *r, uint64_t row, enum row_fate fate);
/** Of merging_end.sql, for the group. */
enum { MERGING_END_VALUES = 7 };
void merging_round_end(struct merging_round *r, const struct upload_report *report,
		       struct pg_value values[]);
