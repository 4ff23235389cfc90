#include "standings/level_json.h"

static const struct figure_field level_fields[] = {
	{"mean_of_companies", offsetof(struct sector_summary, mean_of_companies)},
	{"pooled_mean", offsetof(struct sector_summary, pooled_mean)},
	{"company_min", offsetof(struct sector_summary, company_min)},
	{"company_max", offsetof(struct sector_summary, company_max)},
	{"company_range", offsetof(struct sector_summary, company_range)},
};

/** Undefined where every company has one answer, or nothing varies. */
static const struct figure_field within_fields[] = {
	{"ci_lower", offsetof(struct sector_summary, ci.lower)},
	{"ci_upper", offsetof(struct sector_summary, ci.upper)},
	{"se", offsetof(struct sector_summary, se)},
	{"df", offsetof(struct sector_summary, df)},
	{"ss_within", offsetof(struct sector_summary, ss_within)},
	{"ms_within", offsetof(struct sector_summary, ms_within)},
	{"within_company_sd", offsetof(struct sector_summary, within_company_sd)},
};

/** Undefined for a single company, too. */
static const struct figure_field between_fields[] = {
	{"between_company_sd", offsetof(struct sector_summary, between_company_sd)},
	{"se_if_companies_are_a_sample",
	 offsetof(struct sector_summary, se_if_companies_are_a_sample)},
	{"true_between_sd", offsetof(struct sector_summary, true_between_sd)},
	{"ss_between", offsetof(struct sector_summary, ss_between)},
	{"ms_between", offsetof(struct sector_summary, ms_between)},
	{"n0", offsetof(struct sector_summary, n0)},
	{"icc1", offsetof(struct sector_summary, icc1)},
	{"icc1_raw", offsetof(struct sector_summary, icc1_raw)},
	{"icc1_ci_lower", offsetof(struct sector_summary, icc1_ci.lower)},
	{"icc1_ci_upper", offsetof(struct sector_summary, icc1_ci.upper)},
	{"reliability", offsetof(struct sector_summary, reliability)},
	{"f", offsetof(struct sector_summary, f)},
	{"df1", offsetof(struct sector_summary, df1)},
	{"df2", offsetof(struct sector_summary, df2)},
	{"p_value", offsetof(struct sector_summary, p_value)},
	{"eta_squared", offsetof(struct sector_summary, eta_squared)},
	{"omega_squared", offsetof(struct sector_summary, omega_squared)},
};

static enum reason reason_of_nothing(const struct level *level)
{
	return level->contacts == 0 && level->companies_suppressed > 0 ? REASON_BELOW_MINIMUM_BASE
								       : REASON_NO_ANSWERS;
}

static enum reason reason_of_within(const struct level *level)
{
	const struct sector_summary *s = &level->metric;

	if (s->companies == 0)
		return reason_of_nothing(level);
	return s->n == (int64_t)s->companies ? REASON_ONE_ANSWER : REASON_ZERO_VARIANCE;
}

static enum reason reason_of_between(const struct level *level)
{
	return level->metric.companies == 1 ? REASON_SINGLE_COMPANY : reason_of_within(level);
}

static void standard_members(struct json_out *j, const char *name, const struct standard *s,
			     const char *method, enum reason reason)
{
	json_figure(j, name, s->value, reason);
	json_figure(j, "ci_lower", s->ci.lower, reason);
	json_figure(j, "ci_upper", s->ci.upper, reason);
	text_json(j, "ci_method", isfinite(s->ci.lower) ? method : "none");
	json_figure(j, "n_effective", s->n_effective, reason);
	json_pair_int(j, "n", s->n);
}

static void questions_json(struct json_out *j, const struct level *level)
{
	enum reason none = reason_of_nothing(level);
	enum reason between = level->metric.companies == 1 ? REASON_SINGLE_COMPANY : none;

	json_key(j, "nps");
	json_open_object(j);
	standard_members(j, "nps", &level->nps, "adjusted_wald", none);
	json_figure(j, "nps_pooled", level->nps_pooled, none);
	json_figure(j, "between_company_sd", level->nps_between_company_sd, between);
	json_close_object(j);
	json_key(j, "csat");
	json_open_object(j);
	standard_members(j, "csat_top2_percent", &level->csat, "wilson", none);
	json_figure(j, "csat_mean_of_companies", level->csat_mean_of_companies, none);
	json_close_object(j);
	json_key(j, "ces");
	json_open_object(j);
	standard_members(j, "ces_easy_percent", &level->ces, "wilson", none);
	json_figure(j, "ces_mean_of_companies", level->ces_mean_of_companies, none);
	json_close_object(j);
}

void level_json(struct json_out *j, const struct level *level)
{
	const struct sector_summary *s = &level->metric;

	json_pair_int(j, "companies", (int64_t)s->companies);
	json_pair_int(j, "companies_tested", (int64_t)level->companies_tested);
	json_pair_int(j, "companies_suppressed", (int64_t)level->companies_suppressed);
	json_pair_int(j, "companies_ranked", (int64_t)level->companies_ranked);
	json_pair_int(j, "n", s->n);
	json_pair_int(j, "contacts", level->contacts);
	json_figure(j, "no_answer_percent", level->no_answer_percent, reason_of_nothing(level));
	json_figure_fields(j, s, level_fields, COUNT_OF(level_fields), reason_of_nothing(level));
	json_figure_fields(j, s, within_fields, COUNT_OF(within_fields), reason_of_within(level));
	json_figure_fields(j, s, between_fields, COUNT_OF(between_fields),
			   reason_of_between(level));
	questions_json(j, level);
}

void components_json(struct json_out *j, const struct components *c)
{
	json_key(j, "components");
	json_open_object(j);
	json_figure(j, "sigma2", c->sigma2, REASON_ONE_ANSWER);
	json_figure(j, "tau2", c->tau2, REASON_ONE_ANSWER);
	json_figure(j, "ms_company", c->ms_company, REASON_SINGLE_COMPANY);
	json_figure(j, "n0", c->n0, REASON_SINGLE_COMPANY);
	json_pair_int(j, "df_company", c->df_company);
	json_pair_int(j, "df_within", c->df_within);
	json_figure(j, "contacts_needed",
		    components_contacts_needed(c, LEVEL_CONTACTS_NEEDED_RELIABILITY),
		    REASON_ZERO_VARIANCE);
	json_close_object(j);
}

void severity_json(struct json_out *j, const struct severity_model *m)
{
	json_key(j, "severity");
	json_open_object(j);
	json_figure(j, "shopper_sd", m->shopper_sd, REASON_NOT_COMPUTED);
	json_figure(j, "residual_sd", m->residual_sd, REASON_NOT_COMPUTED);
	json_figure(j, "shopper_share", m->shopper_share, REASON_NOT_COMPUTED);
	json_close_object(j);
}
