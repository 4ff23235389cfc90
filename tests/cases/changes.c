/* Figures of two waves. */
#include <math.h>

#include "case.h"
#include "stats/adjust.h"
#include "stats/change.h"

static cJSON *change_row(const struct change *c, bool mean)
{
	cJSON *row = cJSON_CreateObject();
	put(row, "change", c->change);
	if (!mean)
		put(row, "adjusted_change", c->adjusted);
	put(row, "se", c->se);
	if (mean)
		put(row, "df", c->df);
	put(row, mean ? "t" : "z", c->statistic);
	put(row, "p_value", c->p_value);
	put_interval(row, "ci_lower", "ci_upper", c->ci);
	return row;
}

static struct change mean_change(const cJSON *company)
{
	struct group first = {
		.n = whole(company, "n1"),
		.mean = number(company, "mean1"),
		.variance = number(company, "variance1"),
	};
	struct group second = {
		.n = whole(company, "n2"),
		.mean = number(company, "mean2"),
		.variance = number(company, "variance2"),
	};
	return change_mean(&first, &second, LEVEL);
}

cJSON *answer_change_mean(struct arena *arena, const cJSON *input)
{
	const cJSON *companies = member(input, "companies"), *company;
	size_t len = (size_t)cJSON_GetArraySize(companies), at = 0;
	struct change *changes = take(arena, len, sizeof(*changes));
	double *p = take(arena, len, sizeof(*p)), q = number(input, "q");
	cJSON_ArrayForEach(company, companies)
	{
		changes[at] = mean_change(company);
		p[at] = changes[at].p_value;
		at++;
	}
	adjust_benjamini_hochberg(p, len, p);
	cJSON *rows = cJSON_CreateArray();
	at = 0;
	cJSON_ArrayForEach(company, companies)
	{
		cJSON *row = change_row(&changes[at], true);
		put_copy(row, "company", member(company, "company"));
		if (!isnan(q)) {
			put(row, "p_adjusted", p[at]);
			if (isnan(p[at]))
				cJSON_AddNullToObject(row, "significant");
			else
				put_flag(row, "significant", p[at] < q);
		}
		cJSON_AddItemToArray(rows, row);
		at++;
	}
	return rows;
}

cJSON *answer_change_nps(struct arena *arena, const cJSON *input)
{
	cJSON *rows = cJSON_CreateArray();
	const cJSON *d;
	(void)arena;
	cJSON_ArrayForEach(d, member(input, "companies"))
	{
		struct nps_counts first = {whole(d, "P1"), whole(d, "D1"), whole(d, "n1")};
		struct nps_counts second = {whole(d, "P2"), whole(d, "D2"), whole(d, "n2")};
		struct change c = change_nps(first, second, LEVEL);
		cJSON *row = change_row(&c, false);
		put_copy(row, "company", member(d, "company"));
		cJSON_AddItemToArray(rows, row);
	}
	return rows;
}

cJSON *answer_change_share(struct arena *arena, const cJSON *input)
{
	cJSON *rows = cJSON_CreateArray();
	const cJSON *d;
	(void)arena;
	cJSON_ArrayForEach(d, member(input, "companies"))
	{
		struct change c = change_share(whole(d, "x1"), whole(d, "n1"), whole(d, "x2"),
					       whole(d, "n2"), LEVEL);
		cJSON *row = change_row(&c, false);
		put_copy(row, "company", member(d, "company"));
		cJSON_AddItemToArray(rows, row);
	}
	return rows;
}
