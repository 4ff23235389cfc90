#include "survey/programme_parts.h"

enum { COUNTRY_BYTES = 2 };

/* In the order of enum entrant, enum succession. */
static const char *const entrants[] = {"company", "team", "person", NULL};
static const char *const successions[] = {"renamed", "merged", "split", NULL};

void read_companies(struct reading *r, const struct node *list, struct programme *p)
{
	static const char *const keys[] = {"code", "name", "kind", NULL};
	size_t len = read_list(r, list, 1, PROGRAMME_COMPANIES_LIMIT);
	struct company *companies = reading_take(r, len, sizeof(*companies));
	struct node at = node_first(list);
	for (size_t i = 0; i < len; i++, node_next(&at)) {
		if (!read_object(r, &at, keys))
			continue;
		struct node code = node_field(&at, "code"), name = node_field(&at, "name");
		struct node kind = node_field(&at, "kind");
		int choice = ENTRANT_COMPANY;
		companies[i].code = read_code(r, &code);
		companies[i].name = read_names(r, &name);
		read_choice(r, &kind, entrants, &choice);
		companies[i].kind = (enum entrant)choice;
	}
	p->companies = companies;
	p->companies_len = len;
	size_t slots = programme_slots_for(len);
	programme_index_companies(p, reading_take(r, slots, sizeof(int32_t)), slots);
	at = node_first(list);
	for (size_t i = 0; i < len; i++, node_next(&at)) {
		struct node code = node_field(&at, "code");
		if (companies[i].code.at != NULL &&
		    programme_find_company(p, companies[i].code) != (int)i)
			reading_fault(r, &code, "duplicate", "a code used once");
	}
}

int read_company_code(struct reading *r, const struct node *at, const struct programme *p)
{
	if (!read_given(r, at))
		return -1;
	int company = -1;
	if (cJSON_IsString(at->json))
		company = programme_find_company(p, slice_of(at->json->valuestring));
	if (company < 0)
		reading_fault(r, at, "unknown_company", "one of the codes in /companies");
	return company;
}

void read_centres(struct reading *r, const struct node *list, struct programme *p)
{
	static const char *const keys[] = {"code", "name", NULL};
	size_t len = read_list(r, list, 0, PROGRAMME_CENTRES_LIMIT);
	struct centre *centres = reading_take(r, len, sizeof(*centres));
	struct node at = node_first(list);
	for (size_t i = 0; i < len; i++, node_next(&at)) {
		if (!read_object(r, &at, keys))
			continue;
		struct node code = node_field(&at, "code"), name = node_field(&at, "name");
		centres[i].code = read_code(r, &code);
		centres[i].name = read_names(r, &name);
		fault_if_taken(r, &code, centres[i].code, centres, i, sizeof(*centres));
	}
	p->centres = centres;
	p->centres_len = len;
}

static bool is_country(const char *text)
{
	for (int i = 0; i < COUNTRY_BYTES; i++)
		if (text[i] < 'A' || text[i] > 'Z')
			return false;
	return text[COUNTRY_BYTES] == '\0';
}

static struct slice read_country(struct reading *r, const struct node *at)
{
	if (at->json == NULL)
		return SLICE_NONE;
	if (cJSON_IsString(at->json) && is_country(at->json->valuestring))
		return read_text(r, at, COUNTRY_BYTES);
	reading_fault(r, at, "not_a_country", "two capital letters of ISO 3166-1, \"NO\"");
	return SLICE_NONE;
}

static void read_operation(struct reading *r, const struct node *at, const struct programme *p,
			   struct operation *made)
{
	static const char *const keys[] = {"company", "centre", "country", "channels",
					   "from",    "until",	NULL};
	made->centre = -1;
	if (!read_object(r, at, keys))
		return;
	struct node company = node_field(at, "company"), centre = node_field(at, "centre");
	struct node country = node_field(at, "country"), channels = node_field(at, "channels");
	made->company = read_company_code(r, &company, p);
	if (centre.json != NULL)
		made->centre = read_place(r, &centre, p->centres, p->centres_len,
					  sizeof(*p->centres), "unknown_centre",
					  "one of the codes in /centres");
	made->country = read_country(r, &country);
	made->channels = read_channel_mask(r, &channels, p);
	made->span = read_span(r, at);
	if (centre.json == NULL && country.json == NULL)
		reading_fault(r, at, "missing", "a centre, a country or both");
}

