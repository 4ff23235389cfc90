#include <math.h>
#include <stdlib.h>

#include "standings/board.h"

static enum status read_sector(const struct wave *w, struct slice word, int *sector,
			       struct trouble *why)
{
	*sector = BOARD_FIELD;
	if (word.len == 0)
		return OK;
	*sector = wave_find_sector(w, word);
	if (*sector < 0)
		return trouble_code(why, E_GONE, "unknown_sector",
				    "the wave has no sector \"%.*s\"", SLICE_ARGS(word));
	return OK;
}

static enum status read_channel(const struct programme *p, struct slice word, int *channel,
				struct trouble *why)
{
	*channel = BOARD_ALL_CHANNELS;
	if (word.len == 0)
		return OK;
	*channel = programme_find_channel(p, word);
	if (*channel < 0)
		return trouble_code(why, E_GONE, "unknown_channel",
				    "the programme has no channel \"%.*s\"", SLICE_ARGS(word));
	return OK;
}

static enum status read_metric(const struct instrument *i, struct slice word,
			       struct board_query *query, struct trouble *why)
{
	static const struct {
		const char *word;
		enum board_metric metric;
	} words[] = {{"", BOARD_SCORE},
		     {"score", BOARD_SCORE},
		     {"nps", BOARD_NPS},
		     {"csat", BOARD_CSAT},
		     {"ces", BOARD_CES}};
	const struct slice area = SLICE("area:");

	for (size_t w = 0; w < COUNT_OF(words); w++) {
		query->metric = words[w].metric;
		if (slice_is(word, words[w].word))
			return OK;
	}
	query->metric = BOARD_AREA;
	if (slice_starts_with(word, area))
		query->area = instrument_find_area(i, slice_from(word, area.len));
	if (query->area < 0)
		return trouble_code(why, E_INPUT, "unknown_metric",
				    "metric \"%.*s\" is not score, nps, csat, ces or area:<code>",
				    SLICE_ARGS(word));
	return OK;
}

static enum status read_threshold(struct slice word, double *threshold, struct trouble *why)
{
	char text[32] = "", *end = text;

	*threshold = NAN;
	if (word.len == 0)
		return OK;
	if (word.len < sizeof(text)) {
		memcpy(text, word.at, word.len);
		*threshold = strtod(text, &end);
	}
	if (end == text || (size_t)(end - text) != word.len || !isfinite(*threshold))
		return trouble_code(why, E_INPUT, "bad_threshold",
				    "threshold \"%.*s\" is not a decimal number", SLICE_ARGS(word));
	return OK;
}

static enum status read_include(struct slice words, unsigned *include, struct trouble *why)
{
	struct slice word;

	*include = 0;
	if (words.len == 0)
		return OK;
	while (slice_next_part(&words, ',', &word)) {
		if (slice_is(word, "distribution"))
			*include |= BOARD_DISTRIBUTION;
		else if (slice_is(word, "pairs"))
			*include |= BOARD_PAIRS;
		else
			return trouble_code(why, E_INPUT, "unknown_include",
					    "include \"%.*s\" is not distribution or pairs",
					    SLICE_ARGS(word));
	}
	return OK;
}

enum status board_query_read(const struct programme *p, int wave, const struct board_words *words,
			     struct board_query *query, struct trouble *why)
{
	const struct wave *w = &p->waves[wave];
	enum status st;

	*query = (struct board_query){.area = -1};
	st = read_sector(w, words->sector, &query->sector, why);
	if (st == OK)
		st = read_channel(p, words->channel, &query->channel, why);
	if (st == OK)
		st = read_metric(&p->instruments[w->instrument], words->metric, query, why);
	if (st == OK)
		st = read_threshold(words->threshold, &query->threshold, why);
	if (st == OK)
		st = read_include(words->include, &query->include, why);
	return st;
}
