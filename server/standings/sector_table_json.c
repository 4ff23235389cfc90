#include "sheet/csv_out.h"
#include "standings/level_json.h"
#include "standings/sector_table_tree.h"

static void row_json(struct json_out *j, const struct sector_table *t, const struct sector_row *r)
{
	const struct sector *sector = &t->roster.wave->sectors[r->sector];

	json_open_object(j);
	if (r->rank > 0)
		json_pair_int(j, "rank", (int64_t)r->rank);
	else
		json_undefined(j, "rank", REASON_BELOW_MINIMUM_BASE);
	named_json(j, "sector", sector->code, sector->name);
	json_key(j, "summary");
	json_open_object(j);
	level_json(j, &r->level);
	json_close_object(j);
	json_close_object(j);
}

static void pool_json(struct json_out *j, const struct sector_table *t, const struct figures *f)
{
	json_pair_int(j, "n", f->n);
	figures_json(j, f, (struct figures_style){.roster = &t->roster});
}

static void channels_json(struct json_out *j, const struct sector_table *t)
{
	const struct programme *p = t->roster.programme;

	json_key(j, "channels");
	json_open_array(j);
	for (size_t i = 0; i < p->channels_len; i++) {
		json_open_object(j);
		named_json(j, "channel", p->channels[i].code, p->channels[i].name);
		pool_json(j, t, &t->channels[i]);
		json_close_object(j);
	}
	json_close_array(j);
}

static void overall_json(struct json_out *j, const struct sector_table *t)
{
	json_key(j, "overall");
	json_open_object(j);
	json_pair_int(j, "contacts_all", t->contacts_all);
	json_pair_int(j, "sectors", (int64_t)t->len);
	json_figure(j, "sector_min", t->sector_min, REASON_BELOW_MINIMUM_BASE);
	json_figure(j, "sector_max", t->sector_max, REASON_BELOW_MINIMUM_BASE);
	level_json(j, &t->overall);
	json_key(j, "pool");
	json_open_object(j);
	pool_json(j, t, &t->pool);
	json_close_object(j);
	components_json(j, &t->components);
	severity_json(j, t->severity);
	json_close_object(j);
}

void sectors_json(const struct sector_table *t, struct buf *to)
{
	struct json_out j = json_out_on(to);

	json_open_object(&j);
	source_json(&j, &t->source);
	definition_json(&j, &t->roster, NULL, NAN);
	overall_json(&j, t);
	channels_json(&j, t);
	json_key(&j, "sectors");
	json_open_array(&j);
	for (size_t i = 0; i < t->len; i++)
		row_json(&j, t, &t->rows[i]);
	json_close_array(&j);
	json_close_object(&j);
}

#define FIGURE(name, field)                                                                        \
	{                                                                                          \
		(name), offsetof(struct level, field)                                              \
	}

static const struct figure_field columns[] = {
	FIGURE("mean_of_companies", metric.mean_of_companies),
	FIGURE("se", metric.se),
	FIGURE("df", metric.df),
	FIGURE("ci_lower", metric.ci.lower),
	FIGURE("ci_upper", metric.ci.upper),
	FIGURE("pooled_mean", metric.pooled_mean),
	FIGURE("company_min", metric.company_min),
	FIGURE("company_max", metric.company_max),
	FIGURE("company_range", metric.company_range),
	FIGURE("between_company_sd", metric.between_company_sd),
	FIGURE("se_if_companies_are_a_sample", metric.se_if_companies_are_a_sample),
	FIGURE("within_company_sd", metric.within_company_sd),
	FIGURE("true_between_sd", metric.true_between_sd),
	FIGURE("icc1", metric.icc1),
	FIGURE("icc1_ci_lower", metric.icc1_ci.lower),
	FIGURE("icc1_ci_upper", metric.icc1_ci.upper),
	FIGURE("reliability", metric.reliability),
	FIGURE("eta_squared", metric.eta_squared),
	FIGURE("omega_squared", metric.omega_squared),
	FIGURE("nps", nps.value),
	FIGURE("nps_ci_lower", nps.ci.lower),
	FIGURE("nps_ci_upper", nps.ci.upper),
	FIGURE("nps_pooled", nps_pooled),
	FIGURE("nps_between_company_sd", nps_between_company_sd),
	FIGURE("csat_top2_percent", csat.value),
	FIGURE("csat_top2_ci_lower", csat.ci.lower),
	FIGURE("csat_top2_ci_upper", csat.ci.upper),
	FIGURE("ces_easy_percent", ces.value),
	FIGURE("ces_easy_ci_lower", ces.ci.lower),
	FIGURE("ces_easy_ci_upper", ces.ci.upper),
	FIGURE("csat_mean_of_companies", csat_mean_of_companies),
	FIGURE("ces_mean_of_companies", ces_mean_of_companies),
};

static void row_csv(struct csv_out *c, const struct sector_table *t, const struct sector_row *r)
{
	if (r->rank > 0)
		csv_int(c, (int64_t)r->rank);
	else
		csv_empty(c);
	csv_text(c, t->roster.wave->sectors[r->sector].code);
	csv_int(c, (int64_t)r->level.companies_tested);
	csv_int(c, (int64_t)r->level.companies_suppressed);
	csv_int(c, (int64_t)r->level.metric.companies);
	csv_int(c, r->level.metric.n);
	for (size_t i = 0; i < COUNT_OF(columns); i++) {
		double number;

		memcpy(&number, (const char *)&r->level + columns[i].at, sizeof(number));
		csv_double(c, number);
	}
	csv_end_row(c);
}

void sectors_csv(const struct sector_table *t, struct buf *to)
{
	static const char *const first[] = {
		"rank", "sector", "companies_tested", "companies_suppressed", "companies", "n"};
	struct csv_out c = csv_out_on(to);

	for (size_t i = 0; i < COUNT_OF(first); i++)
		csv_text(&c, slice_of(first[i]));
	for (size_t i = 0; i < COUNT_OF(columns); i++)
		csv_text(&c, slice_of(columns[i].name));
	csv_end_row(&c);
	for (size_t i = 0; i < t->len; i++)
		row_csv(&c, t, &t->rows[i]);
}
