#include <math.h>
#include <stdio.h>

#include "base/buf.h"
#include "case.h"

struct comparison {
	const cJSON *tolerance;
	const char *name;
	struct buf path; /**< "/companies/3/se", cut back on the way up */
	size_t differences;
};

static void report(struct comparison *c, const cJSON *expected, const cJSON *got)
{
	char *want = cJSON_PrintUnformatted(expected);
	char *have = got != NULL ? cJSON_PrintUnformatted(got) : NULL;
	c->differences++;
	printf("%s: %.*s: expected %.60s, got %.60s\n", c->name, SLICE_ARGS(buf_slice(&c->path)),
	       want ? want : "?", have ? have : "nothing");
	cJSON_free(want);
	cJSON_free(have);
}

/** Whether an extra entry of the tolerance names this field: one, a list, or "all". */
static bool names_field(const cJSON *fields, const char *field)
{
	const cJSON *one;
	if (cJSON_IsString(fields))
		return slice_is(slice_of(fields->valuestring), "all") ||
		       slice_is(slice_of(fields->valuestring), field);
	cJSON_ArrayForEach(one, fields)
	{
		if (cJSON_IsString(one) && slice_is(slice_of(one->valuestring), field))
			return true;
	}
	return false;
}

/** |got - expected| <= max(relative * |expected|, absolute), the widest that applies. */
static bool near(const struct comparison *c, const char *field, double expected, double got)
{
	double relative = number_or(c->tolerance, "relative", 1e-10);
	double absolute = number_or(c->tolerance, "absolute", 1e-10);
	const cJSON *extra;
	cJSON_ArrayForEach(extra, c->tolerance)
	{
		if (!cJSON_IsObject(extra) || !names_field(member(extra, "fields"), field))
			continue;
		relative = fmax(relative, number_or(extra, "relative", relative));
		absolute = fmax(absolute, number_or(extra, "absolute", absolute));
	}
	return fabs(got - expected) <= fmax(relative * fabs(expected), absolute);
}

static bool same_leaf(const struct comparison *c, const char *field, const cJSON *expected,
		      const cJSON *got)
{
	if (got == NULL)
		return false;
	if (cJSON_IsNumber(expected))
		return cJSON_IsNumber(got) &&
		       near(c, field, expected->valuedouble, got->valuedouble);
	if (cJSON_IsString(expected))
		return cJSON_IsString(got) &&
		       slice_is(slice_of(got->valuestring), expected->valuestring);
	return (expected->type & 0xff) == (got->type & 0xff); /* null, true, false */
}

/** `field` is the name of the nearest member above: numbers of a list go by the list's. */
static void compare(struct comparison *c, const char *field, const cJSON *expected,
		    const cJSON *got)
{
	bool object = cJSON_IsObject(expected), array = cJSON_IsArray(expected);
	size_t here = c->path.len;
	const cJSON *child;
	int at = 0;
	if ((!object && !array) || (got == NULL) || (object && !cJSON_IsObject(got)) ||
	    (array &&
	     (!cJSON_IsArray(got) || cJSON_GetArraySize(got) != cJSON_GetArraySize(expected)))) {
		if ((object || array) || !same_leaf(c, field, expected, got))
			report(c, expected, got);
		return;
	}
	const cJSON *other = got->child;
	cJSON_ArrayForEach(child, expected)
	{
		if (object) {
			buf_print(&c->path, "/%s", child->string);
			compare(c, child->string, child,
				cJSON_GetObjectItemCaseSensitive(got, child->string));
		} else {
			buf_print(&c->path, "/%d", at++);
			compare(c, field, child, other);
			other = other->next;
		}
		c->path.len = here;
	}
}

size_t compare_case(const cJSON *expected, const cJSON *got, const cJSON *tolerance,
		    const char *name)
{
	struct comparison c = {.tolerance = tolerance, .name = name};
	buf_init(&c.path, 4096);
	compare(&c, "", expected, got);
	buf_fini(&c.path);
	return c.differences;
}
