/** The payloads of one transaction: heard, judged, and what is to be written of them.
 *
 * Private to inbox/. hearing.c calls in the order of the functions here; only
 * hearing_batch_hear() runs on a pool thread.
 * Lifetime: everything until hearing_batch_free().
 */
#pragma once

#include "inbox/hearing.h"
#include "pg/value.h"

struct pg_result;
struct hearing_batch;

/** `rows` (hearing_take.sql; at least one) is taken. `given_up` is not read; 0: all are. */
struct hearing_batch *hearing_batch_new(struct pg_result **rows, struct sources *sources,
					struct catalogue *catalogue, int64_t given_up);
void hearing_batch_free(struct hearing_batch *b);
size_t hearing_batch_rows(const struct hearing_batch *b);
int64_t hearing_batch_first(const struct hearing_batch *b); /**< inbox_id */

void hearing_batch_hear(struct hearing_batch *b);
/** Of hearing_contacts.sql; false where there are none. */
enum { HEARING_CONTACT_VALUES = 6 };
bool hearing_batch_contacts(struct hearing_batch *b, struct pg_value values[]);
/** Of hearing_find.sql; false where nothing is to be found. */
enum { HEARING_FIND_VALUES = 3 };
bool hearing_batch_find(struct hearing_batch *b, struct pg_value values[]);
/** What was found of them; NULL: nothing was asked. */
void hearing_batch_judge(struct hearing_batch *b, const struct pg_result *invitations);
/** Of hearing_answer.sql; false where nothing counts. */
enum { HEARING_ANSWER_VALUES = 8 };
bool hearing_batch_answers(struct hearing_batch *b, struct pg_value values[]);
/** Of hearing_end.sql; never none. */
enum { HEARING_END_VALUES = 5 };
void hearing_batch_ends(struct hearing_batch *b, struct pg_value values[]);
/** The same of a payload, the only one, that made a statement fail: another attempt, or the end. */
void hearing_batch_part(struct hearing_batch *b, struct pg_value values[]);
void hearing_batch_count(const struct hearing_batch *b, struct hearing_counts *counts);
