#include "standings/reasons.h"

#include <math.h>
#include <stdio.h>

const char *reason_word(enum reason reason)
{
	static const char *const words[] = {
#define X(name, word) [REASON_##name] = (word),
		REASONS(X)
#undef X
	};
	must((size_t)reason < COUNT_OF(words));
	return words[reason];
}

enum reason reason_of_base(int64_t n)
{
	if (n <= 0)
		return REASON_NO_ANSWERS;
	return n == 1 ? REASON_ONE_ANSWER : REASON_ZERO_VARIANCE;
}

void json_undefined(struct json_out *j, const char *key, enum reason reason)
{
	char name[80];
	int len = snprintf(name, sizeof(name), "%s_reason", key);

	must(len > 0 && (size_t)len < sizeof(name));
	json_pair_null(j, key);
	json_pair_text(j, name, slice_of(reason_word(reason)));
}

void json_figure(struct json_out *j, const char *key, double number, enum reason reason)
{
	if (isfinite(number))
		json_pair_double(j, key, number);
	else
		json_undefined(j, key, reason);
}

void json_figure_fields(struct json_out *j, const void *of, const struct figure_field *fields,
			size_t len, enum reason reason)
{
	for (size_t i = 0; i < len; i++) {
		double number;

		memcpy(&number, (const char *)of + fields[i].at, sizeof(number));
		json_figure(j, fields[i].name, number, reason);
	}
}
