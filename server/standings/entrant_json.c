#include "standings/entrant_json.h"

#include "standings/level_json.h"

enum { DAY_BYTES = 16 };

static void day_json(struct json_out *j, const char *key, int32_t day)
{
	struct buf text;

	if (day == DAY_NONE)
		return;
	buf_init(&text, DAY_BYTES);
	day_print(&text, day);
	json_pair_text(j, key, buf_slice(&text));
	buf_fini(&text);
}

static bool starts_after(int32_t from, int32_t until)
{
	return from != DAY_NONE && until != DAY_NONE && from > until;
}

static bool overlap(struct span a, struct span b)
{
	return !starts_after(a.from, b.until) && !starts_after(b.from, a.until);
}

static void operation_json(struct json_out *j, const struct programme *p, const struct operation *o)
{
	json_open_object(j);
	if (o->centre >= 0)
		named_json(j, "centre", p->centres[o->centre].code, p->centres[o->centre].name);
	if (o->country.len > 0)
		json_pair_text(j, "country", o->country);
	json_key(j, "channels");
	json_open_array(j);
	for (size_t c = 0; c < p->channels_len; c++)
		if (o->channels & (1u << c))
			json_text(j, p->channels[c].code);
	json_close_array(j);
	day_json(j, "from", o->span.from);
	day_json(j, "until", o->span.until);
	json_close_object(j);
}

static void operations_json(struct json_out *j, const struct programme *p, struct span period,
			    int company)
{
	json_key(j, "operations");
	json_open_array(j);
	for (size_t i = 0; i < p->operations_len; i++)
		if (p->operations[i].company == company && overlap(p->operations[i].span, period))
			operation_json(j, p, &p->operations[i]);
	json_close_array(j);
}

static void succession_json(struct json_out *j, const struct programme *p,
			    const struct successor *s, int other)
{
	static const char *const kinds[] = {[SUCCESSION_RENAMED] = "renamed",
					    [SUCCESSION_MERGED] = "merged",
					    [SUCCESSION_SPLIT] = "split"};

	json_open_object(j);
	named_json(j, "company", p->companies[other].code, p->companies[other].name);
	json_pair_text(j, "kind", slice_of(kinds[s->kind]));
	day_json(j, "from", s->from);
	json_close_object(j);
}

static void lineage_json(struct json_out *j, const struct programme *p, int company)
{
	json_key(j, "predecessors");
	json_open_array(j);
	for (size_t i = 0; i < p->successors_len; i++)
		if (p->successors[i].company == company)
			succession_json(j, p, &p->successors[i], p->successors[i].of);
	json_close_array(j);
	json_key(j, "successors");
	json_open_array(j);
	for (size_t i = 0; i < p->successors_len; i++)
		if (p->successors[i].of == company)
			succession_json(j, p, &p->successors[i], p->successors[i].company);
	json_close_array(j);
}

void entrant_json(struct json_out *j, const struct programme *p, const struct wave *wave,
		  int company)
{
	static const char *const kinds[] = {[ENTRANT_COMPANY] = "company",
					    [ENTRANT_TEAM] = "team",
					    [ENTRANT_PERSON] = "person"};

	json_pair_text(j, "kind", slice_of(kinds[p->companies[company].kind]));
	operations_json(j, p, wave->period, company);
	lineage_json(j, p, company);
}
