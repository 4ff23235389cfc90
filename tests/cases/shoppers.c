/* Figures of shoppers, of the design, and the functions underneath. */
#include <math.h>
#include <stdlib.h>

#include "base/must.h"
#include "case.h"
#include "stats/agreement.h"
#include "stats/design.h"
#include "stats/severity.h"
#include "stats/special.h"

/** Rows of numbers as a table; null is AGREEMENT_NOT_SCORED. */
struct scores {
	int32_t *at;
	size_t rows, columns;
	int32_t per_unit;
};

static struct scores read_scores(struct arena *arena, const cJSON *input)
{
	const cJSON *list = member(input, "scores"), *row, *score;
	struct scores s = {
		.rows = (size_t)cJSON_GetArraySize(list),
		.columns = (size_t)cJSON_GetArraySize(list->child),
		.per_unit = grid_of(list),
	};
	s.at = take(arena, s.rows * s.columns, sizeof(*s.at));
	int32_t *to = s.at;
	cJSON_ArrayForEach(row, list)
	{
		must((size_t)cJSON_GetArraySize(row) == s.columns);
		cJSON_ArrayForEach(score, row) *to++ = cJSON_IsNumber(score)
							       ? on_grid(score->valuedouble,
									 s.per_unit)
							       : AGREEMENT_NOT_SCORED;
	}
	return s;
}

cJSON *answer_krippendorff(struct arena *arena, const cJSON *input)
{
	static const struct {
		const char *name;
		enum agreement_metric metric;
	} metrics[] = {
		{"nominal", AGREEMENT_NOMINAL},
		{"ordinal", AGREEMENT_ORDINAL},
		{"interval", AGREEMENT_INTERVAL},
	};
	struct scores s = read_scores(arena, input);
	cJSON *got = cJSON_CreateObject();
	for (size_t i = 0; i < COUNT_OF(metrics); i++) {
		struct krippendorff k = agreement_krippendorff(s.at, s.rows, s.columns,
							       metrics[i].metric);
		cJSON *one = cJSON_AddObjectToObject(got, metrics[i].name);
		put(one, "alpha", k.alpha);
		put_whole(one, "pairable", k.pairable);
	}
	return got;
}

cJSON *answer_icc_two_way(struct arena *arena, const cJSON *input)
{
	struct scores s = read_scores(arena, input);
	struct icc_two_way r = agreement_icc(s.at, s.rows, s.columns, s.per_unit, LEVEL);
	cJSON *got = cJSON_CreateObject();
	put(got, "ms_rows", r.ms_rows);
	put(got, "ms_columns", r.ms_columns);
	put(got, "ms_error", r.ms_error);
	put(got, "icc_a1", r.icc_a1);
	put(got, "icc_ak", r.icc_ak);
	put(got, "icc_c1", r.icc_c1);
	put(got, "icc_ck", r.icc_ck);
	put_interval(got, "icc_a1_ci_lower", "icc_a1_ci_upper", r.icc_a1_ci);
	put(got, "se_mean", r.se_mean);
	put(got, "se_difference", r.se_difference);
	return got;
}

static int by_name(const void *left, const void *right)
{
	const char *const *a = left, *const *b = right;
	return slice_compare(slice_of(*a), slice_of(*b));
}

/** The different texts of a member, sorted. */
static const char **names_of(struct arena *arena, const cJSON *rows, const char *name, size_t *len)
{
	size_t all = 0;
	const char **names = take(arena, (size_t)cJSON_GetArraySize(rows), sizeof(*names));
	const cJSON *row;
	cJSON_ArrayForEach(row, rows) names[all++] = text(row, name);
	qsort(names, all, sizeof(*names), by_name);
	*len = 0;
	for (size_t i = 0; i < all; i++)
		if (*len == 0 || by_name(&names[*len - 1], &names[i]) != 0)
			names[(*len)++] = names[i];
	return names;
}

static size_t place_of(const char **names, size_t len, const char *name)
{
	const char **found = bsearch(&name, names, len, sizeof(*names), by_name);
	must(found != NULL);
	return (size_t)(found - names);
}

