#include <math.h>
#include <stdlib.h>

#include "base/must.h"
#include "case.h"

void *take(struct arena *arena, size_t count, size_t size)
{
	void *taken = arena_take_array(arena, count + 1, size);
	must(taken != NULL);
	return taken;
}

const cJSON *member(const cJSON *object, const char *name)
{
	const cJSON *found = cJSON_GetObjectItemCaseSensitive(object, name);
	return found == NULL || cJSON_IsNull(found) ? NULL : found;
}

static double value_of(const cJSON *item)
{
	if (cJSON_IsNumber(item))
		return item->valuedouble;
	if (cJSON_IsString(item) && slice_is(slice_of(item->valuestring), "Inf"))
		return INFINITY;
	return NAN;
}

double number(const cJSON *object, const char *name)
{
	return value_of(member(object, name));
}

double number_or(const cJSON *object, const char *name, double otherwise)
{
	double value = number(object, name);
	return isnan(value) ? otherwise : value;
}

int64_t whole(const cJSON *object, const char *name)
{
	return (int64_t)llround(number_or(object, name, 0));
}

const char *text(const cJSON *object, const char *name)
{
	const cJSON *found = member(object, name);
	return cJSON_IsString(found) ? found->valuestring : "";
}

static int32_t grid_at_least(const cJSON *tree, int32_t per_unit)
{
	enum { FINEST = 1000000 };
	const cJSON *child;
	if (cJSON_IsNumber(tree)) {
		while (per_unit < FINEST && fabs(tree->valuedouble * per_unit -
						 round(tree->valuedouble * per_unit)) > 1e-6)
			per_unit *= 10;
	}
	cJSON_ArrayForEach(child, tree) per_unit = grid_at_least(child, per_unit);
	return per_unit;
}

int32_t grid_of(const cJSON *tree)
{
	return grid_at_least(tree, 1);
}

int32_t on_grid(double value, int32_t per_unit)
{
	return (int32_t)lround(value * per_unit);
}

static int ascending(const void *left, const void *right)
{
	const struct stats_bin *a = left, *b = right;
	return (a->value > b->value) - (a->value < b->value);
}

/** Sorts the bins and joins those of one value. */
static struct counts joined(struct stats_bin *bins, size_t all)
{
	size_t len = 0;
	qsort(bins, all, sizeof(*bins), ascending);
	for (size_t i = 0; i < all; i++) {
		if (len > 0 && bins[len - 1].value == bins[i].value)
			bins[len - 1].count += bins[i].count;
		else
			bins[len++] = bins[i];
	}
	return counts_over(bins, len);
}

/** A list, or one bare number: R writes a list of one as the number. */
struct counts read_list(struct arena *arena, const cJSON *list, int32_t per_unit)
{
	struct stats_bin *bins = take(arena, (size_t)cJSON_GetArraySize(list), sizeof(*bins));
	size_t len = 0;
	const cJSON *item;
	if (cJSON_IsNumber(list))
		bins[len++] = (struct stats_bin){on_grid(list->valuedouble, per_unit), 1};
	cJSON_ArrayForEach(item, list)
	{
		if (cJSON_IsNumber(item))
			bins[len++] = (struct stats_bin){on_grid(item->valuedouble, per_unit), 1};
	}
	return joined(bins, len);
}

struct counts read_histogram(struct arena *arena, const cJSON *points, const cJSON *counts)
{
	size_t len = (size_t)cJSON_GetArraySize(points);
	struct stats_bin *bins = take(arena, len, sizeof(*bins));
	const cJSON *count = counts->child, *point;
	size_t at = 0;
	must((size_t)cJSON_GetArraySize(counts) == len);
	cJSON_ArrayForEach(point, points)
	{
		bins[at++] = (struct stats_bin){
			.value = on_grid(point->valuedouble, 1),
			.count = (int64_t)llround(count->valuedouble),
		};
		count = count->next;
	}
	return joined(bins, len);
}

struct answers read_answers(struct arena *arena, const cJSON *input)
{
	struct answers a = {.scale.per_unit = 1};
	const cJSON *list = member(input, "answers"), *item;
	if (list != NULL) {
		a.scale.per_unit = grid_of(list);
		a.counts = read_list(arena, list, a.scale.per_unit);
		cJSON_ArrayForEach(item, list) a.missing += cJSON_IsNull(item);
	} else {
		a.counts = read_histogram(arena, member(input, "points"), member(input, "counts"));
	}
	a.scale.lo = on_grid(number_or(input, "scale_min", 0), a.scale.per_unit);
	a.scale.hi = on_grid(number_or(input, "scale_max", 10), a.scale.per_unit);
	return a;
}

struct group *read_groups(struct arena *arena, const cJSON *companies, size_t *len)
{
	*len = (size_t)cJSON_GetArraySize(companies);
	struct group *groups = take(arena, *len, sizeof(*groups)), *g = groups;
	const cJSON *company;
	cJSON_ArrayForEach(company, companies)
	{
		*g++ = (struct group){
			.n = whole(company, "n"),
			.mean = number(company, "mean"),
			.variance = number(company, "variance"),
		};
	}
	return groups;
}
