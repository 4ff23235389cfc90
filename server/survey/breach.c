#include "survey/breach.h"

#include "base/clock.h"

#define SECOND INT64_C(1000000)

enum { MONDAY_TO_FRIDAY = 0x1F, DAYS_A_WEEK = 7 };

static const struct {
	const char *code, *words;
	bool among;
} breaches[BREACH_COUNT] = {
#define X(name, word, among, words) {word, words, among},
	BREACHES(X)
#undef X
};

static const char *const action_names[] = {
	[BREACH_IGNORES] = "ignores",
	[BREACH_WARNS] = "warns",
	[BREACH_EXCLUDES] = "excludes",
	[BREACH_REJECTS] = "rejects",
};

const char *breach_code(enum breach breach)
{
	return breaches[breach].code;
}

const char *breach_words(enum breach breach)
{
	return breaches[breach].words;
}

const char *breach_expected(enum breach breach)
{
	static const char *const expected[BREACH_COUNT] = {
		[BREACH_OUTSIDE_HOURS] = "an instant within the contact hours, on a working day",
		[BREACH_CUSTOMER] = "0: a shopper who is no customer of the company",
		[BREACH_OVER_LIMIT] = "a wait within the channel's limit, or answered 0",
		[BREACH_SENT_LATE] = "an instant before the hour until which the channel is used",
		[BREACH_SHOPPER_TWICE] = "a shopper new to this company",
		[BREACH_SHOPPER_OFTEN] = "a shopper with fewer contacts",
	};
	return expected[breach];
}

bool breach_is_among(enum breach breach)
{
	return breaches[breach].among;
}

const char *breach_action_name(enum breach_action action)
{
	return action_names[action];
}

uint32_t breaches_with_action(const struct fieldwork_rules *rules, enum breach_action action)
{
	uint32_t mask = 0;
	for (int b = 0; b < BREACH_COUNT; b++)
		if (rules->action[b] == action)
			mask |= UINT32_C(1) << b;
	return mask;
}

/** The holidays ascend. */
static bool is_holiday(const struct programme *p, int32_t day)
{
	size_t from = 0, until = p->holidays_len;
	while (from < until) {
		size_t middle = from + (until - from) / 2;
		if (p->holidays[middle] == day)
			return true;
		if (p->holidays[middle] < day)
			from = middle + 1;
		else
			until = middle;
	}
	return false;
}

bool day_is_working(const struct programme *p, const struct wave *wave, int32_t day)
{
	unsigned weekdays = wave->hours.given ? wave->hours.weekdays : MONDAY_TO_FRIDAY;
	return (weekdays & (1u << (day_weekday(day) - 1))) != 0 && !is_holiday(p, day);
}

/** The N-th working day from `sent` on. Each week has a working day but for holidays, of which
 * there are finitely many: beyond them all the search ends. */
static int32_t last_day(const struct programme *p, const struct wave *wave, int32_t sent, int days)
{
	int32_t furthest = sent + (int32_t)p->holidays_len + (days + 1) * DAYS_A_WEEK;
	int32_t day = sent;
	for (; day < furthest; day++) {
		days -= day_is_working(p, wave, day);
		if (days == 0)
			break;
	}
	return day;
}

/** What is asked of one contact, and when it was made. */
struct looking {
	const struct programme *p;
	const struct wave *wave;
	const struct result *result;
	struct channel_limit limit;
	struct local_time made; /* valid where the result says when */
};

static bool is_outside_hours(const struct looking *l)
{
	const struct contact_hours *hours = &l->wave->hours;
	if (!hours->given || l->result->contacted_at == CLOCK_NO_INSTANT)
		return false;
	return l->made.minute < hours->from_minute || l->made.minute >= hours->until_minute ||
	       !day_is_working(l->p, l->wave, l->made.day);
}

static bool is_over_limit(const struct looking *l)
{
	const struct result *r = l->result;
	if (!r->answered || r->wait_seconds == SECONDS_NONE)
		return false;
	if (l->limit.wait_seconds > 0 && r->wait_seconds > l->limit.wait_seconds)
		return true;
	if (l->limit.working_days == 0 || r->contacted_at == CLOCK_NO_INSTANT)
		return false;
	int64_t answered_at = r->contacted_at + r->wait_seconds * SECOND;
	int32_t last = last_day(l->p, l->wave, l->made.day, l->limit.working_days);
	return zone_local(l->wave->zone, answered_at).day > last;
}

static bool is_sent_late(const struct looking *l)
{
	return l->limit.sent_until_minute > 0 && l->result->contacted_at != CLOCK_NO_INSTANT &&
	       l->made.minute >= l->limit.sent_until_minute;
}

static bool is_customer(const struct looking *l)
{
	return l->result->customer;
}

static bool (*const tests[BREACH_COUNT])(const struct looking *l) = {
	[BREACH_OUTSIDE_HOURS] = is_outside_hours,
	[BREACH_CUSTOMER] = is_customer,
	[BREACH_OVER_LIMIT] = is_over_limit,
	[BREACH_SENT_LATE] = is_sent_late,
};

/** Most waves ask nothing of most channels, and a calendar costs more than the rest. */
static bool asks_when(const struct looking *l)
{
	const enum breach_action *action = l->wave->fieldwork.action;
	return (action[BREACH_OUTSIDE_HOURS] != BREACH_IGNORES && l->wave->hours.given) ||
	       (action[BREACH_OVER_LIMIT] != BREACH_IGNORES && l->limit.working_days > 0) ||
	       (action[BREACH_SENT_LATE] != BREACH_IGNORES && l->limit.sent_until_minute > 0);
}

uint32_t breaches_of_result(const struct programme *p, const struct wave *wave,
			    const struct result *result)
{
	const struct fieldwork_rules *rules = &wave->fieldwork;
	struct looking l = {.p = p, .wave = wave, .result = result};
	uint32_t mask = 0;
	if (rules->limits != NULL)
		l.limit = rules->limits[result->channel];
	if (asks_when(&l) && result->contacted_at != CLOCK_NO_INSTANT)
		l.made = zone_local(wave->zone, result->contacted_at);
	for (int b = 0; b < BREACH_COUNT; b++)
		if (tests[b] != NULL && rules->action[b] != BREACH_IGNORES && tests[b](&l))
			mask |= UINT32_C(1) << b;
	return mask;
}
