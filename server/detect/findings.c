#include "detect/findings.h"

#include <math.h>

#include "base/must.h"

enum {
	AGAINST_ROWS = 20,	/* answers of a column that are correlated with the others */
	MIRROR_ROWS = 10,	/* of a group that may be mirrored */
	MIRROR_SHOPPERS = 10,	/* others whose levels say how far shoppers are apart */
	STRAIGHT_ROWS = 10,	/* of a shopper, looked at */
	STRAIGHT_FILE_ROWS = 20 /* straight or near */
};

/** Of each test, whatever it looks at. */
static const double false_alarm = 0.001;
/** What is so small is not worth a warning, however sure. */
static const double against_most = -0.2, straight_more = 0.2;
/** A mirrored shopper's level is this many standard deviations of the others' from theirs. */
static const double mirror_apart = 4;

static const char words_against[] = "the answers run against the others of the same rows";
static const char words_mirrored[] = "the answers lie on the other side of the middle, as far as "
				     "those of all others on this: a scale may be reversed";
static const char words_straight_shopper[] =
	"rows with one same answer to all items, more than other shoppers' rates explain";
static const char words_straight_file[] =
	"rows with one same answer to all items, more than rows in which one item differs";

/** A group of rows with the names of its columns. */
struct group {
	const char *by;
	struct slice code;
	const struct group_sums *sums;
};

struct columns {
	const struct slice *code;
	size_t len;
};

/* ---- columns that run against the others ---- */

static bool is_tested(const struct group_sums *g, size_t column)
{
	return column_rows(g, column) >= AGAINST_ROWS && !isnan(column_correlation(g, column));
}

static uint64_t tested_columns(const struct group_sums *g, size_t len)
{
	uint64_t tests = 0;
	for (size_t c = 0; g->columns != NULL && c < len; c++)
		tests += is_tested(g, c);
	return tests;
}

static bool runs_against(const struct group_sums *g, size_t column, uint64_t tests)
{
	if (!is_tested(g, column))
		return false;
	double r = column_correlation(g, column);
	return r <= against_most &&
	       correlation_below(r, column_rows(g, column)) < false_alarm / (double)tests;
}

/** `known`: columns that need not be told again; NULL: none. */
static void find_against(const struct group *g, const struct columns *columns,
			 const struct group_sums *known, uint64_t tests, struct warnings *to)
{
	for (size_t c = 0; c < columns->len; c++) {
		if (!runs_against(g->sums, c, tests) ||
		    (known != NULL && runs_against(known, c, tests)))
			continue;
		warnings_add(to, &(struct warning){.code = WARNING_REVERSED_SCALE,
						   .by = g->by,
						   .group = g->code,
						   .column = columns->code[c],
						   .n = column_rows(g->sums, c),
						   .measure = "correlation",
						   .figure = column_correlation(g->sums, c),
						   .expected = 0,
						   .words = words_against});
	}
}

/* ---- groups that are mirrored ---- */

static bool is_minority(const struct group_sums *g, const struct group_sums *all)
{
	return g->rows >= MIRROR_ROWS && 2 * g->rows < all->rows;
}

static void find_mirrored(const struct group *g, const struct group_sums *all, size_t len,
			  uint64_t tests, struct warnings *to)
{
	struct column_sums columns[SCALES_LIMIT];
	struct group_sums others = {.columns = columns};
	memset(columns, 0, len * sizeof(columns[0]));
	group_merge(&others, all, len);
	group_subtract(&others, g->sums, len);
	struct mirroring m = group_mirroring(g->sums, &others, len);
	if (m.fits && m.chance < false_alarm / (double)tests)
		warnings_add(to, &(struct warning){.code = WARNING_REVERSED_SCALE,
						   .by = g->by,
						   .group = g->code,
						   .n = g->sums->rows,
						   .measure = "slope",
						   .figure = m.slope,
						   .expected = 1,
						   .words = words_mirrored});
}

/* ---- channels ---- */

static void find_in_channels(const struct observed *seen, const struct columns *columns,
			     const struct group_sums *all, uint64_t tests, struct warnings *to)
{
	uint64_t minorities = 0, met = 0;
	for (size_t c = 0; c < PROGRAMME_CHANNELS_LIMIT; c++) {
		met += seen->channel[c].columns != NULL;
		minorities += is_minority(&seen->channel[c], all);
	}
	for (size_t c = 0; met > 1 && c < PROGRAMME_CHANNELS_LIMIT; c++) {
		struct group g = {.by = "channel", .sums = &seen->channel[c]};
		if (g.sums->columns == NULL)
			continue;
		g.code = seen->programme->channels[c].code;
		find_against(&g, columns, all, tests, to);
		if (is_minority(g.sums, all))
			find_mirrored(&g, all, columns->len, minorities, to);
	}
}

/* ---- shoppers ---- */

