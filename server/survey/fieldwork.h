/** The rules of fieldwork: what a contact should have been, and what follows where it was not.
 *
 * Source: docs/programme-file.md, "Fieldwork".
 * Lifetime: part of a programme, see programme.h. All NONE/0 where the file says nothing.
 *
 * Breaches seen in the result itself are decided as it is read (breach_of_result()) and
 * stored with it; the others need all results of the wave (AMONG) and are found by SQL over
 * (shopper, company, contacted_at, result_id), the earliest contact being the good one, so
 * that the answer does not depend on the order of arrival. Such a breach can warn or exclude
 * but not reject.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** name, word in files and answers, seen among several results, words. */
#define BREACHES(X)                                                                                \
	X(OUTSIDE_HOURS, "outside_hours", false,                                                   \
	  "the contact was made outside the contact hours, on another weekday or on a holiday")    \
	X(CUSTOMER, "shopper_is_customer", false, "the shopper is a customer of the company")      \
	X(OVER_LIMIT, "over_limit", false,                                                         \
	  "marked as answered, but the answer came after the channel's limit")                     \
	X(SENT_LATE, "sent_late", false, "sent after the hour until which the channel is used")    \
	X(SHOPPER_TWICE, "shopper_twice", true,                                                    \
	  "the shopper has contacted this company before in this wave")                            \
	X(SHOPPER_OFTEN, "shopper_too_often", true,                                                \
	  "the shopper has made more contacts than one may in this wave or on this day")

enum breach {
#define X(name, word, among, words) BREACH_##name,
	BREACHES(X)
#undef X
		BREACH_COUNT
};

enum breach_action { BREACH_IGNORES, BREACH_WARNS, BREACH_EXCLUDES, BREACH_REJECTS };

/** What one channel allows. */
struct channel_limit {
	int wait_seconds;      /**< an answer after more is none; 0 = no limit */
	int working_days;      /**< instead: by the end of so many working days, the day of sending
				  being the first; 0 = no limit */
	int sent_until_minute; /**< of the day, wave's time zone; 0 = any time */
};

struct fieldwork_rules {
	enum breach_action action[BREACH_COUNT]; /**< WARNS where the file says nothing */
	const struct channel_limit *limits;	 /**< per channel of the programme */
	int contacts_per_company; /**< of one shopper in the wave (SHOPPER_TWICE over it); default 1
				   */
	int contacts_per_wave;	  /**< of one shopper (SHOPPER_OFTEN over it); 0 = any */
	int contacts_per_day;	  /**< of one shopper, in the wave's time zone; 0 = any */
};
