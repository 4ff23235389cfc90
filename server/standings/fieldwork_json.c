#include "base/clock.h"
#include "standings/fieldwork.h"
#include "standings/level_json.h"
#include "survey/breach.h"

static const struct {
	const char *word, *from, *until;
} parts[DAY_PART_COUNT] = {
#define X(name, word, from, until) {word, from, until},
	DAY_PARTS(X)
#undef X
};

static void pair_instant(struct json_out *j, const char *key, int64_t instant)
{
	struct buf text;
	if (instant == CLOCK_NO_INSTANT) {
		json_pair_null(j, key);
		return;
	}
	buf_init(&text, 64);
	clock_print(&text, instant);
	json_pair_text(j, key, buf_slice(&text));
	buf_fini(&text);
}

static void definition(struct json_out *j, const struct fieldwork *f)
{
	json_key(j, "definition");
	json_open_object(j);
	json_pair_text(j, "time_zone", f->wave->time_zone);
	json_pair_text(j, "made", SLICE("results stored but those returned or excluded"));
	json_pair_text(j, "completed", SLICE("made up to the plan of each company or channel"));
	json_pair_text(j, "completion_percent", SLICE("100 completed / planned"));
	json_pair_text(j, "split", SLICE("largest_remainder"));
	json_key(j, "day_parts");
	json_open_array(j);
	for (int d = 0; d < DAY_PART_COUNT; d++) {
		json_open_object(j);
		json_pair_text(j, "part", slice_of(parts[d].word));
		json_pair_text(j, "from", slice_of(parts[d].from));
		json_pair_text(j, "until", slice_of(parts[d].until));
		json_close_object(j);
	}
	json_close_array(j);
	json_close_object(j);
}

/** A number of contacts that only a plan gives a meaning. */
static void json_planned(struct json_out *j, const char *key, const struct progress *p,
			 int64_t contacts)
{
	if (p->is_planned)
		json_pair_int(j, key, contacts);
	else
		json_undefined(j, key, REASON_NOT_PLANNED);
}

/** Members of the object that is open. */
static void progress(struct json_out *j, const struct progress *p)
{
	json_planned(j, "planned", p, p->planned);
	json_pair_int(j, "made", p->made);
	json_pair_int(j, "answered", p->answered);
	json_planned(j, "left", p, p->planned - p->completed);
	json_planned(j, "over_plan", p, p->made - p->completed);
	json_figure(j, "completion_percent", progress_completion_percent(p), REASON_NOT_PLANNED);
}

/** Those with a plan or a result. */
static void channels(struct json_out *j, const struct fieldwork *f, const struct progress *list)
{
	const struct programme *p = f->source.programme;
	json_key(j, "channels");
	json_open_array(j);
	for (size_t c = 0; c < p->channels_len; c++) {
		if (!progress_is_any(&list[c]))
			continue;
		json_open_object(j);
		json_pair_text(j, "channel", p->channels[c].code);
		progress(j, &list[c]);
		json_close_object(j);
	}
	json_close_array(j);
}

static void day_parts(struct json_out *j, const struct progress *p)
{
	int64_t unknown = p->made;
	json_key(j, "day_parts");
	json_open_object(j);
	for (int d = 0; d < DAY_PART_COUNT; d++) {
		json_pair_int(j, parts[d].word, p->day_parts[d]);
		unknown -= p->day_parts[d];
	}
	json_pair_int(j, "unknown", unknown);
	json_close_object(j);
}

static void review(struct json_out *j, const struct progress *p)
{
	json_key(j, "review");
	json_open_object(j);
	for (int s = 0; s < REVIEW_COUNT; s++)
		json_pair_int(j, review_state_name((enum review_state)s), p->results[s]);
	json_close_object(j);
}

static void whole(struct json_out *j, const struct fieldwork *f, const struct progress *p,
		  const struct progress *by_channel)
{
	progress(j, p);
	channels(j, f, by_channel);
	day_parts(j, p);
	review(j, p);
}