void read_operations(struct reading *r, const struct node *list, struct programme *p)
{
	size_t len = read_list(r, list, 0, PROGRAMME_OPERATIONS_LIMIT);
	struct operation *operations = reading_take(r, len, sizeof(*operations));
	struct node at = node_first(list);
	for (size_t i = 0; i < len; i++, node_next(&at))
		read_operation(r, &at, p, &operations[i]);
	p->operations = operations;
	p->operations_len = len;
}

/** The records read so far as a graph: from a company to those it stands in for. */
struct lineage {
	const struct successor *records;
	int *first; /**< per company: its latest record, -1 = none */
	int *next;  /**< per record: the one before it of the same company */
	int *way;   /**< companies still to be looked at */
	int *seen;  /**< per company: the search that has met it */
};

/** `company` is `of` or stands, by the records so far, somewhere before it. */
static bool comes_from(struct lineage *l, int search, int of, int company)
{
	size_t len = 0;
	l->seen[of] = search;
	l->way[len++] = of;
	while (len > 0) {
		int at = l->way[--len];
		if (at == company)
			return true;
		for (int s = l->first[at]; s >= 0; s = l->next[s]) {
			int before = l->records[s].of;
			if (l->seen[before] == search)
				continue;
			l->seen[before] = search;
			l->way[len++] = before;
		}
	}
	return false;
}

static bool has_record(const struct lineage *l, const struct successor *made)
{
	for (int s = l->first[made->company]; s >= 0; s = l->next[s])
		if (l->records[s].of == made->of)
			return true;
	return false;
}

static void read_successor(struct reading *r, const struct node *at, const struct programme *p,
			   struct successor *made)
{
	static const char *const keys[] = {"company", "of", "kind", "from", NULL};
	made->company = made->of = -1;
	if (!read_object(r, at, keys))
		return;
	struct node company = node_field(at, "company"), of = node_field(at, "of");
	struct node kind = node_field(at, "kind"), from = node_field(at, "from");
	int choice = SUCCESSION_RENAMED;
	made->company = read_company_code(r, &company, p);
	made->of = read_company_code(r, &of, p);
	if (read_given(r, &kind))
		read_choice(r, &kind, successions, &choice);
	made->kind = (enum succession)choice;
	if (read_given(r, &from))
		made->from = read_day(r, &from);
}

/** Takes record `i` into the graph, or leaves it out with a fault. */
static void follow(struct reading *r, const struct node *at, struct lineage *l, size_t i)
{
	const struct successor *made = &l->records[i];
	if (made->company < 0 || made->of < 0)
		return;
	struct node of = node_field(at, "of");
	if (has_record(l, made)) {
		reading_fault(r, at, "duplicate", "a company and the one before it once");
	} else if (comes_from(l, (int)i + 1, made->of, made->company)) {
		reading_fault(r, &of, "cycle",
			      "a company that does not itself come from \"company\"");
	} else {
		l->next[i] = l->first[made->company];
		l->first[made->company] = (int)i;
	}
}

void read_successors(struct reading *r, const struct node *list, struct programme *p)
{
	size_t len = read_list(r, list, 0, PROGRAMME_SUCCESSORS_LIMIT);
	struct successor *successors = reading_take(r, len, sizeof(*successors));
	p->successors = successors;
	p->successors_len = len;
	if (len == 0)
		return;
	struct lineage l = {.records = successors};
	l.first = reading_take(r, p->companies_len, sizeof(int));
	l.next = reading_take(r, len, sizeof(int));
	l.way = reading_take(r, p->companies_len, sizeof(int));
	l.seen = reading_take(r, p->companies_len, sizeof(int));
	for (size_t i = 0; i < p->companies_len; i++)
		l.first[i] = -1;
	struct node at = node_first(list);
	for (size_t i = 0; i < len; i++, node_next(&at)) {
		read_successor(r, &at, p, &successors[i]);
		follow(r, &at, &l, i);
	}
}
