#include "survey/programme_parts.h"

#include <stdlib.h>

#include "survey/result.h"

enum { WORKING_DAYS_LIMIT = 60 };

/* In the order of enum breach_action; what is seen among several results cannot reject one. */
static const char *const actions[] = {"ignores", "warns", "excludes", "rejects", NULL};
static const char *const actions_among[] = {"ignores", "warns", "excludes", NULL};

static const char *const breach_words[] = {
#define X(name, word, among, words) word,
	BREACHES(X)
#undef X
		NULL};

static const bool breach_among[BREACH_COUNT] = {
#define X(name, word, among, words) among,
	BREACHES(X)
#undef X
};

static void read_limit(struct reading *r, const struct node *at, struct channel_limit *made)
{
	static const char *const keys[] = {"wait_seconds", "working_days", "sent_until", NULL};
	if (!read_object(r, at, keys))
		return;
	struct node wait = node_field(at, "wait_seconds"), days = node_field(at, "working_days");
	struct node until = node_field(at, "sent_until");
	int64_t seconds = 0, working_days = 0;
	read_integer(r, &wait, 0, WAIT_SECONDS_LIMIT, &seconds);
	read_integer(r, &days, 0, WORKING_DAYS_LIMIT, &working_days);
	if (seconds > 0 && working_days > 0)
		reading_fault(r, &days, "one_of", "wait_seconds or working_days, not both");
	made->wait_seconds = (int)seconds;
	made->working_days = (int)working_days;
	if (until.json == NULL)
		return;
	made->sent_until_minute = read_time(r, &until);
	if (made->sent_until_minute == 0)
		reading_fault(r, &until, "out_of_range", "a time after 00:00");
}

static const struct channel_limit *read_limits(struct reading *r, const struct node *at,
					       const struct programme *p)
{
	struct channel_limit *limits = reading_take(r, p->channels_len, sizeof(*limits));
	if (at->json == NULL)
		return limits;
	if (!cJSON_IsObject(at->json)) {
		reading_fault(r, at, "not_an_object", "an object of channel code and limit");
		return limits;
	}
	for (const cJSON *json = at->json->child; json != NULL; json = json->next) {
		struct node limit = {.json = json, .up = at, .key = json->string};
		int channel = programme_find_channel(p, slice_of(json->string));
		if (channel < 0)
			reading_fault(r, &limit, "unknown_channel",
				      "one of the codes in /channels");
		else
			read_limit(r, &limit, &limits[channel]);
	}
	return limits;
}

static void read_shopper_contacts(struct reading *r, const struct node *at,
				  struct fieldwork_rules *made)
{
	static const char *const keys[] = {"per_company", "per_wave", "per_day", NULL};
	int64_t company = 1, wave = 0, day = 0;
	if (at->json != NULL && read_object(r, at, keys)) {
		struct node c = node_field(at, "per_company"), w = node_field(at, "per_wave");
		struct node d = node_field(at, "per_day");
		read_integer(r, &c, 0, PLANNED_CONTACTS_LIMIT, &company);
		read_integer(r, &w, 0, PLANNED_CONTACTS_LIMIT, &wave);
		read_integer(r, &d, 0, PLANNED_CONTACTS_LIMIT, &day);
	}
	made->contacts_per_company = (int)company;
	made->contacts_per_wave = (int)wave;
	made->contacts_per_day = (int)day;
}

static void read_actions(struct reading *r, const struct node *at, enum breach_action *made)
{
	bool given = at->json != NULL && read_object(r, at, breach_words);
	for (int breach = 0; breach < BREACH_COUNT; breach++) {
		int choice = BREACH_WARNS;
		struct node action = {.up = at, .key = breach_words[breach]};
		if (given)
			action = node_field(at, breach_words[breach]);
		read_choice(r, &action, breach_among[breach] ? actions_among : actions, &choice);
		made[breach] = (enum breach_action)choice;
	}
}

void read_fieldwork(struct reading *r, const struct node *at, const struct programme *p,
		    struct fieldwork_rules *made)
{
	static const char *const keys[] = {"limits", "shopper_contacts", "breaches", NULL};
	if (at->json != NULL)
		read_object(r, at, keys);
	/* Fields of what is no object are absent and leave the defaults. */
	struct node limits = node_field(at, "limits"), breaches = node_field(at, "breaches");
	struct node contacts = node_field(at, "shopper_contacts");
	made->limits = read_limits(r, &limits, p);
	read_shopper_contacts(r, &contacts, made);
	read_actions(r, &breaches, made->action);
}

struct dated {
	int32_t day;
	size_t place;
};

static int by_day(const void *a, const void *b)
{
	const struct dated *one = a, *other = b;
	if (one->day != other->day)
		return one->day < other->day ? -1 : 1;
	return one->place < other->place ? -1 : 1;
}

void read_holidays(struct reading *r, const struct node *list, struct programme *p)
{
	size_t len = read_list(r, list, 0, PROGRAMME_HOLIDAYS_LIMIT);
	struct dated *days = reading_take(r, len, sizeof(*days));
	int32_t *holidays = reading_take(r, len, sizeof(*holidays));
	struct node at = node_first(list);
	for (size_t i = 0; i < len; i++, node_next(&at))
		days[i] = (struct dated){read_day(r, &at), i};
	if (len > 1)
		qsort(days, len, sizeof(*days), by_day);
	for (size_t i = 0; i < len; i++) {
		struct node again = {.up = list, .index = days[i].place};
		if (i > 0 && days[i].day != DAY_NONE && days[i].day == days[i - 1].day)
			reading_fault(r, &again, "duplicate", "each holiday once");
		holidays[i] = days[i].day;
	}
	p->holidays = holidays;
	p->holidays_len = len;
}
