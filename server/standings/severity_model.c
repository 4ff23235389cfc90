#include "standings/severity_model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "standings/answers.h"

#define NOT_MET SIZE_MAX

const struct severity_model severity_model_none = {
	.shopper_sd = NAN, .residual_sd = NAN, .shopper_share = NAN};

struct coded {
	struct slice code;
	size_t number;
};

/** What is only needed while a model is made. */
struct gathering {
	const struct roster *roster;
	size_t shoppers;   /**< met */
	size_t numbers;	   /**< given out */
	size_t *place;	   /**< of a shopper number in the order, or NOT_MET */
	int64_t *contacts; /**< by place: the model's */
	bool *incomplete;  /**< by company */
	struct severity_cell *cells;
	size_t len, room;
	__int128 sum_of_squares;
};

static int by_code(const void *left, const void *right)
{
	const struct coded *a = left, *b = right;

	return slice_compare(a->code, b->code);
}

static void mark_met(const struct histogram *shoppers, const struct board_source *source, bool *met)
{
	for (size_t i = 0; i < shoppers->len; i++) {
		int32_t number = shoppers->bins[i].value;

		if (number >= 0 && (size_t)number < source->shoppers_len)
			met[number] = source->shoppers[number].len > 0;
	}
}

/** Numbers are given out over all waves and organisations; whose they are, and how many, must
 * not show in this wave's figures: only shoppers met in it are looked at. */
static size_t shoppers_met(const struct roster *r, const struct board_source *source, bool *met)
{
	size_t count = 0;

	for (size_t i = 0; i < r->len; i++)
		for (size_t c = 0; c < r->at[i].cells_len; c++)
			mark_met(tally_histogram(r->tally, &r->at[i].cells[c], METRIC_SHOPPER),
				 source, met);
	for (size_t i = 0; i < source->shoppers_len; i++)
		count += met[i];
	return count;
}

static enum status order_shoppers(const struct board_source *source, struct arena *arena,
				  struct gathering *g, struct severity_model *model)
{
	size_t all = source->shoppers_len, n = 0;
	bool *met = arena_take_array(arena, all + 1, sizeof(*met));

	g->place = arena_take_array(arena, all + 1, sizeof(*g->place));
	if (met == NULL || g->place == NULL)
		return E_LIMIT;
	g->shoppers = shoppers_met(g->roster, source, met);
	struct coded *coded = arena_take_array(arena, g->shoppers + 1, sizeof(*coded));
	size_t *order = arena_take_array(&model->memory, g->shoppers + 1, sizeof(*order));
	if (coded == NULL || order == NULL)
		return E_LIMIT;
	for (size_t i = 0; i < all; i++) {
		g->place[i] = NOT_MET;
		if (met[i])
			coded[n++] = (struct coded){source->shoppers[i], i};
	}
	qsort(coded, n, sizeof(*coded), by_code);
	for (size_t i = 0; i < n; i++) {
		order[i] = coded[i].number;
		g->place[coded[i].number] = i;
	}
	g->numbers = all;
	model->order = order;
	return OK;
}

/** Every contact of the cell that has a score has a shopper we know the code of. */
static bool cell_is_complete(const struct gathering *g, const struct histogram *shoppers,
			     const struct histogram *scores)
{
	for (size_t i = 0; i < shoppers->len; i++) {
		int32_t number = shoppers->bins[i].value;

		if (number < 0 || (size_t)number >= g->numbers || g->place[number] == NOT_MET)
			return false;
	}
	return histogram_total(shoppers) == histogram_total(scores);
}

/** The sum of a shopper's hundredths; both lists ascend, so *from only walks on. A shopper
 * whose scores add up to 0 is not in the list. */
static int64_t sum_of_shopper(const struct histogram *sums, int32_t shopper, size_t *from)
{
	while (*from < sums->len && sums->bins[*from].value < shopper)
		(*from)++;
	if (*from < sums->len && sums->bins[*from].value == shopper)
		return sums->bins[*from].count;
	return 0;
}

static void take_cell(struct gathering *g, size_t company, const struct tally_cell *cell)
{
	const struct tally *t = g->roster->tally;
	const struct histogram *shoppers = tally_histogram(t, cell, METRIC_SHOPPER);
	const struct histogram *sums = tally_histogram(t, cell, METRIC_SHOPPER_SUM);
	const struct histogram *scores = tally_histogram(t, cell, METRIC_SCORE);
	size_t walked = 0;

	if (!cell_is_complete(g, shoppers, scores)) {
		g->incomplete[company] = true;
		return;
	}
	for (size_t i = 0; i < shoppers->len; i++) {
		size_t place = g->place[shoppers->bins[i].value];

		must(g->len < g->room);
		g->cells[g->len++] = (struct severity_cell){
			.company = company,
			.shopper = place,
			.n = shoppers->bins[i].count,
			.sum = sum_of_shopper(sums, shoppers->bins[i].value, &walked),
		};
		g->contacts[place] += shoppers->bins[i].count;
	}
	for (size_t i = 0; i < scores->len; i++)
		g->sum_of_squares += (__int128)scores->bins[i].count * scores->bins[i].value *
				     scores->bins[i].value;
}

static size_t cells_in(const struct roster *r)
{
	size_t room = 0;

	for (size_t i = 0; i < r->len; i++)
		for (size_t c = 0; c < r->at[i].cells_len; c++)
			room += tally_histogram(r->tally, &r->at[i].cells[c], METRIC_SHOPPER)->len;
	return room;
}