struct people {
	const struct shopper *at;
	size_t len;
	struct group_sums all;
	struct column_sums columns[SHOPPER_COLUMNS];
	struct straight_spread straight;
	uint64_t levels; /* shoppers whose level counts, the sum and squares of these */
	double level, level_level;
	uint64_t straight_tests;
};

static bool has_level(const struct shopper *s)
{
	return s->sums.rows >= MIRROR_ROWS;
}

static double level_of(const struct shopper *s)
{
	return (double)s->sums.total / (double)s->sums.rows;
}

static void meet(struct people *p, const struct shopper *s)
{
	group_merge(&p->all, &s->sums, SHOPPER_COLUMNS);
	if (s->straight.looked_at >= STRAIGHT_ROWS) {
		straight_spread_add(&p->straight, s->straight, 1);
		p->straight_tests++;
	}
	if (has_level(s)) {
		p->levels++;
		p->level += level_of(s);
		p->level_level += level_of(s) * level_of(s);
	}
}

/** Shoppers differ: only one who is far from how the others do may be mirrored. */
static bool stands_apart(const struct people *p, const struct shopper *s)
{
	if (!has_level(s) || p->levels <= MIRROR_SHOPPERS)
		return false;
	double own = level_of(s), n = (double)(p->levels - 1);
	double mean = (p->level - own) / n;
	double variance = (p->level_level - own * own - n * mean * mean) / (n - 1);
	return fabs(own - mean) >= mirror_apart * sqrt(fmax(variance, 0));
}

static void find_straight(const struct people *p, const struct shopper *s, struct slice code,
			  struct warnings *to)
{
	struct straight_spread others = p->straight;
	if (s->straight.looked_at < STRAIGHT_ROWS)
		return;
	straight_spread_add(&others, s->straight, -1);
	double share = (double)s->straight.straight / (double)s->straight.looked_at;
	double expected = (double)others.straight / (double)others.looked_at;
	if (others.looked_at == 0 || share < expected + straight_more ||
	    !(straight_above(s->straight, &others) < false_alarm / (double)p->straight_tests))
		return;
	warnings_add(to, &(struct warning){.code = WARNING_STRAIGHT_LINING,
					   .by = "shopper",
					   .group = code,
					   .n = s->straight.looked_at,
					   .measure = "share",
					   .figure = share,
					   .expected = expected,
					   .words = words_straight_shopper});
}

static uint64_t count_people(const struct observed *seen, struct people *p)
{
	uint64_t tests = 0;
	p->all.columns = p->columns;
	p->at = shoppers_sorted(seen->shoppers, &p->len);
	for (size_t i = 0; i < p->len; i++) {
		meet(p, &p->at[i]);
		tests += tested_columns(&p->at[i].sums, SHOPPER_COLUMNS);
	}
	return tests;
}

static void find_in_people(const struct observed *seen, const struct people *p, uint64_t tests,
			   struct warnings *to)
{
	const struct columns columns = {seen->shopper_column, SHOPPER_COLUMNS};
	for (size_t i = 0; i < p->len; i++) {
		const struct shopper *s = &p->at[i];
		struct group g = {"shopper", {s->code, s->code_len}, &s->sums};
		find_against(&g, &columns, NULL, tests, to);
		if (is_minority(g.sums, &p->all) && stands_apart(p, s))
			find_mirrored(&g, &p->all, SHOPPER_COLUMNS, p->levels, to);
		find_straight(p, s, g.code, to);
	}
}

/* ---- the file ---- */

static void find_straight_file(const struct observed *seen, struct warnings *to)
{
	if (seen->straight + seen->near < STRAIGHT_FILE_ROWS ||
	    !(straight_above_near(seen->straight, seen->near) < false_alarm))
		return;
	warnings_add(to,
		     &(struct warning){.code = WARNING_STRAIGHT_LINING,
				       .by = "file",
				       .n = seen->looked_at,
				       .measure = "share",
				       .figure = (double)seen->straight / (double)seen->looked_at,
				       .expected = (double)seen->near / (double)seen->looked_at,
				       .words = words_straight_file});
}

void findings_of(const struct observed *seen, struct warnings *to)
{
	struct column_sums sums[SCALES_LIMIT];
	struct group_sums all = {.columns = sums};
	struct columns columns = {seen->scales.codes, seen->scales.len};
	struct people people = {.len = 0};
	memset(sums, 0, columns.len * sizeof(sums[0]));
	uint64_t tests = count_people(seen, &people);
	for (size_t c = 0; c < PROGRAMME_CHANNELS_LIMIT; c++) {
		tests += tested_columns(&seen->channel[c], columns.len);
		if (seen->channel[c].columns != NULL)
			group_merge(&all, &seen->channel[c], columns.len);
	}
	tests += tested_columns(&all, columns.len);
	struct group file = {.by = "file", .sums = &all};
	find_against(&file, &columns, NULL, tests, to);
	find_straight_file(seen, to);
	find_in_channels(seen, &columns, &all, tests, to);
	find_in_people(seen, &people, tests, to);
}
