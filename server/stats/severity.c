#include "stats/severity.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "stats/eigen.h"

/** One company's row of the company x shopper table, spread out over all shoppers. */
struct row {
	double *count; /**< per shopper, 0 where they never met */
	size_t *met;   /**< the shoppers who did */
	size_t met_len;
	int64_t n;
	__int128 sum;
};

struct model {
	const struct severity_input *in;
	size_t *start;	/**< per company: its first place in `sorted`; one more at the end */
	size_t *sorted; /**< cells by company */
	struct row row; /**< filled by read_row() for one company at a time */
	int64_t *shopper_n;
	double *r;	 /**< shopper sums less what their companies explain */
	double *vectors; /**< rows: eigenvectors of the absorbed table */
	double *lambda;	 /**< its eigenvalues */
	double *u;	 /**< r turned to the eigenvectors */
	double within;	 /**< squares about the company means */
	double df;	 /**< contacts - companies */
	double g;	 /**< shopper variance / error variance */
};

static void model_init(struct model *m, const struct severity_input *in)
{
	size_t s = in->shoppers;
	*m = (struct model){
		.in = in,
		.start = memory_new((in->companies + 2) * sizeof(*m->start)),
		.sorted = memory_new((in->cells_len + 1) * sizeof(*m->sorted)),
		.row = {.count = memory_new((s + 1) * sizeof(double)),
			.met = memory_new((s + 1) * sizeof(size_t))},
		.shopper_n = memory_new((s + 1) * sizeof(*m->shopper_n)),
		.r = memory_new((s + 1) * sizeof(*m->r)),
		.vectors = memory_new((s * s + 1) * sizeof(*m->vectors)),
		.lambda = memory_new((s + 1) * sizeof(*m->lambda)),
		.u = memory_new((s + 1) * sizeof(*m->u)),
	};
}

static void model_fini(struct model *m)
{
	memory_free(m->start);
	memory_free(m->sorted);
	memory_free(m->row.count);
	memory_free(m->row.met);
	memory_free(m->shopper_n);
	memory_free(m->r);
	memory_free(m->vectors);
	memory_free(m->lambda);
	memory_free(m->u);
}

/** Counting sort of the cells by company, the order given kept within one. */
static void sort_cells(struct model *m)
{
	const struct severity_input *in = m->in;
	for (size_t i = 0; i < in->cells_len; i++) {
		must(in->cells[i].company < in->companies && in->cells[i].shopper < in->shoppers);
		must(in->cells[i].n >= 0);
		m->start[in->cells[i].company + 2]++;
	}
	for (size_t c = 2; c <= in->companies + 1; c++)
		m->start[c] += m->start[c - 1];
	for (size_t i = 0; i < in->cells_len; i++)
		m->sorted[m->start[in->cells[i].company + 1]++] = i;
}

static void read_row(struct model *m, size_t company)
{
	struct row *row = &m->row;
	for (size_t i = 0; i < row->met_len; i++)
		row->count[row->met[i]] = 0;
	row->met_len = 0;
	row->n = 0;
	row->sum = 0;
	for (size_t i = m->start[company]; i < m->start[company + 1]; i++) {
		const struct severity_cell *cell = &m->in->cells[m->sorted[i]];
		row->n += cell->n;
		row->sum += cell->sum;
		if (cell->n == 0)
			continue;
		if (row->count[cell->shopper] == 0)
			row->met[row->met_len++] = cell->shopper;
		row->count[cell->shopper] += (double)cell->n;
	}
}

/** Takes the company in m->row out of the shopper table, sums and squares. */
static void absorb_row(struct model *m, double *squares)
{
	const struct row *row = &m->row;
	double n = (double)row->n, mean = (double)row->sum / n;
	for (size_t i = 0; i < row->met_len; i++) {
		size_t a = row->met[i];
		m->r[a] -= row->count[a] * mean;
		for (size_t j = 0; j < row->met_len; j++) {
			size_t b = row->met[j];
			m->vectors[a * m->in->shoppers + b] -= row->count[a] * row->count[b] / n;
		}
	}
	/* sum^2 / n: the whole part exactly, or nothing would be left of the difference */
	__int128 square = row->sum * row->sum;
	*squares += (double)(square % row->n) / n;
}

