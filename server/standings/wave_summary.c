#include "standings/wave_summary.h"

#include "standings/metric.h"

struct making {
	struct roster roster;
	struct arena scratch; /**< rewound after every company */
	struct wave_summary *to;
};

static bool has_column(const struct wave_summary *s, struct summary_column c)
{
	for (size_t i = 0; i < s->columns_len; i++)
		if (s->columns[i].metric == c.metric && s->columns[i].area == c.area &&
		    s->columns[i].channel == c.channel)
			return true;
	return false;
}

static void add_column(struct wave_summary *s, enum award_metric metric, int area, int channel)
{
	struct summary_column column = {metric, area, channel};

	if (!has_column(s, column))
		s->columns[s->columns_len++] = column;
}

static void add_channel(struct wave_summary *s, int channel)
{
	for (size_t i = 0; i < s->channels_len; i++)
		if (s->channels[i] == channel)
			return;
	s->channels[s->channels_len++] = channel;
}

/** A score in a channel comes with the answered contacts: its interval is made of both. */
static void add_award(struct wave_summary *s, const struct award *a)
{
	bool of_figure = a->kind == AWARD_LINE || a->kind == AWARD_RANK;

	if (!of_figure || a->metric == AWARD_COMBINED || a->channel < 0)
		return;
	add_channel(s, a->channel);
	add_column(s, a->metric, a->metric == AWARD_AREA ? a->area : SUMMARY_NO_AREA, a->channel);
	if (a->metric == AWARD_SCORE)
		add_column(s, AWARD_ANSWERED, SUMMARY_NO_AREA, a->channel);
}

static enum status choose_columns(struct making *m)
{
	static const enum award_metric of_all[] = {AWARD_SCORE, AWARD_ANSWERED, AWARD_NPS,
						   AWARD_CSAT, AWARD_CES};
	const struct wave *w = m->roster.wave;
	size_t areas = m->roster.instrument->areas_len;
	struct wave_summary *s = m->to;
	size_t most = COUNT_OF(of_all) + areas + 2 * w->awards_len;

	s->columns = arena_take_array(&s->arena, most, sizeof(*s->columns));
	s->channels = arena_take_array(&s->arena, w->awards_len + 1, sizeof(*s->channels));
	if (s->columns == NULL || s->channels == NULL)
		return E_LIMIT;
	add_channel(s, SUMMARY_ALL_CHANNELS);
	for (size_t i = 0; i < COUNT_OF(of_all); i++)
		add_column(s, of_all[i], SUMMARY_NO_AREA, SUMMARY_ALL_CHANNELS);
	for (size_t i = 0; i < areas; i++)
		add_column(s, AWARD_AREA, (int)i, SUMMARY_ALL_CHANNELS);
	for (size_t i = 0; i < w->awards_len; i++)
		add_award(s, &w->awards[i]);
	return OK;
}

static enum status take_room(struct making *m)
{
	struct wave_summary *s = m->to;
	const struct programme *p = m->roster.programme;

	s->len = m->roster.len;
	s->place_of_len = p->companies_len;
	s->companies = arena_take_array(&s->arena, s->len + 1, sizeof(*s->companies));
	s->place_of = arena_take_array(&s->arena, s->place_of_len + 1, sizeof(*s->place_of));
	s->bases = arena_take_array(&s->arena, (s->len + 1) * s->channels_len, sizeof(*s->bases));
	s->sums = arena_take_array(&s->arena, (s->len + 1) * s->columns_len, sizeof(*s->sums));
	if (s->companies == NULL || s->place_of == NULL || s->bases == NULL || s->sums == NULL)
		return E_LIMIT;
	for (size_t i = 0; i < s->place_of_len; i++)
		s->place_of[i] = -1;
	for (size_t i = 0; i < s->len; i++) {
		s->companies[i].company = m->roster.at[i].company;
		s->companies[i].sector = m->roster.at[i].sector;
		s->place_of[s->companies[i].company] = (int32_t)i;
	}
	return OK;
}

/** The cells of a company in one channel, or all, and what their contacts answered. */
struct part {
	const struct tally_cell *first;
	size_t len;
	struct answers answers;
};

static enum status area_sums(struct making *m, const struct part *part, int area, struct sums *sums)
{
	struct answers answers;
	enum status st = answers_of_run(&m->roster, part->first, part->len, 0, area, &m->scratch,
					&answers);

	if (st == OK)
		*sums = counts_sums(answers.area);
	return st;
}

static enum status column_sums(struct making *m, const struct part *part,
			       struct summary_column column, struct sums *sums)
{
	static const enum board_metric of_board[] = {[AWARD_SCORE] = BOARD_SCORE,
						     [AWARD_NPS] = BOARD_NPS,
						     [AWARD_CSAT] = BOARD_CSAT,
						     [AWARD_CES] = BOARD_CES};
	struct board_query query = {0};
	struct metric metric;

	if (column.metric == AWARD_AREA)
		return area_sums(m, part, column.area, sums);
	if (column.metric == AWARD_ANSWERED) {
		*sums = counts_sums(part->answers.answered_score);
		return OK;
	}
	must(column.metric < COUNT_OF(of_board));
	query.metric = of_board[column.metric];
	metric = metric_of(&m->roster, &query);
	*sums = metric_sums(&metric, &part->answers);
	return OK;
}

static struct summary_sums in_less_room(struct sums s)
{
	must(s.s1 >= INT64_MIN && s.s1 <= INT64_MAX && s.s2 <= INT64_MAX);
	return (struct summary_sums){s.n, (int64_t)s.s1, (int64_t)s.s2};
}

static enum status fill_channel(struct making *m, size_t place, size_t at)
{
	struct wave_summary *s = m->to;
	const struct roster_company *c = &m->roster.at[place];
	struct roster_base base = roster_base_of(&m->roster, c, s->channels[at]);
	struct part part;
	enum status st;

