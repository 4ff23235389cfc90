#include "survey/result.h"

enum { LONGEST_WAIT_DAYS = WAIT_SECONDS_LIMIT / (24 * 60 * 60) };

#define CHANGED(why, code, ...) trouble_code((why), E_CONFLICT, (code), __VA_ARGS__)

static bool same_texts(const struct slice *a, size_t a_len, const struct slice *b, size_t b_len)
{
	if (a_len != b_len)
		return false;
	for (size_t i = 0; i < a_len; i++)
		if (!slice_equal(a[i], b[i]))
			return false;
	return true;
}

static bool same_options(const struct item *a, const struct item *b)
{
	if (a->options_len != b->options_len)
		return false;
	for (size_t i = 0; i < a->options_len; i++)
		if (a->options[i].answer != b->options[i].answer ||
		    a->options[i].points != b->options[i].points ||
		    a->options[i].conformity != b->options[i].conformity)
			return false;
	return true;
}

static bool same_measured(const struct measured *a, const struct measured *b)
{
	return a->given == b->given && a->min == b->min && a->max == b->max &&
	       a->decimals == b->decimals && a->at_most == b->at_most && a->limit == b->limit &&
	       a->points == b->points && a->missed == b->missed && slice_equal(a->unit, b->unit);
}

/** `known` has the bits of channels the older programme has: an item of every channel is
 * asked in a new one too, and no stored result has that channel. */
static bool same_item(const struct item *a, const struct item *b, uint32_t known)
{
	return slice_equal(a->code, b->code) && a->area == b->area && a->scored == b->scored &&
	       a->bonus == b->bonus && a->channels == (b->channels & known) && same_options(a, b) &&
	       same_measured(&a->measured, &b->measured) &&
	       same_texts(a->no_answer, a->no_answer_len, b->no_answer, b->no_answer_len);
}

static bool same_question(const struct question *a, const struct question *b)
{
	return slice_equal(a->code, b->code) && a->measure == b->measure &&
	       a->scale_min == b->scale_min && a->scale_max == b->scale_max &&
	       a->high_is_effort == b->high_is_effort && a->good_from == b->good_from &&
	       same_texts(a->no_answer, a->no_answer_len, b->no_answer, b->no_answer_len);
}

static bool same_areas(const struct instrument *a, const struct instrument *b)
{
	if (a->areas_len != b->areas_len)
		return false;
	for (size_t i = 0; i < a->areas_len; i++)
		if (!slice_equal(a->areas[i].code, b->areas[i].code) ||
		    a->areas[i].weight_millionths != b->areas[i].weight_millionths)
			return false;
	return true;
}

static enum status instrument_stays(const struct instrument *a, const struct instrument *b,
				    uint32_t known, struct trouble *why)
{
	if (!slice_equal(a->code, b->code) || a->scoring != b->scoring ||
	    a->unanswered != b->unanswered || !same_areas(a, b) || a->items_len != b->items_len ||
	    a->questions_len != b->questions_len)
		return CHANGED(why, "instrument_changed",
			       "instrument %.*s has results: a change is a new instrument",
			       SLICE_ARGS(a->code));
	for (size_t i = 0; i < a->items_len; i++)
		if (!same_item(&a->items[i], &b->items[i], known))
			return CHANGED(why, "instrument_changed",
				       "item %.*s of instrument %.*s has results",
				       SLICE_ARGS(a->items[i].code), SLICE_ARGS(a->code));
	for (size_t i = 0; i < a->questions_len; i++)
		if (!same_question(&a->questions[i], &b->questions[i]))
			return CHANGED(why, "instrument_changed",
				       "question %.*s of instrument %.*s has results",
				       SLICE_ARGS(a->questions[i].code), SLICE_ARGS(a->code));
	return OK;
}

static enum status sectors_stay(const struct programme *p, const struct wave *a,
				const struct wave *b, struct trouble *why)
{
	for (size_t i = 0; i < a->sectors_len; i++) {
		const struct sector *now = &a->sectors[i];
		if (i >= b->sectors_len || !slice_equal(now->code, b->sectors[i].code))
			return CHANGED(why, "sectors_changed",
				       "sector %.*s of wave %.*s has lost its place",
				       SLICE_ARGS(now->code), SLICE_ARGS(a->code));
		for (size_t c = 0; c < now->companies_len; c++)
			if (c >= b->sectors[i].companies_len ||
			    now->companies[c] != b->sectors[i].companies[c])
				return CHANGED(why, "sectors_changed",
					       "company %.*s of sector %.*s has lost its place",
					       SLICE_ARGS(p->companies[now->companies[c]].code),
					       SLICE_ARGS(now->code));
	}
	return OK;
}

static bool same_hours(const struct contact_hours *a, const struct contact_hours *b)
{
	return a->given == b->given && a->from_minute == b->from_minute &&
	       a->until_minute == b->until_minute && a->weekdays == b->weekdays;
}

static bool same_fieldwork(const struct fieldwork_rules *a, const struct fieldwork_rules *b,
			   size_t channels)
{
	for (int breach = 0; breach < BREACH_COUNT; breach++)
		if (a->action[breach] != b->action[breach])
			return false;
	for (size_t c = 0; c < channels; c++)
		if (a->limits[c].wait_seconds != b->limits[c].wait_seconds ||
		    a->limits[c].working_days != b->limits[c].working_days ||
		    a->limits[c].sent_until_minute != b->limits[c].sent_until_minute)
			return false;
	return a->contacts_per_company == b->contacts_per_company &&
	       a->contacts_per_wave == b->contacts_per_wave &&
	       a->contacts_per_day == b->contacts_per_day;
}

