#include <math.h>

#include "case.h"

void put(cJSON *object, const char *name, double value)
{
	if (isfinite(value))
		cJSON_AddNumberToObject(object, name, value);
	else
		cJSON_AddNullToObject(object, name);
}

void put_whole(cJSON *object, const char *name, int64_t value)
{
	cJSON_AddNumberToObject(object, name, (double)value);
}

void put_text(cJSON *object, const char *name, const char *value)
{
	cJSON_AddStringToObject(object, name, value);
}

void put_flag(cJSON *object, const char *name, bool value)
{
	cJSON_AddBoolToObject(object, name, value);
}

void put_interval(cJSON *object, const char *lower, const char *upper, struct interval ci)
{
	put(object, lower, ci.lower);
	put(object, upper, ci.upper);
}

void put_copy(cJSON *object, const char *name, const cJSON *value)
{
	if (value != NULL)
		cJSON_AddItemToObject(object, name, cJSON_Duplicate(value, true));
}

void push(cJSON *array, double value)
{
	cJSON_AddItemToArray(array,
			     isfinite(value) ? cJSON_CreateNumber(value) : cJSON_CreateNull());
}
