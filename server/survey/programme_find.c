#include "survey/programme_parts.h"

#include <stddef.h>

#include "base/hash.h"
#include "survey/decimal.h"

size_t programme_slots_for(size_t companies_len)
{
	size_t slots = 16;
	while (slots < companies_len * 2)
		slots *= 2;
	return slots;
}

void programme_index_companies(struct programme *p, int32_t *slots, size_t slots_len)
{
	for (size_t i = 0; i < slots_len; i++)
		slots[i] = -1;
	p->company_slots = slots;
	p->company_slots_len = slots_len;
	for (size_t i = 0; i < p->companies_len; i++) {
		struct slice code = p->companies[i].code;
		if (code.at == NULL || programme_find_company(p, code) >= 0)
			continue;
		size_t at = hash_bytes(code) & (slots_len - 1);
		while (slots[at] >= 0)
			at = (at + 1) & (slots_len - 1);
		slots[at] = (int32_t)i;
	}
}

int programme_find_company(const struct programme *p, struct slice code)
{
	size_t mask = p->company_slots_len - 1;
	for (size_t at = hash_bytes(code) & mask; p->company_slots[at] >= 0; at = (at + 1) & mask)
		if (slice_equal(p->companies[p->company_slots[at]].code, code))
			return p->company_slots[at];
	return -1;
}

int code_find(const void *list, size_t len, size_t size, struct slice code)
{
	const char *at = list;
	for (size_t i = 0; code.len > 0 && i < len; i++, at += size)
		if (slice_equal(*(const struct slice *)(const void *)at, code))
			return (int)i;
	return -1;
}

/* The code is the first member, so that one search serves every list. */
_Static_assert(offsetof(struct wave, code) == 0 && offsetof(struct channel, code) == 0 &&
		       offsetof(struct sector, code) == 0 && offsetof(struct item, code) == 0 &&
		       offsetof(struct question, code) == 0 && offsetof(struct area, code) == 0 &&
		       offsetof(struct instrument, code) == 0 &&
		       offsetof(struct centre, code) == 0 && offsetof(struct combined, code) == 0 &&
		       offsetof(struct award, code) == 0,
	       "code_find() reads the first member");

int programme_find_wave(const struct programme *p, struct slice code)
{
	return code_find(p->waves, p->waves_len, sizeof(*p->waves), code);
}

int programme_find_channel(const struct programme *p, struct slice code)
{
	return code_find(p->channels, p->channels_len, sizeof(*p->channels), code);
}

int wave_find_sector(const struct wave *w, struct slice code)
{
	return code_find(w->sectors, w->sectors_len, sizeof(*w->sectors), code);
}

int instrument_find_item(const struct instrument *i, struct slice code)
{
	return code_find(i->items, i->items_len, sizeof(*i->items), code);
}

int instrument_find_question(const struct instrument *i, struct slice code)
{
	return code_find(i->questions, i->questions_len, sizeof(*i->questions), code);
}

int instrument_find_area(const struct instrument *i, struct slice code)
{
	return code_find(i->areas, i->areas_len, sizeof(*i->areas), code);
}

int instrument_find_measure(const struct instrument *i, enum measure measure)
{
	for (size_t q = 0; q < i->questions_len; q++)
		if (i->questions[q].measure == measure)
			return (int)q;
	return -1;
}

int programme_find_combined(const struct programme *p, struct slice code)
{
	return code_find(p->combined, p->combined_len, sizeof(*p->combined), code);
}

int programme_wave_before(const struct programme *p, int wave)
{
	for (int before = wave - 1; before >= 0; before--)
		if (slice_equal(p->waves[before].series, p->waves[wave].series))
			return before;
	return -1;
}

bool programme_wave_breaks(const struct programme *p, int wave)
{
	int before = programme_wave_before(p, wave);
	return p->waves[wave].series_breaks ||
	       (before >= 0 && p->waves[before].instrument != p->waves[wave].instrument);
}

static bool is_met(const struct measured *m, int16_t value)
{
	return m->at_most ? value <= m->limit : value >= m->limit;
}

static bool is_measurable(const struct measured *m, int16_t value)
{
	return value >= m->min && value <= m->max;
}

static const struct answer_option *find_option(const struct item *item, int16_t answer)
{
	for (size_t i = 0; i < item->options_len; i++)
		if (item->options[i].answer == answer)
			return &item->options[i];
	return NULL;
}

int32_t item_points(const struct item *item, int16_t answer)
{
	if (item->points_by_answer != NULL) {
		int at = answer - item->options[0].answer;
		return at >= 0 && at < item->points_by_answer_len ? item->points_by_answer[at]
								  : POINTS_NONE;
	}
	if (item->measured.given) {
		if (!is_measurable(&item->measured, answer))
			return POINTS_NONE;
		return is_met(&item->measured, answer) ? item->measured.points : 0;
	}
	const struct answer_option *option = find_option(item, answer);
	return option != NULL ? option->points : POINTS_NONE;
}

int item_answer_scale(const struct item *item)
{
	return item->measured.given ? (int)decimal_scale(item->measured.decimals) : 1;
}

enum conformity item_conformity(const struct item *item, int16_t answer)
{
	const struct measured *m = &item->measured;
	if (m->given) {
		if (m->missed == CONFORMITY_NONE || !is_measurable(m, answer))
			return CONFORMITY_NONE;
		return is_met(m, answer) ? CONFORMITY_CONFORMS : m->missed;
	}
	const struct answer_option *option = find_option(item, answer);
	return option != NULL ? option->conformity : CONFORMITY_NONE;
}

static const char *const review_words[] = {
#define X(name, word) word,
	REVIEW_STATES(X)
#undef X
};

const char *review_state_name(enum review_state state)
{
	must((unsigned)state < REVIEW_COUNT);
	return review_words[state];
}

bool review_state_from(struct slice word, enum review_state *state)
{
	for (int s = 0; s < REVIEW_COUNT; s++) {
		if (slice_is(word, review_words[s])) {
			*state = (enum review_state)s;
			return true;
		}
	}
	return false;
}

void item_answer_print(struct buf *to, const struct item *item, int16_t answer)
{
	int scale = item_answer_scale(item), whole = answer < 0 ? -answer : answer;
	if (scale == 1) {
		buf_add_int(to, answer);
		return;
	}
	buf_print(to, "%s%d.%0*d", answer < 0 ? "-" : "", whole / scale, item->measured.decimals,
		  whole % scale);
}