static enum status gather(struct gathering *g, struct arena *arena, struct severity_model *model)
{
	const struct roster *r = g->roster;

	g->room = cells_in(r);
	g->cells = arena_take_array(arena, g->room + 1, sizeof(*g->cells));
	g->contacts = arena_take_array(&model->memory, g->shoppers + 1, sizeof(*g->contacts));
	g->incomplete = arena_take_array(arena, r->len + 1, sizeof(*g->incomplete));
	if (g->cells == NULL || g->contacts == NULL || g->incomplete == NULL)
		return E_LIMIT;
	model->shoppers = g->shoppers;
	model->contacts = g->contacts;
	for (size_t i = 0; i < r->len; i++) {
		if (r->at[i].status == BASE_SUPPRESSED)
			continue;
		for (size_t c = 0; c < r->at[i].cells_len; c++)
			take_cell(g, i, &r->at[i].cells[c]);
	}
	return OK;
}

static int by_company_and_shopper(const void *left, const void *right)
{
	const struct severity_cell *a = left, *b = right;

	if (a->company != b->company)
		return a->company < b->company ? -1 : 1;
	return a->shopper < b->shopper ? -1 : a->shopper > b->shopper;
}

/** One cell a company and shopper, in that order: shopper numbers depend on who came first,
 * and sums over cells must not. */
static void order_cells(struct gathering *g)
{
	size_t kept = 0;

	if (g->len == 0)
		return;
	qsort(g->cells, g->len, sizeof(*g->cells), by_company_and_shopper);
	for (size_t i = 1; i < g->len; i++) {
		if (by_company_and_shopper(&g->cells[kept], &g->cells[i]) == 0) {
			g->cells[kept].n += g->cells[i].n;
			g->cells[kept].sum += g->cells[i].sum;
		} else {
			g->cells[++kept] = g->cells[i];
		}
	}
	g->len = kept + 1;
}

static enum status keep_cells(const struct gathering *g, struct severity_model *model)
{
	struct severity_cell *cells = arena_take_array(&model->memory, g->len + 1, sizeof(*cells));

	if (cells == NULL)
		return E_LIMIT;
	if (g->len > 0)
		memcpy(cells, g->cells, g->len * sizeof(*cells));
	model->cells = cells;
	model->cells_len = g->len;
	model->sum_of_squares = (double)g->sum_of_squares / 10000;
	return OK;
}

static enum status estimate(const struct gathering *g, struct severity_model *model)
{
	const struct roster *r = g->roster;
	struct severity_input in = {
		.cells = model->cells,
		.cells_len = model->cells_len,
		.companies = r->len,
		.shoppers = model->shoppers,
		.sum_of_squares = g->sum_of_squares,
		.per_unit = 100,
	};
	struct severity_result result = {
		.companies = arena_take_array(&model->memory, r->len + 1,
					      sizeof(*result.companies)),
		.shoppers = arena_take_array(&model->memory, in.shoppers + 1, sizeof(double)),
	};

	if (result.companies == NULL || result.shoppers == NULL)
		return E_LIMIT;
	model->companies = result.companies;
	model->effects = result.shoppers;
	if (severity_estimate(&in, &result, NULL) < 0)
		return OK;
	model->made = true;
	model->shopper_sd = result.shopper_sd;
	model->residual_sd = result.residual_sd;
	model->shopper_share = result.shopper_share;
	for (size_t i = 0; i < r->len; i++)
		if (g->incomplete[i])
			model->companies[i] = (struct severity_company){NAN, NAN, NAN};
	return OK;
}

static enum status fill_model(const struct board_source *source, struct arena *arena,
			      struct severity_model *model)
{
	struct roster roster;
	struct gathering g = {.roster = &roster};
	enum status st;

	if (source->shoppers == NULL)
		return OK;
	st = roster_make(source, arena, &roster);
	if (st == OK)
		st = order_shoppers(source, arena, &g, model);
	if (st < 0 || g.shoppers > SEVERITY_SHOPPERS_LIMIT)
		return st;
	st = gather(&g, arena, model);
	if (st < 0)
		return st;
	order_cells(&g);
	st = keep_cells(&g, model);
	if (st < 0)
		return st;
	return estimate(&g, model);
}

enum status severity_model_new(const struct board_source *source, size_t limit_bytes,
			       struct severity_model **made)
{
	struct severity_model *m = memory_new(sizeof(*m));
	struct arena scratch;
	enum status st;

	*m = severity_model_none;
	arena_init(&m->memory, limit_bytes);
	arena_init(&scratch, limit_bytes);
	st = fill_model(source, &scratch, m);
	arena_fini(&scratch);
	if (st < 0) {
		severity_model_free(m);
		m = NULL;
	}
	*made = m;
	return st;
}

void severity_model_free(struct severity_model *m)
{
	if (m == NULL)
		return;
	arena_fini(&m->memory);
	memory_free(m);
}

static void free_model(void *model)
{
	severity_model_free(model);
}

enum status severity_model_of(const struct board_source *source, struct arena *arena,
			      const struct severity_model **model)
{
	struct severity_model *made;
	enum status st;

	*model = source->severity;
	if (source->severity != NULL)
		return OK;
	st = severity_model_new(source, arena->limit_bytes, &made);
	if (st < 0)
		return st;
	arena_defer(arena, free_model, made);
	*model = made;
	return OK;
}

struct severity_company severity_model_company(const struct severity_model *m, size_t place)
{
	return m->made ? m->companies[place] : (struct severity_company){NAN, NAN, NAN};
}
