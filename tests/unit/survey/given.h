/** What the survey tests arrange: a small programme, variants of its text, records. */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "survey/programme.h"
#include "survey/result.h"

/** A programme without a fault: two channels, three companies, three items in two areas
 * (q3 on the phone only, q4 unscored), four questions, one wave. */
extern const char *const given_text;

/** given_text with the first `old` replaced; the text must occur. Freed with the process. */
struct slice given_text_with(const char *old, const char *new);
/** A copy of `text` with the first `old` replaced. */
struct slice given_replaced(struct slice text, const char *old, const char *new);

/** Two waves of one series that use every rule there is: audit verdicts, a bonus, a key figure,
 * awards, fieldwork, review, who is measured, a combined figure. Written with ' for ". */
extern const char *const given_rules;
/** `quoted` with " for every '. Freed with the process. */
struct slice given_json(const char *quoted);
/** given_rules with the first `old` replaced; all written with '. */
struct slice given_rules_with(const char *old, const char *new);

/** Exactly one fault, this one, or the test fails. */
void given_fault(struct slice text, const char *pointer, const char *code);

/** Parsed, or the test fails. */
struct programme *given_programme(struct slice text);

/** A record of "name", "value" pairs ending with NULL. A name may be "answers/q1"; a value may
 * start with '#' (a JSON number), '!' (a boolean) or be "null!" (JSON null). */
struct record given_record(struct arena *arena, const char *const *pairs);
#define GIVEN_RECORD(arena, ...) given_record((arena), (const char *const[]){__VA_ARGS__, NULL})

/** A whole file, read; `at` is NULL where it is not there. */
struct slice given_file(const char *folder_variable, const char *path);

/** The next line of *rest, taken from it. */
struct slice given_line(struct slice *rest);
/** The parts of a line between its commas, `room` at most. */
size_t given_parts(struct slice line, struct slice *parts, size_t room);
