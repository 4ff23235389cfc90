#include "pg/value.h"

#include <endian.h>
#include <string.h>

#include "base/clock.h"
#include "base/must.h"
#include "pg/libpq.h"

/* Built-in types; src/include/catalog/pg_type.dat. */
enum oid {
	OID_BOOL = 16,
	OID_BYTEA = 17,
	OID_INT8 = 20,
	OID_INT2 = 21,
	OID_INT4 = 23,
	OID_TEXT = 25,
	OID_JSON = 114,
	OID_FLOAT8 = 701,
	OID_BOOL_ARRAY = 1000,
	OID_BYTEA_ARRAY = 1001,
	OID_INT2_ARRAY = 1005,
	OID_INT4_ARRAY = 1007,
	OID_TEXT_ARRAY = 1009,
	OID_INT8_ARRAY = 1016,
	OID_DATE = 1082,
	OID_TIMESTAMPTZ = 1184,
	OID_TIMESTAMPTZ_ARRAY = 1185,
	OID_UUID = 2950,
	OID_JSONB = 3802,
};

enum { ARRAY_EMPTY_BYTES = 12, ARRAY_HEAD_BYTES = 20 };

struct pg_value pg_null(void)
{
	return (struct pg_value){.null = true};
}

/** The low `len` bytes of the number, big-endian, inside the value. */
static struct pg_value fixed(enum oid type, uint64_t number, size_t len)
{
	struct pg_value v = {.type = (uint32_t)type, .is_inline = true, .len = len};
	number = htobe64(number);
	memcpy(v.here, (char *)&number + sizeof(number) - len, len);
	return v;
}

struct pg_value pg_bool(bool yes)
{
	return fixed(OID_BOOL, yes, 1);
}

struct pg_value pg_int2(int16_t number)
{
	return fixed(OID_INT2, (uint64_t)number, 2);
}

struct pg_value pg_int4(int32_t number)
{
	return fixed(OID_INT4, (uint64_t)number, 4);
}

struct pg_value pg_int8(int64_t number)
{
	return fixed(OID_INT8, (uint64_t)number, 8);
}

struct pg_value pg_float8(double number)
{
	uint64_t bits;
	memcpy(&bits, &number, sizeof(bits));
	return fixed(OID_FLOAT8, bits, 8);
}

struct pg_value pg_timestamptz(int64_t instant)
{
	if (instant == CLOCK_NO_INSTANT)
		return pg_null();
	return fixed(OID_TIMESTAMPTZ, (uint64_t)instant, 8);
}

struct pg_value pg_date(int32_t days)
{
	return fixed(OID_DATE, (uint64_t)days, 4);
}

static struct pg_value borrowed(enum oid type, struct slice bytes)
{
	if (bytes.at == NULL)
		return pg_null();
	return (struct pg_value){.type = (uint32_t)type, .len = bytes.len, .at = bytes.at};
}

struct pg_value pg_text(struct slice text)
{
	return borrowed(OID_TEXT, text);
}

struct pg_value pg_bytea(struct slice bytes)
{
	return borrowed(OID_BYTEA, bytes);
}

struct pg_value pg_json(struct slice json)
{
	return borrowed(OID_JSON, json);
}

struct pg_value pg_uuid(const unsigned char bytes[16])
{
	return borrowed(OID_UUID, (struct slice){(const char *)bytes, 16});
}

static struct pg_value failed(void)
{
	return (struct pg_value){.null = true, .failed = true};
}

struct pg_value pg_jsonb(struct arena *a, struct slice json)
{
	if (json.at == NULL)
		return pg_null();
	char *at = arena_take(a, json.len + 1);
	if (at == NULL)
		return failed();
	at[0] = 1; /* version of the format */
	memcpy(at + 1, json.at, json.len);
	return borrowed(OID_JSONB, (struct slice){at, json.len + 1});
}

struct pg_value pg_literal(struct arena *a, struct slice text)
{
	if (text.at == NULL)
		return pg_null();
	struct slice copy = arena_copy(a, text);
	if (copy.at == NULL)
		return failed();
	return (struct pg_value){.type = 0, .len = copy.len, .at = copy.at};
}

static char *put32(char *to, uint32_t number)
{
	number = htobe32(number);
	memcpy(to, &number, sizeof(number));
	return to + sizeof(number);
}

/** Room for an array whose elements with their length words take `body` bytes; *to is where they
 * go, NULL when over the limit. An empty array has no dimension. */