cJSON *answer_shopper_severity(struct arena *arena, const cJSON *input)
{
	const cJSON *contacts = member(input, "contacts"), *contact;
	struct severity_input in = {.per_unit = grid_of(contacts)};
	size_t len = (size_t)cJSON_GetArraySize(contacts);
	const char **companies = names_of(arena, contacts, "company", &in.companies);
	const char **shoppers = names_of(arena, contacts, "shopper", &in.shoppers);
	struct severity_cell *cells = take(arena, len, sizeof(*cells));
	cJSON_ArrayForEach(contact, contacts)
	{
		int32_t score = on_grid(number(contact, "score"), in.per_unit);
		cells[in.cells_len++] = (struct severity_cell){
			.company = place_of(companies, in.companies, text(contact, "company")),
			.shopper = place_of(shoppers, in.shoppers, text(contact, "shopper")),
			.n = 1,
			.sum = score,
		};
		in.sum_of_squares += (__int128)score * score;
	}
	in.cells = cells;
	struct severity_result r = {
		.companies = take(arena, in.companies, sizeof(*r.companies)),
		.shoppers = take(arena, in.shoppers, sizeof(*r.shoppers)),
	};
	if (severity_estimate(&in, &r, NULL) < 0)
		return cJSON_CreateNull();
	cJSON *got = cJSON_CreateObject();
	put(got, "residual_sd", r.residual_sd);
	put(got, "shopper_sd", r.shopper_sd);
	put(got, "shopper_share", r.shopper_share);
	cJSON *list = cJSON_AddArrayToObject(got, "companies");
	for (size_t i = 0; i < in.companies; i++) {
		cJSON *row = cJSON_CreateObject();
		put_text(row, "company", companies[i]);
		put(row, "raw_mean", r.companies[i].raw_mean);
		put(row, "adjusted_mean", r.companies[i].adjusted_mean);
		put(row, "se", r.companies[i].se);
		cJSON_AddItemToArray(list, row);
	}
	list = cJSON_AddArrayToObject(got, "shoppers");
	for (size_t i = 0; i < in.shoppers; i++) {
		cJSON *row = cJSON_CreateObject();
		put_text(row, "shopper", shoppers[i]);
		put(row, "effect", r.shoppers[i]);
		cJSON_AddItemToArray(list, row);
	}
	return got;
}

cJSON *answer_kish(struct arena *arena, const cJSON *input)
{
	const cJSON *list = member(input, "weights"), *weight;
	size_t len = 0;
	double *weights = take(arena, (size_t)cJSON_GetArraySize(list), sizeof(*weights));
	cJSON_ArrayForEach(weight, list) weights[len++] = weight->valuedouble;
	struct kish k = design_kish(weights, len);
	cJSON *got = cJSON_CreateObject();
	put_whole(got, "n", (int64_t)k.n);
	put(got, "n_effective", k.n_effective);
	put(got, "design_effect", k.design_effect);
	return got;
}

cJSON *answer_cluster_deff(struct arena *arena, const cJSON *input)
{
	const cJSON *list = member(input, "cluster_sizes"), *size;
	size_t len = 0;
	int64_t *sizes = take(arena, (size_t)cJSON_GetArraySize(list), sizeof(*sizes));
	cJSON_ArrayForEach(size, list) sizes[len++] = llround(size->valuedouble);
	struct cluster_design d = design_clusters(sizes, len, number(input, "icc"));
	cJSON *got = cJSON_CreateObject();
	put(got, "mean_cluster_size_weighted", d.mean_cluster_size);
	put(got, "design_effect", d.design_effect);
	put(got, "n_effective", d.n_effective);
	return got;
}

cJSON *answer_base_status(struct arena *arena, const cJSON *input)
{
	int64_t publish = (int64_t)number_or(input, "min_publish", 10);
	int64_t rank = (int64_t)number_or(input, "min_rank", 20);
	cJSON *rows = cJSON_CreateArray();
	const cJSON *n;
	(void)arena;
	cJSON_ArrayForEach(n, member(input, "n"))
	{
		int64_t base = llround(n->valuedouble);
		cJSON *row = cJSON_CreateObject();
		put_whole(row, "n", base);
		put_text(row, "status", base_status_name(base_status_of(base, publish, rank)));
		cJSON_AddItemToArray(rows, row);
	}
	return rows;
}

static double t_quantile(const cJSON *x)
{
	return special_t_quantile(number(x, "p"), number(x, "df"));
}

static double f_quantile(const cJSON *x)
{
	return special_f_quantile(number(x, "p"), number(x, "df1"), number(x, "df2"));
}

static double beta_quantile(const cJSON *x)
{
	return special_beta_quantile(number(x, "p"), number(x, "a"), number(x, "b"));
}

static double range_above(const cJSON *x)
{
	return special_range_above(number(x, "q"), (size_t)whole(x, "k"), number(x, "df"));
}

static double normal_quantile(const cJSON *x)
{
	return special_normal_quantile(x->valuedouble);
}

cJSON *answer_special_functions(struct arena *arena, const cJSON *input)
{
	static const struct {
		const char *given, *name;
		double (*value)(const cJSON *x);
	} functions[] = {
		{"normal_p", "normal_quantile", normal_quantile},
		{"t", "t_quantile", t_quantile},
		{"f", "f_quantile", f_quantile},
		{"beta", "beta_quantile", beta_quantile},
		{"studentized_range", "studentized_range_upper_tail", range_above},
	};
	cJSON *got = cJSON_CreateObject();
	(void)arena;
	for (size_t i = 0; i < COUNT_OF(functions); i++) {
		cJSON *list = cJSON_AddArrayToObject(got, functions[i].name);
		const cJSON *x;
		cJSON_ArrayForEach(x, member(input, functions[i].given))
			push(list, functions[i].value(x));
	}
	return got;
}
