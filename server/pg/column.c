/* The reading half of value.h. */
#include <endian.h>
#include <string.h>

#include "base/must.h"
#include "pg/libpq.h"
#include "pg/value.h"

int pg_rows(const struct pg_result *r)
{
	return r != NULL ? PQntuples(r) : 0;
}

int pg_columns(const struct pg_result *r)
{
	return r != NULL ? PQnfields(r) : 0;
}

int64_t pg_rows_affected(const struct pg_result *r)
{
	if (r == NULL)
		return 0;
	/* libpq's prototype forgets a const; it only reads. */
	union {
		const PGresult *in;
		PGresult *out;
	} same = {r};
	int64_t rows = 0;
	if (!slice_to_int64(slice_of(PQcmdTuples(same.out)), &rows))
		return 0;
	return rows;
}

bool pg_is_null(const struct pg_result *r, int row, int column)
{
	must(row >= 0 && row < PQntuples(r) && column >= 0 && column < PQnfields(r));
	return PQgetisnull(r, row, column) != 0;
}

static const char *fixed(const struct pg_result *r, int row, int column, int len)
{
	must(!pg_is_null(r, row, column));
	must(PQfformat(r, column) == 1);
	must(PQgetlength(r, row, column) == len);
	return PQgetvalue(r, row, column);
}

static uint16_t take16(const char *at)
{
	uint16_t number;
	memcpy(&number, at, sizeof(number));
	return be16toh(number);
}

static uint32_t take32(const char *at)
{
	uint32_t number;
	memcpy(&number, at, sizeof(number));
	return be32toh(number);
}

static uint64_t take64(const char *at)
{
	uint64_t number;
	memcpy(&number, at, sizeof(number));
	return be64toh(number);
}

bool pg_get_bool(const struct pg_result *r, int row, int column)
{
	return *fixed(r, row, column, 1) != 0;
}

int16_t pg_get_int2(const struct pg_result *r, int row, int column)
{
	return (int16_t)take16(fixed(r, row, column, 2));
}

int32_t pg_get_int4(const struct pg_result *r, int row, int column)
{
	return (int32_t)take32(fixed(r, row, column, 4));
}

int64_t pg_get_int8(const struct pg_result *r, int row, int column)
{
	return (int64_t)take64(fixed(r, row, column, 8));
}

double pg_get_float8(const struct pg_result *r, int row, int column)
{
	uint64_t bits = take64(fixed(r, row, column, 8));
	double number;
	memcpy(&number, &bits, sizeof(number));
	return number;
}

int32_t pg_get_date(const struct pg_result *r, int row, int column)
{
	return pg_get_int4(r, row, column);
}

int64_t pg_get_timestamptz(const struct pg_result *r, int row, int column)
{
	return pg_get_int8(r, row, column);
}

struct slice pg_get_bytes(const struct pg_result *r, int row, int column)
{
	if (pg_is_null(r, row, column))
		return SLICE_NONE;
	return (struct slice){PQgetvalue(r, row, column), (size_t)PQgetlength(r, row, column)};
}

struct slice pg_get_jsonb(const struct pg_result *r, int row, int column)
{
	struct slice bytes = pg_get_bytes(r, row, column);
	if (bytes.at == NULL || PQfformat(r, column) == 0)
		return bytes;
	must(bytes.len > 0 && bytes.at[0] == 1); /* version of the format */
	return slice_from(bytes, 1);
}

/** What follows the head of a one-dimensional array, and how many elements there are. */
static struct slice elements(const struct pg_result *r, int row, int column, size_t *count)
{
	must(!pg_is_null(r, row, column) && PQfformat(r, column) == 1);
	struct slice bytes = pg_get_bytes(r, row, column);
	must(bytes.len >= 12);
	uint32_t dimensions = take32(bytes.at);
	*count = 0;
	if (dimensions == 0)
		return SLICE_NONE;
	must(dimensions == 1 && bytes.len >= 20);
	*count = take32(bytes.at + 12);
	must(*count <= bytes.len / 4);
	return slice_from(bytes, 20);
}

static const char *next_fixed(struct slice *rest, uint32_t len)
{
	must(rest->len >= 4 + (size_t)len && take32(rest->at) == len);
	const char *at = rest->at + 4;
	*rest = slice_from(*rest, 4 + (size_t)len);
	return at;
}

int16_t *pg_get_int2_array(const struct pg_result *r, int row, int column, struct arena *a,
			   size_t *count)
{
	struct slice rest = elements(r, row, column, count);
	int16_t *numbers = *count > 0 ? arena_take_array(a, *count, sizeof(*numbers)) : NULL;
	for (size_t i = 0; numbers != NULL && i < *count; i++)
		numbers[i] = (int16_t)take16(next_fixed(&rest, 2));
	return numbers;
}

int32_t *pg_get_int4_array(const struct pg_result *r, int row, int column, struct arena *a,
			   size_t *count)
{
	struct slice rest = elements(r, row, column, count);
	int32_t *numbers = *count > 0 ? arena_take_array(a, *count, sizeof(*numbers)) : NULL;
	for (size_t i = 0; numbers != NULL && i < *count; i++)
		numbers[i] = (int32_t)take32(next_fixed(&rest, 4));
	return numbers;
}

int64_t *pg_get_int8_array(const struct pg_result *r, int row, int column, struct arena *a,
			   size_t *count)
{
	struct slice rest = elements(r, row, column, count);
	int64_t *numbers = *count > 0 ? arena_take_array(a, *count, sizeof(*numbers)) : NULL;
	for (size_t i = 0; numbers != NULL && i < *count; i++)
		numbers[i] = (int64_t)take64(next_fixed(&rest, 8));
	return numbers;
}

static struct slice next_text(struct slice *rest)
{
	must(rest->len >= 4);
	uint32_t len = take32(rest->at);
	*rest = slice_from(*rest, 4);
	if (len == UINT32_MAX)
		return SLICE_NONE;
	must(len <= rest->len);
	struct slice text = {rest->at, len};
	*rest = slice_from(*rest, len);
	return text;
}

struct slice *pg_get_text_array(const struct pg_result *r, int row, int column, struct arena *a,
				size_t *count)
{
	struct slice rest = elements(r, row, column, count);
	struct slice *texts = *count > 0 ? arena_take_array(a, *count, sizeof(*texts)) : NULL;
	for (size_t i = 0; texts != NULL && i < *count; i++)
		texts[i] = next_text(&rest);
	return texts;
}