	part.len = roster_cells(c, s->channels[at], &part.first);
	st = answers_of_run(&m->roster, part.first, part.len, ANSWERS_ALL, ANSWERS_NO_AREA,
			    &m->scratch, &part.answers);
	s->bases[place * s->channels_len + at] = (struct summary_base){
		base.contacts, part.answers.answered, base.status};
	for (size_t i = 0; st == OK && i < s->columns_len; i++) {
		struct sums sums = {0};

		if (s->columns[i].channel != s->channels[at])
			continue;
		st = column_sums(m, &part, s->columns[i], &sums);
		s->sums[place * s->columns_len + i] = in_less_room(sums);
	}
	return st;
}

static void count_item(struct summary_company *c, const struct item *item,
		       const struct histogram *h)
{
	for (size_t b = 0; b < h->len; b++) {
		enum conformity said = item_conformity(item, (int16_t)h->bins[b].value);

		if (said == CONFORMITY_MINOR)
			c->minor += h->bins[b].count;
		else if (said == CONFORMITY_MAJOR)
			c->major += h->bins[b].count;
	}
}

static void count_nonconformities(struct making *m, size_t place)
{
	const struct instrument *i = m->roster.instrument;
	const struct roster_company *c = &m->roster.at[place];

	for (size_t cell = 0; cell < c->cells_len; cell++)
		for (size_t item = 0; item < i->items_len; item++)
			count_item(&m->to->companies[place], &i->items[item],
				   tally_histogram(m->roster.tally, &c->cells[cell],
						   METRIC_ITEM + (int)item));
}

static enum status fill_companies(struct making *m)
{
	for (size_t place = 0; place < m->to->len; place++) {
		struct arena_mark before = arena_mark(&m->scratch);

		for (size_t at = 0; at < m->to->channels_len; at++)
			if (fill_channel(m, place, at) < 0)
				return E_LIMIT;
		count_nonconformities(m, place);
		arena_rewind(&m->scratch, before);
	}
	return OK;
}

static enum status copy_words(struct making *m, const struct board_source *source)
{
	const struct roster *r = &m->roster;
	struct wave_summary *s = m->to;

	s->document = r->programme->source_hash;
	s->wave = source->wave;
	s->code = arena_copy(&s->arena, r->wave->code);
	s->state = arena_copy(&s->arena, source->state);
	s->revision = source->revision;
	s->version = source->version;
	s->level = r->wave->level;
	s->unanswered_zero = r->instrument->unanswered == UNANSWERED_ZERO;
	if (r->ces != NULL)
		s->ces = answers_scale(r->ces);
	else
		s->ces = (struct scale){.lo = 0, .hi = 1, .per_unit = 1};
	return s->code.at == NULL || s->state.at == NULL ? E_LIMIT : OK;
}

enum status wave_summary_make(const struct board_source *source, struct wave_summary **made,
			      struct trouble *why)
{
	struct making m = {.to = memory_new(sizeof(*m.to))};
	enum status st;

	*made = NULL;
	arena_init(&m.to->arena, WAVE_SUMMARY_BYTES);
	arena_init(&m.scratch, BOARD_ARENA_BYTES);
	st = roster_make(source, &m.scratch, &m.roster);
	if (st == OK)
		st = copy_words(&m, source);
	if (st == OK)
		st = choose_columns(&m);
	if (st == OK)
		st = take_room(&m);
	if (st == OK)
		st = fill_companies(&m);
	arena_fini(&m.scratch);
	if (st == OK) {
		*made = m.to;
		return OK;
	}
	wave_summary_free(m.to);
	return trouble(why, st, "the figures of the wave do not fit into %d bytes",
		       WAVE_SUMMARY_BYTES);
}

void wave_summary_free(struct wave_summary *s)
{
	if (s == NULL)
		return;
	arena_fini(&s->arena);
	memory_free(s);
}

size_t wave_summary_bytes(const struct wave_summary *s)
{
	return sizeof(*s) + s->arena.used_bytes;
}

bool wave_summary_fits(const struct wave_summary *s, const struct programme *p)
{
	return s->document == p->source_hash;
}

enum status wave_summaries_fit(const struct programme *p,
			       const struct wave_summary *const *summaries, struct trouble *why)
{
	for (size_t i = 0; i < p->waves_len; i++)
		if (summaries[i] != NULL &&
		    (!wave_summary_fits(summaries[i], p) || summaries[i]->wave != (int)i))
			return trouble(why, E_CONFLICT,
				       "the figures of wave %.*s are of another programme file",
				       SLICE_ARGS(p->waves[i].code));
	return OK;
}

int wave_summary_place(const struct wave_summary *s, int company)
{
	must(company >= 0 && (size_t)company < s->place_of_len);
	return s->place_of[company];
}

const struct summary_base *wave_summary_base(const struct wave_summary *s, int place, int channel)
{
	must(place >= 0 && (size_t)place < s->len);
	for (size_t i = 0; i < s->channels_len; i++)
		if (s->channels[i] == channel)
			return &s->bases[(size_t)place * s->channels_len + i];
	return NULL;
}

struct sums wave_summary_sums(const struct wave_summary *s, int place, struct summary_column column)
{
	must(place >= 0 && (size_t)place < s->len);
	for (size_t i = 0; i < s->columns_len; i++) {
		const struct summary_column *c = &s->columns[i];
		const struct summary_sums *sums = &s->sums[(size_t)place * s->columns_len + i];

		if (c->metric == column.metric && c->area == column.area &&
		    c->channel == column.channel)
			return (struct sums){sums->n, sums->s1, sums->s2};
	}
	return (struct sums){0};
}
