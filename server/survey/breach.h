/** What is wrong with how one contact was made, as far as its own result shows it.
 *
 * Source: docs/fieldwork.md. All times are those of the wave's time zone.
 *	outside_hours		the wave gives contact hours, and the contact was made before
 *				`from`, at or after `until`, on another weekday or on a holiday
 *	shopper_is_customer	the result says so; not known is not a breach
 *	over_limit		answered, but after the channel's wait_seconds; or, where the
 *				limit is N working days, later than the end of the N-th, the
 *				first being the day of sending or, where nobody works then,
 *				the next working day
 *	sent_late		made at or after the channel's sent_until
 * A working day is a weekday of the contact hours, Monday to Friday where the wave gives
 * none, that is no holiday of the programme. A result that does not say when it was made
 * breaches none of the rules that ask when, and one without a waiting time no limit.
 */
#pragma once

#include "survey/result.h"

/** Bits of the rules among results. A stored result has them where these rules have excluded it. */
enum { BREACHES_AMONG = 1 << BREACH_SHOPPER_TWICE | 1 << BREACH_SHOPPER_OFTEN };

/** Bits by enum breach; rules whose action is IGNORES are not looked at. */
uint32_t breaches_of_result(const struct programme *p, const struct wave *wave,
			    const struct result *result);

const char *breach_code(enum breach breach);	 /**< "outside_hours" */
const char *breach_words(enum breach breach);	 /**< a sentence's worth */
const char *breach_expected(enum breach breach); /**< of a value that keeps the rule */
bool breach_is_among(enum breach breach);	 /**< seen only among several results */
const char *breach_action_name(enum breach_action action);
/** The rules of this action, bits by enum breach. */
uint32_t breaches_with_action(const struct fieldwork_rules *rules, enum breach_action action);

bool day_is_working(const struct programme *p, const struct wave *wave, int32_t day);
