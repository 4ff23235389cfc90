#include "survey/programme_parts.h"

/** What a wave's sectors fill together: which company is where, its plan and what it has. */
struct field {
	const struct programme *p;
	const struct wave *wave; /**< its prerequisites are there */
	int *sector_of;
	int *planned_contacts;
	uint32_t *channels_of;
	uint32_t *fulfils;
	int64_t planned; /**< where a company has no plan of its own */
};

/** What an object says about a company besides its code. */
static void read_entry(struct reading *r, const struct node *at, struct field *f, int company)
{
	struct node planned = node_field(at, "planned_contacts");
	struct node channels = node_field(at, "channels"), fulfils = node_field(at, "fulfils");
	int64_t contacts = f->planned;
	read_integer(r, &planned, 0, PLANNED_CONTACTS_LIMIT, &contacts);
	f->planned_contacts[company] = (int)contacts;
	f->channels_of[company] = read_channel_mask(r, &channels, f->p);
	f->fulfils[company] = read_prerequisite_mask(r, &fulfils, f->wave);
}

/** A company of a sector: its code alone, or with a plan of its own. Its index, or -1. */
static int read_member(struct reading *r, const struct node *at, struct field *f)
{
	static const char *const keys[] = {"company", "planned_contacts", "channels", "fulfils",
					   NULL};
	bool alone = !cJSON_IsObject(at->json);
	struct node code = *at;
	if (!alone) {
		read_object(r, at, keys);
		code = node_field(at, "company");
	}
	int company = read_company_code(r, &code, f->p);
	if (company < 0)
		return -1;
	if (f->sector_of[company] >= 0) {
		reading_fault(r, &code, "duplicate", "a company once in a wave");
		return -1;
	}
	f->planned_contacts[company] = (int)f->planned;
	if (!alone)
		read_entry(r, at, f, company);
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

void read_sectors(struct reading *r, const struct node *list, const struct programme *p,
		  int64_t planned, struct wave *made)
{
	struct field f = {.p = p, .wave = made, .planned = planned};
	struct node all = {0};
	f.sector_of = reading_take(r, p->companies_len, sizeof(int));
	f.planned_contacts = reading_take(r, p->companies_len, sizeof(int));
	f.channels_of = reading_take(r, p->companies_len, sizeof(uint32_t));
	f.fulfils = reading_take(r, p->companies_len, sizeof(uint32_t));
	for (size_t i = 0; i < p->companies_len; i++) {
		f.sector_of[i] = -1;
		f.channels_of[i] = read_channel_mask(r, &all, p);
	}
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
	made->channels_of = f.channels_of;
	made->fulfils = f.fulfils;
}
