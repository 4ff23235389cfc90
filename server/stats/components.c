#include "stats/components.h"

#include <math.h>

#include "base/must.h"

/** What one sector adds up to. */
struct sector_sums {
	double n, n_squared, weighted; /**< contacts, their squares, n * mean */
	double weight, weighted_mean;  /**< GLS */
};

static struct sector_sums *sum_sectors(const struct wave_company *companies, size_t len,
				       size_t sectors, int64_t *contacts, int64_t *used)
{
	struct sector_sums *s = memory_new((sectors + 1) * sizeof(*s));
	*contacts = 0;
	*used = 0;
	for (size_t i = 0; i < len; i++) {
		must(companies[i].sector < sectors && companies[i].n > 0);
		struct sector_sums *own = &s[companies[i].sector];
		double n = (double)companies[i].n;
		*contacts += companies[i].n;
		*used += own->n == 0;
		own->n += n;
		own->n_squared += n * n;
		own->weighted += n * companies[i].mean;
	}
	return s;
}

struct components components_of(const struct wave_company *companies, size_t len, size_t sectors)
{
	int64_t contacts, used;
	struct sector_sums *s = sum_sectors(companies, len, sectors, &contacts, &used);
	double within = 0, between = 0, lost = 0;
	for (size_t i = 0; i < len; i++) {
		const struct sector_sums *own = &s[companies[i].sector];
		double off = companies[i].mean - own->weighted / own->n;
		within += companies[i].ss;
		between += (double)companies[i].n * off * off;
	}
	for (size_t i = 0; i < sectors; i++)
		lost += s[i].n > 0 ? s[i].n_squared / s[i].n : 0;
	memory_free(s);

	struct components c = {
		.sigma2 = NAN,
		.tau2 = 0,
		.ms_company = NAN,
		.n0 = NAN,
		.df_company = (int64_t)len - used,
		.df_within = contacts - (int64_t)len,
	};
	if (c.df_within > 0)
		c.sigma2 = within / (double)c.df_within;
	if (c.df_company > 0) {
		c.n0 = ((double)contacts - lost) / (double)c.df_company;
		c.ms_company = between / (double)c.df_company;
		double tau2 = (c.ms_company - c.sigma2) / c.n0;
		c.tau2 = tau2 < 0 ? 0 : tau2; /* keeps NAN */
	}
	return c;
}

void components_shrink(const struct components *c, const struct wave_company *companies, size_t len,
		       size_t sectors, struct shrunken *shrunk)
{
	struct sector_sums *s = memory_new((sectors + 1) * sizeof(*s));
	for (size_t i = 0; i < len; i++) {
		must(companies[i].sector < sectors && companies[i].n > 0);
		struct sector_sums *own = &s[companies[i].sector];
		double weight = 1 / (c->tau2 + c->sigma2 / (double)companies[i].n);
		own->weight += weight;
		own->weighted_mean += weight * companies[i].mean;
	}
	for (size_t i = 0; i < len; i++) {
		const struct sector_sums *own = &s[companies[i].sector];
		double noise = c->sigma2 / (double)companies[i].n;
		double kept = c->tau2 / (c->tau2 + noise);
		double target = own->weighted_mean / own->weight;
		shrunk[i] = (struct shrunken){
			.target = target,
			.reliability = kept,
			.mean = target + kept * (companies[i].mean - target),
			.sd = sqrt(kept * noise + (1 - kept) * (1 - kept) / own->weight),
		};
	}
	memory_free(s);
}

double components_contacts_needed(const struct components *c, double reliability)
{
	must(reliability > 0 && reliability < 1);
	return c->tau2 > 0 ? c->sigma2 / c->tau2 * reliability / (1 - reliability) : NAN;
}
