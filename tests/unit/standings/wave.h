/** The sample wave as counts, and expected tables beside it.
 *
 * Lifetime: everything lives until given_away().
 */
#pragma once

#include <cjson/cJSON.h>

#include "standings/board.h"

struct sample {
	struct programme *programme;
	struct tally *tally;
	struct arena arena;
	struct slice *shoppers;
	size_t shoppers_len;
	struct board_source source;
};

/** programmes/sample, read and counted. `reversed`: rows from the last to the first, so
 * shoppers get other numbers, too. */
struct sample given_sample(bool reversed);
/** Another programme document, with no results yet. */
struct sample given_programme(const char *json);
void given_away(struct sample *s);

/** Counts one result, given as "name=value name=value ...". */
void given_result(struct sample *s, const char *words);

/** Boards as parsed JSON; the caller deletes. */
cJSON *board_of(struct sample *s, const char *sector, const char *channel, const char *metric,
		const char *threshold, const char *include);
cJSON *sectors_of(struct sample *s);
cJSON *company_of(struct sample *s, const char *code);
cJSON *shoppers_of(struct sample *s);
/** Where an answer is wanted as it is; the caller frees with free_text(). */
char *board_text_of(struct sample *s, const char *sector, const char *channel, const char *metric,
		    bool csv);
char *sectors_csv_of(struct sample *s);
void free_text(char *text);

/** The value at "a.b.c"; NULL where a member is missing. */
const cJSON *at_path(const cJSON *object, const char *path);
/** The row whose "name.code" is `code`. */
const cJSON *row_of(const cJSON *rows, const char *name, const char *code);

/** A table from ../shared/cases/statistics/wave; rows 0 where it is absent (said on stderr). */
struct expected {
	char *text;
	char ***cells; /**< [0] is the head */
	size_t rows, columns;
};

struct expected expected_table(const char *file);
void expected_free(struct expected *e);
const char *expected_cell(const struct expected *e, size_t row, const char *column);

/** |got - expected| <= max(tolerance * |expected|, tolerance); empty wants null and a reason. */
bool agrees(const cJSON *object, const char *path, const char *expected, double tolerance);
