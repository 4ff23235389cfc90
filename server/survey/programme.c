#include "survey/programme_parts.h"

#include "base/hash.h"
#include "decode/json_scan.h"

/* What a file of 4 MiB can become: four numbers a company and wave are the most of it. */
enum { MEMORY_LIMIT = 128 * 1024 * 1024 };

static void read_channels(struct reading *r, const struct node *list, struct programme *p)
{
	static const char *const keys[] = {"code", "name", NULL};
	size_t len = read_list(r, list, 1, PROGRAMME_CHANNELS_LIMIT);
	struct channel *channels = reading_take(r, len, sizeof(*channels));
	struct node at = node_first(list);
	for (size_t i = 0; i < len; i++, node_next(&at)) {
		if (!read_object(r, &at, keys))
			continue;
		struct node code = node_field(&at, "code"), name = node_field(&at, "name");
		channels[i].code = read_code(r, &code);
		channels[i].name = read_names(r, &name);
		fault_if_taken(r, &code, channels[i].code, channels, i, sizeof(*channels));
	}
	p->channels = channels;
	p->channels_len = len;
}

static void read_instruments(struct reading *r, const struct node *list, struct programme *p)
{
	size_t len = read_list(r, list, 1, PROGRAMME_INSTRUMENTS_LIMIT);
	struct instrument *instruments = reading_take(r, len, sizeof(*instruments));
	struct node at = node_first(list);
	for (size_t i = 0; i < len; i++, node_next(&at)) {
		read_instrument(r, &at, p, &instruments[i]);
		struct node code = node_field(&at, "code");
		fault_if_taken(r, &code, instruments[i].code, instruments, i, sizeof(*instruments));
	}
	p->instruments = instruments;
	p->instruments_len = len;
}

/** The zone of a wave: an earlier wave's of that name, else a new one. */
static void hold_zone(struct reading *r, const struct node *at, struct programme *p,
		      struct wave *waves, size_t i)
{
	for (size_t before = 0; before < i; before++)
		if (slice_equal(waves[before].time_zone, waves[i].time_zone))
			waves[i].zone = waves[before].zone;
	if (waves[i].zone != NULL || waves[i].time_zone.len == 0)
		return;
	struct zone *zone = zone_new(waves[i].time_zone);
	if (zone == NULL) {
		reading_fault(r, at, "not_a_time_zone",
			      "a name of the time zone database, \"Europe/Oslo\"");
		return;
	}
	waves[i].zone = p->zones[p->zones_len++] = zone;
}

/** Waves of one series stand in the order of time, as far as their periods tell. */
static void check_order(struct reading *r, const struct node *at, const struct programme *p, int i)
{
	int before = programme_wave_before(p, i);
	struct node period = node_field(at, "period"), from = node_field(&period, "from");
	if (before >= 0 && p->waves[before].period.from != DAY_NONE &&
	    p->waves[i].period.from != DAY_NONE &&
	    p->waves[i].period.from < p->waves[before].period.from)
		reading_fault(r, &from, "out_of_range",
			      "not before the period of the wave before in its series");
}

static void read_waves(struct reading *r, const struct node *list, struct programme *p)
{
	size_t len = read_list(r, list, 1, PROGRAMME_WAVES_LIMIT);
	struct wave *waves = reading_take(r, len, sizeof(*waves));
	struct node at = node_first(list);
	p->waves = waves;
	p->zones = reading_take(r, len, sizeof(struct zone *));
	for (size_t i = 0; i < len; i++, node_next(&at)) {
		read_wave(r, &at, p, &waves[i]);
		struct node code = node_field(&at, "code"), zone = node_field(&at, "time_zone");
		fault_if_taken(r, &code, waves[i].code, waves, i, sizeof(*waves));
		hold_zone(r, &zone, p, waves, i);
		check_order(r, &at, p, (int)i);
	}
	p->waves_len = len;
}

static void read_programme(struct reading *r, const cJSON *tree, struct programme *p)
{
	static const char *const keys[] = {"programme", "name",	      "channels",   "companies",
					   "centres",	"operations", "successors", "instruments",
					   "holidays",	"waves",      "combined",   NULL};
	struct node root = {.json = tree};
	if (!read_object(r, &root, keys))
		return;
	struct node code = node_field(&root, "programme"), name = node_field(&root, "name");
	struct node channels = node_field(&root, "channels");
	struct node companies = node_field(&root, "companies");
	struct node centres = node_field(&root, "centres");
	struct node operations = node_field(&root, "operations");
	struct node successors = node_field(&root, "successors");
	struct node instruments = node_field(&root, "instruments");
	struct node holidays = node_field(&root, "holidays");
	struct node waves = node_field(&root, "waves"), combined = node_field(&root, "combined");
	p->code = read_code(r, &code);
	p->name = read_names(r, &name);
	read_channels(r, &channels, p);
	read_companies(r, &companies, p);
	read_centres(r, &centres, p);
	read_operations(r, &operations, p);
	read_successors(r, &successors, p);
	read_instruments(r, &instruments, p);
	read_holidays(r, &holidays, p);
	peek_combined(r, &combined, p);
	read_waves(r, &waves, p);
	read_combined(r, &combined, p);
}

/** One fault about the text as a whole. */
static void fault_text(struct reading *r, const char *code, const char *words)
{
	struct node root = {0};
	reading_fault(r, &root, code, "%s", words);
}

static void read_text_of_file(struct reading *r, struct slice json, struct programme *p)
{
	struct trouble why = {0};
	if (json.len > PROGRAMME_BYTES_LIMIT) {
		fault_text(r, "too_large", "a file of 4 MiB at most");
		return;
	}
	if (json_check(json, JSON_DEPTH, JSON_KEYS, &why) < 0) {
		fault_text(r, "not_json", why.words);
		return;
	}
	p->source = arena_copy(&p->arena, json);
	must(p->source.at != NULL);
	p->source_hash = hash_bytes(p->source);
	cJSON *tree = cJSON_ParseWithLength(p->source.at, p->source.len);
	if (tree == NULL) {
		/* not covered: json_check() let it pass. A cJSON without the fix of
		 * CVE-2023-26819 cuts numbers after 63 characters and ends here. */
		fault_text(r, "not_json", "a JSON document with numbers of ordinary length");
		return;
	}
	read_programme(r, tree, p);
	cJSON_Delete(tree);
}

enum status programme_parse(struct slice json, struct arena *arena, struct programme **made,
			    struct programme_faults *faults)
{
	struct programme *p = memory_new(sizeof(*p));
	arena_init(&p->arena, MEMORY_LIMIT);
	struct reading r = {.memory = &p->arena, .words = arena};
	read_text_of_file(&r, json, p);
	*made = NULL;
	*faults = (struct programme_faults){r.faults, r.len, r.total};
	if (r.total == 0) {
		*made = p;
		return OK;
	}
	programme_free(p);
	return r.over ? E_LIMIT : E_INPUT;
}

void programme_free(struct programme *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < p->zones_len; i++)
		zone_free(p->zones[i]);
	arena_fini(&p->arena);
	memory_free(p);
}

void programme_faults_json(const struct programme_faults *faults, struct json_out *j)
{
	json_open_array(j);
	for (size_t i = 0; i < faults->len; i++) {
		json_open_object(j);
		json_pair_text(j, "pointer", faults->at[i].pointer);
		json_pair_text(j, "code", slice_of(faults->at[i].code));
		json_pair_text(j, "expected", faults->at[i].expected);
		json_close_object(j);
	}
	json_close_array(j);
}