static struct pg_value array(struct arena *a, enum oid type, enum oid element, bool nulls,
			     size_t count, size_t body, char **to)
{
	size_t head = count > 0 ? ARRAY_HEAD_BYTES : ARRAY_EMPTY_BYTES;
	*to = NULL;
	if (count > INT32_MAX || body > INT32_MAX - head)
		return failed();
	char *at = arena_take(a, head + body);
	if (at == NULL)
		return failed();
	*to = put32(at, count > 0 ? 1 : 0);
	*to = put32(*to, nulls ? 1 : 0);
	*to = put32(*to, (uint32_t)element);
	if (count > 0) {
		*to = put32(*to, (uint32_t)count);
		*to = put32(*to, 1);
	}
	return borrowed(type, (struct slice){at, head + body});
}

static char *put_element(char *to, uint64_t number, size_t len)
{
	to = put32(to, (uint32_t)len);
	number = htobe64(number);
	memcpy(to, (char *)&number + sizeof(number) - len, len);
	return to + len;
}

/** count * size, or what array() refuses. */
static size_t body_bytes(size_t count, size_t size)
{
	return count > INT32_MAX ? SIZE_MAX : count * size;
}

struct pg_value pg_int2_array(struct arena *a, const int16_t *numbers, size_t count)
{
	char *to;
	struct pg_value v = array(a, OID_INT2_ARRAY, OID_INT2, false, count, body_bytes(count, 6),
				  &to);
	for (size_t i = 0; to != NULL && i < count; i++)
		to = put_element(to, (uint64_t)numbers[i], 2);
	return v;
}

struct pg_value pg_int4_array(struct arena *a, const int32_t *numbers, size_t count)
{
	char *to;
	struct pg_value v = array(a, OID_INT4_ARRAY, OID_INT4, false, count, body_bytes(count, 8),
				  &to);
	for (size_t i = 0; to != NULL && i < count; i++)
		to = put_element(to, (uint64_t)numbers[i], 4);
	return v;
}

struct pg_value pg_int8_array(struct arena *a, const int64_t *numbers, size_t count)
{
	char *to;
	struct pg_value v = array(a, OID_INT8_ARRAY, OID_INT8, false, count, body_bytes(count, 12),
				  &to);
	for (size_t i = 0; to != NULL && i < count; i++)
		to = put_element(to, (uint64_t)numbers[i], 8);
	return v;
}

struct pg_value pg_bool_array(struct arena *a, const bool *yes, size_t count)
{
	char *to;
	struct pg_value v = array(a, OID_BOOL_ARRAY, OID_BOOL, false, count, body_bytes(count, 5),
				  &to);
	for (size_t i = 0; to != NULL && i < count; i++)
		to = put_element(to, yes[i], 1);
	return v;
}

struct pg_value pg_timestamptz_array(struct arena *a, const int64_t *instants, size_t count)
{
	char *to;
	size_t body = 0;
	bool nulls = false;
	for (size_t i = 0; i < count; i++) {
		body += instants[i] == CLOCK_NO_INSTANT ? 4 : 12;
		nulls |= instants[i] == CLOCK_NO_INSTANT;
	}
	struct pg_value v = array(a, OID_TIMESTAMPTZ_ARRAY, OID_TIMESTAMPTZ, nulls, count, body,
				  &to);
	for (size_t i = 0; to != NULL && i < count; i++) {
		if (instants[i] == CLOCK_NO_INSTANT)
			to = put32(to, UINT32_MAX);
		else
			to = put_element(to, (uint64_t)instants[i], 8);
	}
	return v;
}

static struct pg_value slice_array(struct arena *a, enum oid type, enum oid element,
				   const struct slice *items, size_t count)
{
	char *to;
	size_t body = 0;
	bool nulls = false;
	for (size_t i = 0; i < count; i++) {
		if (__builtin_add_overflow(body, items[i].len + 4, &body))
			return failed();
		nulls |= items[i].at == NULL;
	}
	struct pg_value v = array(a, type, element, nulls, count, body, &to);
	for (size_t i = 0; to != NULL && i < count; i++) {
		bool null = items[i].at == NULL;
		to = put32(to, null ? UINT32_MAX : (uint32_t)items[i].len);
		if (!null && items[i].len > 0)
			memcpy(to, items[i].at, items[i].len);
		to += null ? 0 : items[i].len;
	}
	return v;
}

struct pg_value pg_text_array(struct arena *a, const struct slice *texts, size_t count)
{
	return slice_array(a, OID_TEXT_ARRAY, OID_TEXT, texts, count);
}

struct pg_value pg_bytea_array(struct arena *a, const struct slice *bytes, size_t count)
{
	return slice_array(a, OID_BYTEA_ARRAY, OID_BYTEA, bytes, count);
}
