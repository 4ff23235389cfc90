#include "survey/decimal.h"
#include "survey/programme_parts.h"

enum { VALUE_LIMIT = 30000, UNIT_BYTES = 64 };

static void read_range(struct reading *r, const struct node *at, struct measured *made)
{
	struct node min = node_field(at, "min"), max = node_field(at, "max");
	int64_t scale = decimal_scale(made->decimals);
	int64_t least = -VALUE_LIMIT, most = VALUE_LIMIT;
	if (read_given(r, &min))
		read_decimal(r, &min, scale, -VALUE_LIMIT, VALUE_LIMIT, &least);
	if (read_given(r, &max))
		read_decimal(r, &max, scale, -VALUE_LIMIT, VALUE_LIMIT, &most);
	if (most <= least) {
		reading_fault(r, &max, "out_of_range", "a value above \"min\"");
		most = VALUE_LIMIT;
	}
	made->min = (int16_t)least;
	made->max = (int16_t)most;
}

static void read_line(struct reading *r, const struct node *at, struct measured *made)
{
	struct node least = node_field(at, "at_least"), most = node_field(at, "at_most");
	if (least.json == NULL && most.json == NULL) {
		reading_fault(r, at, "missing", "at_least or at_most");
		return;
	}
	if (least.json != NULL && most.json != NULL) {
		reading_fault(r, &most, "one_of", "at_least or at_most, not both");
		return;
	}
	int64_t limit = made->min;
	made->at_most = most.json != NULL;
	read_decimal(r, made->at_most ? &most : &least, decimal_scale(made->decimals), made->min,
		     made->max, &limit);
	made->limit = (int16_t)limit;
}

void read_measured(struct reading *r, const struct node *at, struct item *item)
{
	static const char *const keys[] = {"min",     "max",	"decimals", "unit", "at_least",
					   "at_most", "points", "missed",   NULL};
	static const char *const verdicts[] = {"minor", "major", NULL};
	struct measured *made = &item->measured;
	if (!read_object(r, at, keys))
		return;
	struct node decimals = node_field(at, "decimals"), unit = node_field(at, "unit");
	struct node points = node_field(at, "points"), missed = node_field(at, "missed");
	int64_t places = 0, gives = 0;
	int verdict = -1;
	read_integer(r, &decimals, 0, DECIMALS_LIMIT, &places);
	made->given = true;
	made->decimals = (int)places;
	read_range(r, at, made);
	read_line(r, at, made);
	if (unit.json != NULL)
		made->unit = read_text(r, &unit, UNIT_BYTES);
	if (!item->scored || read_given(r, &points))
		read_decimal(r, &points, 100, 0, POINTS_LIMIT, &gives);
	if (item->scored && points.json != NULL && gives == 0)
		reading_fault(r, &points, "no_points", "points above 0, or \"scored\": false");
	read_choice(r, &missed, verdicts, &verdict);
	made->missed = verdict < 0 ? CONFORMITY_NONE
				   : (enum conformity)(CONFORMITY_MINOR + verdict);
	made->points = (int32_t)gives;
	item->points_max = (int32_t)gives;
}
