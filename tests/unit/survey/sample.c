/* The tally of the simulated wave against R's counts (expected_company.csv). */
#include "survey/tally.h"

#include <criterion/criterion.h>

#include "given.h"

enum { COLUMNS = 23, EXPECTED = 128, COMPANIES = 181 };

/** Counts of one company over its channels. */
struct counts {
	int64_t contacts, answered, promoters, passives, detractors, csat_top, ces_easy;
};

static struct tally *tally_of(const struct programme *p, struct slice results, bool backwards)
{
	struct tally *t = tally_new(4, 14, 3), *parts[2] = {tally_new(4, 14, 3), t};
	struct intake *in = intake_new(p, 0, 0);
	struct slice header[COLUMNS], values[COLUMNS];
	struct field fields[COLUMNS] = {0};
	struct arena arena;
	arena_init(&arena, 1 << 16);
	given_parts(given_line(&results), header, COLUMNS);
	for (int row = 0; results.len > 0; row++) {
		struct record record = {.row = 1, .fields = fields, .fields_len = COLUMNS};
		struct result result;
		struct reject reject;
		struct arena_mark before = arena_mark(&arena);
		cr_assert_eq(given_parts(given_line(&results), values, COLUMNS), COLUMNS);
		for (int c = 0; c < COLUMNS; c++)
			fields[c] = (struct field){.name = header[c], .value = values[c]};
		cr_assert_eq(intake_read(in, &record, &arena, &result, &reject), OK);
		tally_add(parts[backwards && row % 3 == 0 ? 0 : 1], &result, row % 60, 1);
		arena_rewind(&arena, before);
	}
	tally_merge(t, parts[0]);
	tally_free(parts[0]);
	intake_free(in);
	arena_fini(&arena);
	return t;
}

static int64_t total(const struct tally *t, const struct tally_cell *cell, int metric, int from,
		     int until)
{
	const struct histogram *h = tally_histogram(t, cell, metric);
	int64_t sum = 0;
	for (size_t i = 0; i < h->len; i++)
		if (h->bins[i].value >= from && h->bins[i].value <= until)
			sum += h->bins[i].count;
	return sum;
}

static void add_cell(const struct programme *p, const struct tally *t,
		     const struct tally_cell *cell, struct counts *c)
{
	const struct instrument *in = &p->instruments[0];
	int nps = METRIC_CX + instrument_find_measure(in, MEASURE_NPS);
	c->contacts += total(t, cell, METRIC_CONTACTS, 0, 1);
	c->answered += total(t, cell, METRIC_CONTACTS, 1, 1);
	c->promoters += total(t, cell, nps, 9, 10);
	c->passives += total(t, cell, nps, 7, 8);
	c->detractors += total(t, cell, nps, 0, 6);
	c->csat_top += total(t, cell, METRIC_CX + instrument_find_measure(in, MEASURE_CSAT), 4, 5);
	c->ces_easy += total(t, cell, METRIC_CX + instrument_find_measure(in, MEASURE_CES), 5, 7);
}

static int64_t expected(const struct slice *header, const struct slice *values, const char *name)
{
	int64_t number = -1;
	int c = 0;
	while (c < EXPECTED && !slice_is(header[c], name))
		c++;
	cr_assert_lt(c, EXPECTED, "no column %s", name);
	cr_assert(slice_to_int64(values[c], &number), "%s", name);
	return number;
}

static void compare(const struct programme *p, const struct counts *counts, struct slice table)
{
	struct slice header[EXPECTED] = {0}, values[EXPECTED] = {0};
	given_parts(given_line(&table), header, EXPECTED);
	int compared = 0;
	while (table.len > 0) {
		given_parts(given_line(&table), values, EXPECTED);
		const struct counts *c = &counts[programme_find_company(p, values[1])];
		cr_expect_eq(c->contacts, expected(header, values, "contacts"));
		if (slice_is(values[3], "suppressed"))
			continue;
		cr_expect_eq(c->answered, expected(header, values, "answered"));
		cr_expect_eq(c->promoters, expected(header, values, "promoters"));
		cr_expect_eq(c->passives, expected(header, values, "passives"));
		cr_expect_eq(c->detractors, expected(header, values, "detractors"));
		cr_expect_eq(c->csat_top, expected(header, values, "csat_top2_count"));
		cr_expect_eq(c->ces_easy, expected(header, values, "ces_easy_count"));
		compared++;
	}
	cr_assert_eq(compared, 180);
}

static struct slice of_sample(const char *name)
{
	return given_file("PLAUDIT_SOURCE_DIR", name);
}

Test(sample, counts_of_every_company_equal_those_of_r)
{
	struct slice table = given_file("PLAUDIT_SHARED_DIR",
					"cases/statistics/wave/expected_company.csv");
	struct slice results = of_sample("programmes/sample/results.csv");
	if (table.at == NULL || results.at == NULL)
		cr_skip("skipped: the expected counts of ../shared are not here");
	struct programme *p = given_programme(of_sample("programmes/sample/programme.json"));
	struct tally *t = tally_of(p, results, false);
	struct counts counts[COMPANIES] = {0};
	size_t len;
	const struct tally_cell *cells = tally_cells(t, &len);
	for (size_t i = 0; i < len; i++)
		add_cell(p, t, &cells[i], &counts[cells[i].company]);
	compare(p, counts, table);
	tally_free(t);
	programme_free(p);
}

Test(sample, two_uploads_in_any_order_give_the_same_bytes_as_one)
{
	struct slice results = of_sample("programmes/sample/results.csv");
	if (results.at == NULL)
		cr_skip("PLAUDIT_SOURCE_DIR is not set");
	struct programme *p = given_programme(of_sample("programmes/sample/programme.json"));
	struct tally *one = tally_of(p, results, false), *two = tally_of(p, results, true);
	struct buf a, b;
	buf_init(&a, 1 << 24);
	buf_init(&b, 1 << 24);
	tally_pack(one, &a);
	tally_pack(two, &b);
	cr_assert(slice_equal(buf_slice(&a), buf_slice(&b)));
	buf_fini(&a);
	buf_fini(&b);
	tally_free(one);
	tally_free(two);
	programme_free(p);
}
