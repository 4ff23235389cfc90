/** Parameters on their way in and columns on their way out, in PostgreSQL's binary formats.
 *
 * Lifetime: pg_text, pg_bytea, pg_json and pg_uuid borrow their bytes until the call that takes
 *   the value (pg_conn_run copies) has returned; array values live in the arena given.
 * Units: instants are microseconds since 2000-01-01 UTC (clock.h), dates are days since then.
 * Errors: an array over the arena's limit answers a value with `failed` set; pg_conn_run answers
 *   E_LIMIT for it, so builders stay plain. Reading a column of another width is a bug (must).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/slice.h"

struct pg_result; /* libpq's PGresult */

struct pg_value {
	uint32_t type; /**< OID it is encoded for; 0: text form, for any type */
	bool null, is_inline, failed;
	size_t len;
	union {
		const char *at;
		char here[8];
	};
};

struct pg_value pg_null(void);
struct pg_value pg_bool(bool yes);
struct pg_value pg_int2(int16_t number);
struct pg_value pg_int4(int32_t number);
struct pg_value pg_int8(int64_t number);
struct pg_value pg_float8(double number);
struct pg_value pg_timestamptz(int64_t instant); /**< CLOCK_NO_INSTANT: null */
struct pg_value pg_date(int32_t days);
struct pg_value pg_text(struct slice text);   /**< `at` NULL: null. text, varchar */
struct pg_value pg_bytea(struct slice bytes); /**< `at` NULL: null */
struct pg_value pg_json(struct slice json);   /**< `at` NULL: null. type json */
struct pg_value pg_jsonb(struct arena *a, struct slice json);
struct pg_value pg_uuid(const unsigned char bytes[16]);
/** The text form of any type ("2020-05-04" for a date), copied. */
struct pg_value pg_literal(struct arena *a, struct slice text);

struct pg_value pg_int2_array(struct arena *a, const int16_t *numbers, size_t count);
struct pg_value pg_int4_array(struct arena *a, const int32_t *numbers, size_t count);
struct pg_value pg_int8_array(struct arena *a, const int64_t *numbers, size_t count);
struct pg_value pg_bool_array(struct arena *a, const bool *yes, size_t count);
struct pg_value pg_timestamptz_array(struct arena *a, const int64_t *instants, size_t count);
/** Elements whose `at` is NULL are null. */
struct pg_value pg_text_array(struct arena *a, const struct slice *texts, size_t count);
struct pg_value pg_bytea_array(struct arena *a, const struct slice *bytes, size_t count);

int pg_rows(const struct pg_result *r); /**< 0 for NULL */
int pg_columns(const struct pg_result *r);
int64_t pg_rows_affected(const struct pg_result *r); /**< of the command's tag; 0 where none */
bool pg_is_null(const struct pg_result *r, int row, int column);

/* Binary results. The bytes live as long as the result. A null is a bug: ask pg_is_null(). */
bool pg_get_bool(const struct pg_result *r, int row, int column);
int16_t pg_get_int2(const struct pg_result *r, int row, int column);
int32_t pg_get_int4(const struct pg_result *r, int row, int column);
int64_t pg_get_int8(const struct pg_result *r, int row, int column);
double pg_get_float8(const struct pg_result *r, int row, int column);
int32_t pg_get_date(const struct pg_result *r, int row, int column);
int64_t pg_get_timestamptz(const struct pg_result *r, int row, int column);
/** text, bytea, json, uuid, and everything in text form; `at` NULL for a null. */
struct slice pg_get_bytes(const struct pg_result *r, int row, int column);
struct slice pg_get_jsonb(const struct pg_result *r, int row, int column);

/** One-dimensional arrays without nulls; taken from the arena, NULL with *count > 0 over its
 * limit, NULL with *count == 0 where empty. Anything else in there is a bug. */
int16_t *pg_get_int2_array(const struct pg_result *r, int row, int column, struct arena *a,
			   size_t *count);
int32_t *pg_get_int4_array(const struct pg_result *r, int row, int column, struct arena *a,
			   size_t *count);
int64_t *pg_get_int8_array(const struct pg_result *r, int row, int column, struct arena *a,
			   size_t *count);
/** Nulls come as SLICE_NONE; the bytes are the result's. */
struct slice *pg_get_text_array(const struct pg_result *r, int row, int column, struct arena *a,
				size_t *count);
