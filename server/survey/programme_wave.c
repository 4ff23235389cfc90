#include "survey/programme_parts.h"

enum { TIME_ZONE_BYTES = 64, MINUTES_A_DAY = 24 * 60, BASE_LIMIT = 1000000 };
#define LEVEL_LEAST  0.5
#define LEVEL_MOST   0.9999
#define WEIGHT_LEAST 1e-6
#define WEIGHT_MOST  1e6

/** What a wave's sectors fill together: which company is where, and its plan. */
struct field {
	const struct programme *p;
	int *sector_of;
	int *planned_contacts;
	int64_t planned; /**< where a company has no plan of its own */
};

/** "09:00"; 24:00 ends a day. */
static bool is_time(const char *text, int *minute)
{
	if (strlen(text) != 5 || text[2] != ':')
		return false;
	for (int i = 0; i < 5; i++)
		if (i != 2 && (text[i] < '0' || text[i] > '9'))
			return false;
	int hours = (text[0] - '0') * 10 + text[1] - '0';
	int minutes = (text[3] - '0') * 10 + text[4] - '0';
	*minute = hours * 60 + minutes;
	return minutes < 60 && *minute <= MINUTES_A_DAY;
}

static int read_time(struct reading *r, const struct node *at)
{
	int minute = -1;
	if (read_given(r, at) &&
	    (!cJSON_IsString(at->json) || !is_time(at->json->valuestring, &minute))) {
		reading_fault(r, at, "not_a_time", "a time of day, \"09:00\"");
		return -1;
	}
	return minute;
}

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
	if (at->json == NULL)
		return SLICE("UTC");
	struct slice zone = read_text(r, at, TIME_ZONE_BYTES);
	for (size_t i = 0; i < zone.len; i++) {
		char c = zone.at[i];
		if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		    c == '_' || c == '/' || c == '+' || c == '-')
			continue;
		reading_fault(r, at, "not_a_time_zone",
			      "a name of the time zone database, \"Europe/Oslo\"");
		break;
	}
	return zone;
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

/** A company of a sector: its code alone, or with a plan of its own. Its index, or -1. */
static int read_member(struct reading *r, const struct node *at, struct field *f)
{
	static const char *const keys[] = {"company", "planned_contacts", NULL};
	struct node code = *at, planned = {0};
	if (cJSON_IsObject(at->json)) {
		read_object(r, at, keys);
		code = node_field(at, "company");
		planned = node_field(at, "planned_contacts");
	}
	if (!read_given(r, &code))
		return -1;
	int company = -1;
	if (cJSON_IsString(code.json))
		company = programme_find_company(f->p, slice_of(code.json->valuestring));
	if (company < 0) {
		reading_fault(r, &code, "unknown_company", "one of the codes in /companies");
		return -1;
	}
	if (f->sector_of[company] >= 0) {
		reading_fault(r, &code, "duplicate", "a company once in a wave");
		return -1;
	}
	int64_t contacts = f->planned;
	read_integer(r, &planned, 0, PLANNED_CONTACTS_LIMIT, &contacts);
	f->planned_contacts[company] = (int)contacts;
	return company;
}

static void read_sector(struct reading *r, const struct node *at, struct field *f, int index,
			struct sector *made)
{
	static const char *const keys[] = {"code", "name", "companies", NULL};
	if (!read_object(r, at, keys))
		return;
	struct node code = node_field(at, "code"), name = node_field(at, "name");
	struct node list = node_field(at, "companies");
	made->code = read_code(r, &code);
	made->name = read_names(r, &name);
	size_t len = read_list(r, &list, 1, PROGRAMME_COMPANIES_LIMIT);
	int *companies = reading_take(r, len, sizeof(*companies));
	struct node member = node_first(&list);
	for (size_t i = 0; i < len; i++, node_next(&member)) {
		int company = read_member(r, &member, f);
		if (company < 0)
			continue;
		f->sector_of[company] = index;
		companies[made->companies_len++] = company;
	}
	made->companies = companies;
}

static void read_sectors(struct reading *r, const struct node *list, const struct programme *p,
			 int64_t planned, struct wave *made)
{
	struct field f = {.p = p, .planned = planned};
	f.sector_of = reading_take(r, p->companies_len, sizeof(int));
	f.planned_contacts = reading_take(r, p->companies_len, sizeof(int));
	for (size_t i = 0; i < p->companies_len; i++)
		f.sector_of[i] = -1;
	size_t len = read_list(r, list, 1, PROGRAMME_SECTORS_LIMIT);
	struct sector *sectors = reading_take(r, len, sizeof(*sectors));
	struct node at = node_first(list);
	for (size_t i = 0; i < len; i++, node_next(&at)) {
		read_sector(r, &at, &f, (int)i, &sectors[i]);
		struct node code = node_field(&at, "code");
		fault_if_taken(r, &code, sectors[i].code, sectors, i, sizeof(*sectors));
	}
	made->sectors = sectors;
	made->sectors_len = len;
	made->sector_of = f.sector_of;
	made->planned_contacts = f.planned_contacts;
}

static int read_wave_instrument(struct reading *r, const struct node *at, const struct programme *p)
{
	if (!read_given(r, at))
		return 0;
	int found = -1;
	if (cJSON_IsString(at->json))
		found = code_find(p->instruments, p->instruments_len, sizeof(*p->instruments),
				  slice_of(at->json->valuestring));
	if (found >= 0)
		return found;
	reading_fault(r, at, "unknown_instrument", "one of the codes in /instruments");
	return 0;
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
					   NULL};
	if (!read_object(r, at, keys))
		return;
	struct node code = node_field(at, "code"), name = node_field(at, "name");
	struct node instrument = node_field(at, "instrument"), level = node_field(at, "level");
	struct node planned = node_field(at, "planned_contacts");
	struct node minimum = node_field(at, "minimum_base");
	struct node weights = node_field(at, "channel_weights");
	struct node zone = node_field(at, "time_zone"), hours = node_field(at, "contact_hours");
	struct node sectors = node_field(at, "sectors");
	int64_t contacts = 0;
	made->code = read_code(r, &code);
	made->name = read_names(r, &name);
	made->instrument = read_wave_instrument(r, &instrument, p);
	made->level = 0.95;
	made->counts = 1u << REVIEW_SUBMITTED | 1u << REVIEW_APPROVED | 1u << REVIEW_DISPUTED;
	read_number(r, &level, LEVEL_LEAST, LEVEL_MOST, &made->level);
	read_integer(r, &planned, 0, PLANNED_CONTACTS_LIMIT, &contacts);
	read_minimum(r, &minimum, &made->minimum);
	made->channel_weights = read_channel_weights(r, &weights, p);
	made->time_zone = read_time_zone(r, &zone);
	read_hours(r, &hours, &made->hours);
	read_sectors(r, &sectors, p, contacts, made);
}