static __int128 whole_square(const struct row *row)
{
	return row->sum * row->sum / row->n;
}

/** The absorbed table, sums and squares; false where shoppers and companies cannot be
 * told apart. */
static bool absorb_companies(struct model *m)
{
	const struct severity_input *in = m->in;
	__int128 whole = in->sum_of_squares;
	int64_t contacts = 0;
	double part = 0;
	size_t companies = 0, shoppers = 0;
	for (size_t i = 0; i < in->cells_len; i++) {
		m->shopper_n[in->cells[i].shopper] += in->cells[i].n;
		m->r[in->cells[i].shopper] += (double)in->cells[i].sum;
		contacts += in->cells[i].n;
	}
	for (size_t s = 0; s < in->shoppers; s++) {
		m->vectors[s * in->shoppers + s] = (double)m->shopper_n[s];
		shoppers += m->shopper_n[s] > 0;
	}
	for (size_t c = 0; c < in->companies; c++) {
		read_row(m, c);
		if (m->row.n == 0)
			continue;
		companies++;
		whole -= whole_square(&m->row);
		absorb_row(m, &part);
	}
	m->within = (double)whole - part;
	m->df = (double)contacts - (double)companies;
	return shoppers >= 2 && m->df > 0;
}

/** Eigenvalues, and the shopper sums seen along their vectors. False where all are 0:
 * every company was met by one shopper alone. */
static bool decompose(struct model *m)
{
	size_t s = m->in->shoppers;
	double largest = 0;
	if (!eigen_symmetric(m->vectors, s, m->lambda))
		return false;
	for (size_t k = 0; k < s; k++)
		largest = fmax(largest, m->lambda[k]);
	for (size_t k = 0; k < s; k++) {
		if (m->lambda[k] < 1e-10 * largest) { /* a direction the companies take whole */
			m->lambda[k] = 0;
			continue;
		}
		for (size_t i = 0; i < s; i++)
			m->u[k] += m->vectors[k * s + i] * m->r[i];
	}
	return largest > 1e-9;
}

static double residual_squares(const struct model *m, double g)
{
	double squares = m->within;
	for (size_t k = 0; k < m->in->shoppers; k++)
		squares -= m->u[k] * m->u[k] * g / (1 + g * m->lambda[k]);
	return fmax(squares, 1e-12 * m->within);
}

/** The REML criterion, -2 log likelihood up to a constant. */
static double criterion(const struct model *m, double g)
{
	double value = m->df * log(residual_squares(m, g));
	for (size_t k = 0; k < m->in->shoppers; k++)
		value += log1p(g * m->lambda[k]);
	return value;
}

static double criterion_slope(const struct model *m, double g)
{
	double fall = 0, rise = 0;
	for (size_t k = 0; k < m->in->shoppers; k++) {
		double stretch = 1 + g * m->lambda[k];
		fall += m->u[k] * m->u[k] / (stretch * stretch);
		rise += m->lambda[k] / stretch;
	}
	return rise - m->df * fall / residual_squares(m, g);
}

/** Where the slope turns from falling to rising between a and b. */
static double flat_between(const struct model *m, double a, double b)
{
	for (int turn = 0; turn < 200; turn++) {
		double middle = (a + b) / 2;
		if (middle <= a || middle >= b)
			break;
		if (criterion_slope(m, middle) < 0)
			a = middle;
		else
			b = middle;
	}
	return (a + b) / 2;
}

/** The g with the least criterion: a coarse search over ln g, then the root of the slope.
 * 0 where the data show no difference between shoppers. */