/** The first holiday from `at` on that the waves of this period ask for; the end where none. */
static size_t next_holiday(const struct programme *p, size_t at, struct span period)
{
	while (at < p->holidays_len && period.from != DAY_NONE && p->holidays[at] < period.from)
		at++;
	if (at < p->holidays_len && period.until != DAY_NONE &&
	    p->holidays[at] > period.until + LONGEST_WAIT_DAYS)
		return p->holidays_len;
	return at;
}

/** Those of the next wave may be added while this one has results. */
static bool same_holidays(const struct programme *a, const struct programme *b, struct span period)
{
	size_t i = next_holiday(a, 0, period), j = next_holiday(b, 0, period);
	while (i < a->holidays_len && j < b->holidays_len && a->holidays[i] == b->holidays[j]) {
		i = next_holiday(a, i + 1, period);
		j = next_holiday(b, j + 1, period);
	}
	return i == a->holidays_len && j == b->holidays_len;
}

/** What decided whether a result counts when it came decides it for those to come. */
static enum status counting_stays(const struct programme *now, const struct programme *next,
				  const struct wave *a, const struct wave *b, struct trouble *why)
{
	const char *changed = NULL;
	if (!slice_equal(a->time_zone, b->time_zone))
		changed = "the time zone";
	else if (!same_hours(&a->hours, &b->hours))
		changed = "the contact hours";
	else if (!same_fieldwork(&a->fieldwork, &b->fieldwork, now->channels_len))
		changed = "the rules of fieldwork";
	else if (!same_holidays(now, next, a->period))
		changed = "holidays of its period";
	else if (a->counts != b->counts)
		changed = "the states of review that count";
	else if (a->prerequisites_len > b->prerequisites_len ||
		 !same_texts(a->prerequisites, a->prerequisites_len, b->prerequisites,
			     a->prerequisites_len))
		changed = "the order of prerequisites";
	if (changed == NULL)
		return OK;
	return CHANGED(why, "definition_changed", "wave %.*s has results: %s cannot change",
		       SLICE_ARGS(a->code), changed);
}

static enum status wave_stays(const struct programme *now, const struct programme *next,
			      const struct wave *a, struct trouble *why)
{
	int found = programme_find_wave(next, a->code);
	if (found < 0)
		return CHANGED(why, "wave_removed", "wave %.*s has results and is gone",
			       SLICE_ARGS(a->code));
	const struct wave *b = &next->waves[found];
	uint32_t known = (uint32_t)((UINT64_C(1) << now->channels_len) - 1);
	enum status st = instrument_stays(&now->instruments[a->instrument],
					  &next->instruments[b->instrument], known, why);
	if (st < 0)
		return st;
	st = counting_stays(now, next, a, b, why);
	if (st < 0)
		return st;
	if (a->level != b->level || a->minimum.publish != b->minimum.publish ||
	    a->minimum.rank != b->minimum.rank || a->minimum.cell != b->minimum.cell)
		return CHANGED(why, "definition_changed",
			       "level and minimum bases of wave %.*s stay while it has results",
			       SLICE_ARGS(a->code));
	for (size_t c = 0; c < now->channels_len; c++)
		if (a->channel_weights[c] != b->channel_weights[c])
			return CHANGED(why, "definition_changed",
				       "the weight of channel %.*s in wave %.*s has changed",
				       SLICE_ARGS(now->channels[c].code), SLICE_ARGS(a->code));
	return sectors_stay(now, a, b, why);
}

/** Results hold channels and companies by their place in the lists. */
static enum status lists_grow(const struct programme *now, const struct programme *next,
			      struct trouble *why)
{
	for (size_t i = 0; i < now->channels_len; i++)
		if (i >= next->channels_len ||
		    !slice_equal(now->channels[i].code, next->channels[i].code))
			return CHANGED(why, "channels_changed",
				       "channel %.*s has lost its place: lists grow at their end",
				       SLICE_ARGS(now->channels[i].code));
	for (size_t i = 0; i < now->companies_len; i++)
		if (i >= next->companies_len ||
		    !slice_equal(now->companies[i].code, next->companies[i].code))
			return CHANGED(why, "companies_changed",
				       "company %.*s has lost its place: lists grow at their end",
				       SLICE_ARGS(now->companies[i].code));
	return OK;
}

enum status programme_extends(const struct programme *now, const struct programme *next,
			      bool (*fielded)(const void *context, size_t wave),
			      const void *context, struct trouble *why)
{
	if (!slice_equal(now->code, next->code))
		return CHANGED(why, "programme_changed", "the file describes %.*s, not %.*s",
			       SLICE_ARGS(next->code), SLICE_ARGS(now->code));
	bool lists_checked = false;
	for (size_t w = 0; w < now->waves_len; w++) {
		if (!fielded(context, w))
			continue;
		enum status st = lists_checked ? OK : lists_grow(now, next, why);
		if (st == OK)
			st = wave_stays(now, next, &now->waves[w], why);
		if (st < 0)
			return st;
		lists_checked = true;
	}
	return OK;
}
