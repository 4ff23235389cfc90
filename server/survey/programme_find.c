#include "survey/programme_parts.h"

#include <stddef.h>

#include "base/hash.h"

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
		       offsetof(struct instrument, code) == 0,
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

int32_t item_points(const struct item *item, int16_t answer)
{
	if (item->points_by_answer != NULL) {
		int at = answer - item->options[0].answer;
		return at >= 0 && at < item->points_by_answer_len ? item->points_by_answer[at]
								  : POINTS_NONE;
	}
	for (size_t i = 0; i < item->options_len; i++)
		if (item->options[i].answer == answer)
			return item->options[i].points;
	return POINTS_NONE;
}
