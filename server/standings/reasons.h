/** Why a figure is not defined: one word for machines, beside every null.
 *
 * The rule of every answer: where "x" is null, "x_reason" stands beside it, with
 * one of these words. No other figure is null.
 */
#pragma once

#include <stdint.h>

#include "base/json_out.h"

#define REASONS(X)                                                                                 \
	X(NO_ANSWERS, "no_answers")                                                                \
	X(ONE_ANSWER, "one_answer")                                                                \
	X(ZERO_VARIANCE, "zero_variance")                                                          \
	X(SINGLE_COMPANY, "single_company")                                                        \
	X(BELOW_MINIMUM_BASE, "below_minimum_base")                                                \
	X(NOT_APPLICABLE_SCALE, "not_applicable_scale")                                            \
	X(NOT_COMPUTED, "not_computed")                                                            \
	X(NOT_PLANNED, "not_planned")                                                              \
	X(NOT_IN_WAVE, "not_in_wave")                                                              \
	X(MERGED, "merged")                                                                        \
	X(FIRST_WAVE, "first_wave")                                                                \
	X(WAVE_NOT_AVAILABLE, "wave_not_available")                                                \
	X(NO_SUCH_AWARD, "no_such_award")                                                          \
	X(NOT_COMPARABLE, "not_comparable")

enum reason {
#define X(name, word) REASON_##name,
	REASONS(X)
#undef X
};

const char *reason_word(enum reason reason);

/** Of a figure over n answers that needs two: no answers, one, or no spread among them. */
enum reason reason_of_base(int64_t n);

/** "key": number; where it is not finite "key": null, "key_reason": word. */
void json_figure(struct json_out *j, const char *key, double number, enum reason reason);
/** "key": null, "key_reason": word. */
void json_undefined(struct json_out *j, const char *key, enum reason reason);

/** A double inside a struct, and its name in an answer. */
struct figure_field {
	const char *name;
	size_t at; /**< offsetof */
};

/** Each field in turn, all with the same reason where they are not finite. */
void json_figure_fields(struct json_out *j, const void *of, const struct figure_field *fields,
			size_t len, enum reason reason);