static void companies(struct json_out *j, const struct fieldwork *f, int sector)
{
	json_key(j, "companies");
	json_open_array(j);
	for (size_t i = 0; i < f->companies_len; i++) {
		const struct company_progress *c = &f->companies[i];
		if (c->sector != sector)
			continue;
		const struct company *company = &f->source.programme->companies[c->company];
		json_open_object(j);
		named_json(j, "company", company->code, company->name);
		whole(j, f, &c->whole, c->channels);
		json_close_object(j);
	}
	json_close_array(j);
}

static void sectors(struct json_out *j, const struct fieldwork *f)
{
	size_t stride = f->source.programme->channels_len;
	json_key(j, "sectors");
	json_open_array(j);
	for (size_t s = 0; s < f->wave->sectors_len; s++) {
		const struct sector *sector = &f->wave->sectors[s];
		if (f->source.sector >= 0 && (size_t)f->source.sector != s)
			continue;
		json_open_object(j);
		named_json(j, "sector", sector->code, sector->name);
		whole(j, f, &f->sectors[s], &f->sectors_channels[s * stride]);
		companies(j, f, (int)s);
		json_close_object(j);
	}
	json_close_array(j);
}

static void spread(struct json_out *j, const struct fieldwork_source *s)
{
	json_key(j, "spread");
	json_open_object(j);
	json_key(j, "weekdays");
	json_open_array(j);
	for (int d = 0; d < WEEKDAYS; d++) {
		json_open_array(j);
		for (int h = 0; h < HOURS; h++)
			json_int(j, s->spread[d][h]);
		json_close_array(j);
	}
	json_close_array(j);
	json_pair_int(j, "unknown", s->spread_unknown);
	json_close_object(j);
}

static void rules(struct json_out *j, const struct fieldwork *f)
{
	json_key(j, "rules");
	json_open_array(j);
	for (int b = 0; b < BREACH_COUNT; b++) {
		json_open_object(j);
		json_pair_text(j, "rule", slice_of(breach_code((enum breach)b)));
		json_pair_text(j, "words", slice_of(breach_words((enum breach)b)));
		json_pair_text(j, "action",
			       slice_of(breach_action_name(f->wave->fieldwork.action[b])));
		json_pair_int(j, "results", f->source.breaches[b].results);
		json_pair_int(j, "excluded", f->source.breaches[b].excluded);
		json_close_object(j);
	}
	json_close_array(j);
}

static void breach(struct json_out *j, const struct fieldwork *f, const struct fieldwork_breach *b)
{
	json_open_object(j);
	json_pair_text(j, "result_id", b->result_id);
	json_pair_text(j, "company", f->source.programme->companies[b->company].code);
	if (b->shopper.at != NULL)
		json_pair_text(j, "shopper", b->shopper);
	else
		json_pair_null(j, "shopper");
	json_pair_text(j, "rule", slice_of(breach_code(b->rule)));
	json_pair_text(j, "action",
		       slice_of(breach_action_name(f->wave->fieldwork.action[b->rule])));
	json_pair_text(j, "status", slice_of(review_state_name(b->status)));
	pair_instant(j, "contacted_at", b->contacted_at);
	json_close_object(j);
}

static void breaches(struct json_out *j, const struct fieldwork *f)
{
	json_key(j, "breaches");
	json_open_object(j);
	rules(j, f);
	json_key(j, "data");
	json_open_array(j);
	for (size_t i = 0; i < f->source.page_len; i++)
		breach(j, f, &f->source.page[i]);
	json_close_array(j);
	if (f->source.next_cursor.at != NULL)
		json_pair_text(j, "next_cursor", f->source.next_cursor);
	else
		json_pair_null(j, "next_cursor");
	json_close_object(j);
}

void fieldwork_json(const struct fieldwork *f, struct buf *to)
{
	const struct fieldwork_source *s = &f->source;
	struct json_out j = json_out_on(to);
	json_open_object(&j);
	json_pair_text(&j, "programme", s->programme->code);
	json_pair_text(&j, "wave", f->wave->code);
	json_pair_text(&j, "state", s->state);
	pair_instant(&j, "as_of", s->as_of);
	definition(&j, f);
	json_key(&j, "totals");
	json_open_object(&j);
	whole(&j, f, &f->whole, f->channels);
	json_close_object(&j);
	sectors(&j, f);
	spread(&j, s);
	breaches(&j, f);
	json_close_object(&j);
}
