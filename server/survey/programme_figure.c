#include "survey/decimal.h"
#include "survey/programme_parts.h"

enum { VALUE_LIMIT = 30000, UNIT_BYTES = 64 };

/** A value in units of its last decimal; `least` where it is not given or wrong. */
static int64_t read_value(struct reading *r, const struct node *at, int decimals, int64_t least,
			  int64_t most)
{
	int64_t value = least;
	read_decimal(r, at, decimal_scale(decimals), least, most, &value);
	return value;
}

static void read_range(struct reading *r, const struct node *at, struct measured *made)
{
	struct node min = node_field(at, "min"), max = node_field(at, "max");
	int64_t least = -VALUE_LIMIT, most = VALUE_LIMIT;
	if (read_given(r, &min))
		least = read_value(r, &min, made->decimals, -VALUE_LIMIT, VALUE_LIMIT);
	if (read_given(r, &max))
		most = read_value(r, &max, made->decimals, -VALUE_LIMIT, VALUE_LIMIT);
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
	made->at_most = most.json != NULL;
	made->limit = (int16_t)read_value(r, made->at_most ? &most : &least, made->decimals,
					  made->min, made->max);
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