static double estimate_g(const struct model *m)
{
	enum { STEPS = 200 };
	double largest = 0, least = criterion(m, 0), below = 0, best = 0, above = 0;
	for (size_t k = 0; k < m->in->shoppers; k++)
		largest = fmax(largest, m->lambda[k]);
	double from = log(1e-8 / largest), to = log(1e10), previous = 0;
	above = exp(from);
	for (int i = 0; i <= STEPS; i++) {
		double g = exp(from + (to - from) * i / STEPS);
		double value = criterion(m, g);
		if (value < least) {
			least = value;
			below = previous;
			best = g;
			above = exp(from + (to - from) * (i + 1) / STEPS);
		}
		previous = g;
	}
	if (best == 0 && criterion_slope(m, 0) >= 0)
		return 0;
	return flat_between(m, below, above);
}

/** What is left of eigen direction k: g / (1 + g lambda). */
static double kept(const struct model *m, size_t k)
{
	return m->g / (1 + m->g * m->lambda[k]);
}

/** Fills m->r with the shopper effects: it is not needed for anything else any more. */
static void shopper_effects(struct model *m, double *effects)
{
	size_t s = m->in->shoppers;
	memset(m->r, 0, s * sizeof(*m->r));
	for (size_t k = 0; k < s; k++)
		for (size_t i = 0; i < s; i++)
			m->r[i] += m->vectors[k * s + i] * m->u[k] * kept(m, k);
	for (size_t i = 0; i < s; i++)
		effects[i] = m->shopper_n[i] > 0 ? m->r[i] / m->in->per_unit : NAN;
}

/** The company in m->row: its mean less the shoppers it happened to meet. */
static struct severity_company company_result(const struct model *m, double error)
{
	const struct row *row = &m->row;
	size_t s = m->in->shoppers;
	if (row->n == 0)
		return (struct severity_company){NAN, NAN, NAN};
	double n = (double)row->n, unit = m->in->per_unit, met = 0, variance = 1 / n;
	for (size_t i = 0; i < row->met_len; i++)
		met += row->count[row->met[i]] * m->r[row->met[i]];
	for (size_t k = 0; k < s; k++) {
		double w = 0;
		for (size_t i = 0; i < row->met_len; i++)
			w += row->count[row->met[i]] * m->vectors[k * s + row->met[i]];
		variance += w / n * (w / n) * kept(m, k);
	}
	return (struct severity_company){
		.raw_mean = (double)row->sum / (n * unit),
		.adjusted_mean = ((double)row->sum - met) / (n * unit),
		.se = sqrt(error * variance) / unit,
	};
}

static void fill_result(struct model *m, struct severity_result *result)
{
	double unit = m->in->per_unit;
	double error = m->within > 0 ? residual_squares(m, m->g) / m->df : 0;
	result->residual_sd = sqrt(error) / unit;
	result->shopper_sd = sqrt(m->g * error) / unit;
	result->shopper_share = m->within > 0 ? m->g / (m->g + 1) : NAN;
	shopper_effects(m, result->shoppers);
	for (size_t c = 0; c < m->in->companies; c++) {
		read_row(m, c);
		result->companies[c] = company_result(m, error);
	}
}

enum status severity_estimate(const struct severity_input *input, struct severity_result *result,
			      struct trouble *why)
{
	struct model m;
	enum status st = OK;
	if (input->shoppers > SEVERITY_SHOPPERS_LIMIT)
		return trouble(why, E_LIMIT, "%zu shoppers are more than %d", input->shoppers,
			       (int)SEVERITY_SHOPPERS_LIMIT);
	model_init(&m, input);
	sort_cells(&m);
	if (!absorb_companies(&m)) {
		st = trouble(why, E_INPUT,
			     "fewer than two shoppers, or no company with two contacts");
	} else if (!decompose(&m)) {
		st = trouble(why, E_INPUT, "no company was met by two shoppers");
	} else {
		m.g = m.within > 0 ? estimate_g(&m) : 0;
		fill_result(&m, result);
	}
	model_fini(&m);
	return st;
}
