#include "board/frozen_counts.h"

#include "base/hash.h"
#include "board/shopper_codes.h"

enum { FAULTS_BYTES = PROGRAMME_BYTES_LIMIT, PLACE_DIGITS = 8 };

enum status frozen_programme_read(struct slice document, struct slice wave,
				  struct programme **programme, int *index, struct trouble *why)
{
	struct programme_faults faults = {0};
	struct arena arena;
	arena_init(&arena, FAULTS_BYTES);
	enum status st = programme_parse(document, &arena, programme, &faults);
	arena_fini(&arena);
	if (st < 0)
		return trouble(why, E_INTERNAL, "the stored programme file has %zu faults",
			       faults.total);
	*index = programme_find_wave(*programme, wave);
	if (*index < 0)
		return trouble(why, E_INTERNAL, "the stored programme file lacks the wave");
	return OK;
}

static enum status read_tally(struct frozen_counts *c, struct slice packed, struct trouble *why)
{
	const struct programme *p = c->programme;
	const struct instrument *i = &p->instruments[p->waves[c->source.wave].instrument];
	c->tally = tally_new(i->areas_len, i->items_len, i->questions_len);
	if (tally_unpack(c->tally, packed, why) < 0)
		return trouble(why, E_INTERNAL, "the stored counts cannot be read");
	return OK;
}

/** The code of the n-th shopper is n. Numbers that are not in the list have none. */
static enum status name_shoppers(struct frozen_counts *c, const struct frozen_parts *parts,
				 struct trouble *why)
{
	size_t len = 1;
	for (size_t i = 0; i < parts->shoppers_len; i++)
		if ((size_t)parts->shoppers[i] >= len)
			len = (size_t)parts->shoppers[i] + 1;
	if (len > SHOPPER_CODES_NUMBERS)
		return trouble(why, E_INTERNAL, "a stored shopper has the number %zu", len - 1);
	struct slice *codes = arena_take_array(&c->codes, len, sizeof(*codes));
	for (size_t i = 0; codes != NULL && i < parts->shoppers_len; i++) {
		const char *text = arena_print(&c->codes, "%0*zu", PLACE_DIGITS, i);
		codes[parts->shoppers[i]] = slice_of(text);
		if (text == NULL)
			codes = NULL;
	}
	if (codes == NULL)
		return trouble(why, E_LIMIT, "the shoppers do not fit into %d bytes",
			       SHOPPER_CODES_BYTES);
	c->source.shoppers = codes;
	c->source.shoppers_len = len;
	return OK;
}

static enum status make_severity(struct frozen_counts *c, struct trouble *why)
{
	if (severity_model_new(&c->source, BOARD_ARENA_BYTES, &c->severity) < 0)
		return trouble(why, E_LIMIT, "the shoppers do not fit into %d bytes",
			       BOARD_ARENA_BYTES);
	c->source.severity = c->severity;
	return OK;
}

enum status frozen_counts_make(const struct frozen_parts *parts, struct frozen_counts *made,
			       struct trouble *why)
{
	struct frozen_counts *c = made;
	*c = (struct frozen_counts){.edition = hash_bytes(parts->document)};
	arena_init(&c->codes, SHOPPER_CODES_BYTES);
	enum status st = frozen_programme_read(parts->document, parts->wave, &c->programme,
					       &c->source.wave, why);
	if (st == OK)
		st = read_tally(c, parts->packed, why);
	if (st < 0)
		return st;
	c->source.programme = c->programme;
	c->source.tally = c->tally;
	c->source.version = parts->version;
	c->source.state = SLICE("published");
	c->source.revision = parts->revision;
	st = name_shoppers(c, parts, why);
	if (st == OK)
		st = make_severity(c, why);
	return st;
}

void frozen_counts_fini(struct frozen_counts *c)
{
	severity_model_free(c->severity);
	tally_free(c->tally);
	programme_free(c->programme);
	arena_fini(&c->codes);
	*c = (struct frozen_counts){0};
}
