#include "survey/programme_parts.h"

enum { TIME_ZONE_BYTES = 64, BASE_LIMIT = 1000000 };
#define LEVEL_LEAST  0.5
#define LEVEL_MOST   0.9999
#define WEIGHT_LEAST 1e-6
#define WEIGHT_MOST  1e6

static const char *const review_states[] = {
#define X(name, word) word,
	REVIEW_STATES(X)
#undef X
		NULL};

/* In the order of enum before_publication. */
static const char *const before_publication[] = {"live", "hidden", NULL};

static unsigned read_weekdays(struct reading *r, const struct node *list)
{
	if (list->json == NULL)
		return 0x7F;
	unsigned mask = 0;
	size_t len = read_list(r, list, 1, 7);
	struct node at = node_first(list);
	for (size_t i = 0; i < len; i++, node_next(&at)) {
		int64_t day = 0;
		read_integer(r, &at, 1, 7, &day);
		if (day > 0 && mask & (1u << (day - 1)))
			reading_fault(r, &at, "duplicate", "each weekday once");
		else if (day > 0)
			mask |= 1u << (day - 1);
	}
	return mask;
}

static void read_hours(struct reading *r, const struct node *at, struct contact_hours *made)
{
	static const char *const keys[] = {"from", "until", "weekdays", NULL};
	if (at->json == NULL || !read_object(r, at, keys))
		return;
	struct node from = node_field(at, "from"), until = node_field(at, "until");
	struct node weekdays = node_field(at, "weekdays");
	made->given = true;
	made->from_minute = read_time(r, &from);
	made->until_minute = read_time(r, &until);
	made->weekdays = read_weekdays(r, &weekdays);
	if (made->from_minute >= 0 && made->until_minute >= 0 &&
	    made->until_minute <= made->from_minute)
		reading_fault(r, &until, "out_of_range", "a time after \"from\"");
}

static struct slice read_time_zone(struct reading *r, const struct node *at)
{
	return at->json == NULL ? SLICE("UTC") : read_text(r, at, TIME_ZONE_BYTES);
}

static void read_minimum(struct reading *r, const struct node *at, struct minimum_base *made)
{
	static const char *const keys[] = {"publish", "rank", "cell", NULL};
	int64_t publish = 10, rank = 20, cell = 5;
	if (at->json != NULL && read_object(r, at, keys)) {
		struct node p = node_field(at, "publish"), k = node_field(at, "rank");
		struct node c = node_field(at, "cell");
		read_integer(r, &p, 0, BASE_LIMIT, &publish);
		read_integer(r, &k, 0, BASE_LIMIT, &rank);
		read_integer(r, &c, 0, BASE_LIMIT, &cell);
		if (rank < publish)
			reading_fault(r, k.json != NULL ? &k : at, "out_of_range",
				      "rank not below publish (%d)", (int)publish);
	}
	*made = (struct minimum_base){(int)publish, (int)rank, (int)cell};
}

/** Equal weights where the file gives none; 0 for channels it does not name. */
static const double *read_channel_weights(struct reading *r, const struct node *at,
					  const struct programme *p)
{
	double *weights = reading_take(r, p->channels_len, sizeof(*weights));
	for (size_t i = 0; i < p->channels_len; i++)
		weights[i] = at->json == NULL ? 1 : 0;
	if (at->json != NULL && !cJSON_IsObject(at->json)) {
		reading_fault(r, at, "not_an_object", "an object of channel code and weight");
		return weights;
	}
	const cJSON *json = at->json != NULL ? at->json->child : NULL;
	if (at->json != NULL && json == NULL)
		reading_fault(r, at, "too_few", "the weight of one channel or more");
	for (; json != NULL; json = json->next) {
		struct node weight = {.json = json, .up = at, .key = json->string};
		int channel = programme_find_channel(p, slice_of(json->string));
		if (channel < 0)
			reading_fault(r, &weight, "unknown_channel",
				      "one of the codes in /channels");
		else
			read_number(r, &weight, WEIGHT_LEAST, WEIGHT_MOST, &weights[channel]);
	}
	return weights;
}

static struct slice read_series(struct reading *r, const struct node *at)
{
	return at->json == NULL ? SLICE("") : read_code(r, at);
}

static struct span read_period(struct reading *r, const struct node *at)
{
	static const char *const keys[] = {"from", "until", NULL};
	if (at->json == NULL || !read_object(r, at, keys))
		return (struct span){DAY_NONE, DAY_NONE};
	return read_span(r, at);
}

static void read_series_break(struct reading *r, const struct node *at, struct wave *made)
{
	static const char *const keys[] = {"reason", NULL};
	made->series_break = (struct names){SLICE("{}")};
	if (at->json == NULL || !read_object(r, at, keys))
		return;
	struct node reason = node_field(at, "reason");
	made->series_breaks = true;
	made->series_break = read_names(r, &reason);
}

static unsigned read_counts(struct reading *r, const struct node *list)
{
	unsigned mask = 0;
	size_t len = read_list(r, list, 1, REVIEW_COUNT);
	struct node at = node_first(list);
	for (size_t i = 0; i < len; i++, node_next(&at)) {
		int state = -1;
		read_choice(r, &at, review_states, &state);
		if (state >= 0 && mask & (1u << state))
			reading_fault(r, &at, "duplicate", "each state once");
		else if (state >= 0)
			mask |= 1u << state;
	}
	return mask;
}

static unsigned read_review(struct reading *r, const struct node *at)
{
	static const char *const keys[] = {"counts", NULL};
	struct node counts = {0};
	if (at->json != NULL && read_object(r, at, keys))
		counts = node_field(at, "counts");
	if (counts.json != NULL)
		return read_counts(r, &counts);
	return 1u << REVIEW_SUBMITTED | 1u << REVIEW_APPROVED | 1u << REVIEW_DISPUTED;
}

static void read_prerequisites(struct reading *r, const struct node *list, struct wave *made)
{
	size_t len = read_list(r, list, 0, PREREQUISITES_LIMIT);
	struct slice *codes = reading_take(r, len, sizeof(*codes));
	struct node at = node_first(list);
	for (size_t i = 0; i < len; i++, node_next(&at)) {
		codes[i] = read_code(r, &at);
		fault_if_taken(r, &at, codes[i], codes, i, sizeof(*codes));
	}
	made->prerequisites = codes;
	made->prerequisites_len = len;
}

uint32_t read_prerequisite_mask(struct reading *r, const struct node *list, const struct wave *of)
{
	uint32_t mask = 0;
	size_t len = read_list(r, list, 0, PREREQUISITES_LIMIT);
	struct node at = node_first(list);
	for (size_t i = 0; i < len; i++, node_next(&at)) {
		int place = read_place(r, &at, of->prerequisites, of->prerequisites_len,
				       sizeof(*of->prerequisites), "unknown_prerequisite",
				       "one of the wave's prerequisites");
		if (place >= 0 && mask & (1u << place))
			reading_fault(r, &at, "duplicate", "each prerequisite once");
		else if (place >= 0)
			mask |= 1u << place;
	}
	return mask;
}

static int read_wave_instrument(struct reading *r, const struct node *at, const struct programme *p)
{
	int found = read_place(r, at, p->instruments, p->instruments_len, sizeof(*p->instruments),
			       "unknown_instrument", "one of the codes in /instruments");
	return found < 0 ? 0 : found;
}

/** What its figures are and mean. */
static void read_definition(struct reading *r, const struct node *at, const struct programme *p,
			    struct wave *made)
{
	struct node instrument = node_field(at, "instrument"), level = node_field(at, "level");
	struct node minimum = node_field(at, "minimum_base");
	struct node weights = node_field(at, "channel_weights");
	struct node review = node_field(at, "review");
	made->instrument = read_wave_instrument(r, &instrument, p);
	made->level = 0.95;
	read_number(r, &level, LEVEL_LEAST, LEVEL_MOST, &made->level);
	read_minimum(r, &minimum, &made->minimum);
	made->channel_weights = read_channel_weights(r, &weights, p);
	made->counts = read_review(r, &review);
}

/** Where it stands in its series, and when. */
static void read_course(struct reading *r, const struct node *at, struct wave *made)
{
	struct node series = node_field(at, "series"), period = node_field(at, "period");
	struct node breaks = node_field(at, "series_break");
	struct node before = node_field(at, "before_publication");
	int choice = BEFORE_LIVE;
	made->series = read_series(r, &series);
	made->period = read_period(r, &period);
	read_series_break(r, &breaks, made);
	read_choice(r, &before, before_publication, &choice);
	made->before_publication = (enum before_publication)choice;
}

void read_wave(struct reading *r, const struct node *at, const struct programme *p,
	       struct wave *made)
{
	static const char *const keys[] = {"code",
					   "name",
					   "instrument",
					   "level",
					   "planned_contacts",
					   "minimum_base",
					   "sectors",
					   "contact_hours",
					   "channel_weights",
					   "time_zone",
					   "series",
					   "period",
					   "series_break",
					   "before_publication",
					   "review",
					   "prerequisites",
					   "fieldwork",
					   "awards",
					   NULL};
	made->period = (struct span){DAY_NONE, DAY_NONE};
	if (!read_object(r, at, keys))
		return;
	struct node code = node_field(at, "code"), name = node_field(at, "name");
	struct node planned = node_field(at, "planned_contacts");
	struct node zone = node_field(at, "time_zone"), hours = node_field(at, "contact_hours");
	struct node prerequisites = node_field(at, "prerequisites");
	struct node sectors = node_field(at, "sectors"), fieldwork = node_field(at, "fieldwork");
	struct node awards = node_field(at, "awards");
	int64_t contacts = 0;
	made->code = read_code(r, &code);
	made->name = read_names(r, &name);
	read_definition(r, at, p, made);
	read_course(r, at, made);
	read_integer(r, &planned, 0, PLANNED_CONTACTS_LIMIT, &contacts);
	made->time_zone = read_time_zone(r, &zone);
	made->time_zone_given = zone.json != NULL;
	read_hours(r, &hours, &made->hours);
	read_prerequisites(r, &prerequisites, made);
	read_sectors(r, &sectors, p, contacts, made);
	read_fieldwork(r, &fieldwork, p, &made->fieldwork);
	read_awards(r, &awards, p, made);
}
